"""Shopify: orders, refunds and fulfilment events in, fulfilments and their progress out. No other connector."""
