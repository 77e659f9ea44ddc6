"""A generic warehouse: webhooks in, REST calls out. Imports ports and below; no other connector."""
