"""SAP IDocs, flat and XML, by maps: orders, deliveries, shipments, invoices, and audit messages."""
