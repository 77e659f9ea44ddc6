"""The record of what was done by hand: proof that it is as it was written, and how it reads."""
