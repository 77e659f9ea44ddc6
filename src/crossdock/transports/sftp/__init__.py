"""SFTP, on asyncssh: files fetched from a partner's server and put there."""
