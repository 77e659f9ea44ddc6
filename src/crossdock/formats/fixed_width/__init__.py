"""Files of fixed-width records with a declared layout, between bytes and positioned trees."""
