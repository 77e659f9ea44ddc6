"""A real Tryton as the demo's ERP: installed, founded, sold in, and read back. We talk to it over HTTP only."""
