"""WooCommerce: orders and refunds in, the state of orders and shipments out. No other connector."""
