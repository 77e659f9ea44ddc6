"""The worked example of domain.md §10: who speaks, what is said row by row, and how it is played to a hub."""
