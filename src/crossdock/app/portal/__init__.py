"""The customer portal: from an order's dossier to what its customer may see, kept current with the log, and asked for.

Reads of customers touch the curated store alone; the dossier only where that store is known to be behind.
"""
