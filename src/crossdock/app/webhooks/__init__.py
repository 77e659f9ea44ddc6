"""Events to subscribers outside: who wants what, put on its way, signed, sent; what owners do. No HTTP, no SQL."""
