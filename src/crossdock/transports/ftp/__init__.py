"""FTP with TLS, and plain FTP where the partner file says so: the legacy way, on ftplib in a thread."""
