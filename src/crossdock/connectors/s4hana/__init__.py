"""SAP S/4HANA, an ERP: sales orders in, deliveries and texts out. Imports ports and below; no other connector."""
