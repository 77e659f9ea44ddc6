"""JSON and NDJSON of any shape, by the partner's own maps: a partner comes on board by configuration."""
