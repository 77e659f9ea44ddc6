"""The simulated systems: one module a system, each with its own books; none imports another or anything of the hub."""
