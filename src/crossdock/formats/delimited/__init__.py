"""CSV, TSV and the like with a declared layout, between bytes and positioned trees."""
