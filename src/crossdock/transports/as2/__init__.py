"""AS2 (RFC 4130): signed and encrypted messages over HTTP, each answered with a signed receipt."""
