"""Dynamics 365, an ERP: sales orders in, packing slips and notes out. Imports ports and below; no other connector."""
