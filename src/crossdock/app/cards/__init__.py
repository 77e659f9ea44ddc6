"""Cards of orders, freight cases and stock positions: made from dossiers, kept current with the log."""
