"""Vendure, a shop: its orders, payments, cancellations and refunds in; fulfilments and their progress out."""
