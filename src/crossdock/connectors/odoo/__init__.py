"""Odoo, an ERP: confirmed sales in, transfers and notes out. Imports ports and below; no other connector."""
