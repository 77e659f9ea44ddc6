"""Tryton, an ERP: confirmed sales in, shipments and invoices out. Imports ports and below; no other connector."""
