"""A generic carrier: tracking webhooks in, nothing out. Imports ports and below; no other connector."""
