"""Room: the only home of the NATS client."""
