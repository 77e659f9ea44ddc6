"""The customer portal's pages: each customer's own orders, in its own words and colours; they work without script.

The customer always comes from who is signed in, or from a tracking link; never from what an address names.
"""
