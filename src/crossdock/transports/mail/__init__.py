"""Mail: attachments fetched over IMAP, files sent over SMTP; standard library, in a thread."""
