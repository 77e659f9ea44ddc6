"""What was promised to the world outside, version by version: the shape of every contract, and who answers for it."""
