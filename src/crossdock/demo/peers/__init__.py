"""The simulated systems: one module a system, each with its own books; a desk
of its own a module of its own; none imports another system or anything of the hub."""
