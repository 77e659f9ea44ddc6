"""How each side is installed, started and stopped; this part runs with Crossdock's own Python."""
