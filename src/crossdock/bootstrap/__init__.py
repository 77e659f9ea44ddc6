"""Roof: wires everything by constructor; the only reader of the environment."""
