"""The same order-to-cash trace on Crossdock and on its peers (docs/reference/peers.md).

Each peer lives in an environment of its own under build/peers; nothing here is imported by the product.
"""
