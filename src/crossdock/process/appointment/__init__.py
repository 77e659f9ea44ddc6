"""APT: a dock slot, from the request to the end of the service. It tells the shipments and loads it is for (§3.9)."""
