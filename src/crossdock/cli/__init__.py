"""Attic: the commands; thin calls into what bootstrap built."""
