"""SAP IDoc, flat and XML, between bytes and positioned trees."""
