"""XML between bytes and positioned trees."""
