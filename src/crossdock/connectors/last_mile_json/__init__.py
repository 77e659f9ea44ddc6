"""A generic last-mile platform: webhooks in epoch time, REST tasks out. Imports ports and below; no other connector."""
