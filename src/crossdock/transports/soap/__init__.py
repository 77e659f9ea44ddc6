"""SOAP: calls on a partner's service (zeep, in a thread), and a service of ours that takes messages."""
