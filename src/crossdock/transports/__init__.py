"""Room: bytes in and out to partners; the only home of their clients."""
