"""EasyPost: tracker webhooks and trackers in, nothing out. Imports mediation and below; no other connector."""
