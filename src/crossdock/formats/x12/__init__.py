"""X12 interchanges between bytes and typed trees with positions; acknowledgments 997 and TA1. Syntax only."""
