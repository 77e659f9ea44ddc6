"""JSON and NDJSON between bytes and positioned trees."""
