"""Shippo: tracking webhooks and track objects in, nothing out. Imports mediation and below; no other connector."""
