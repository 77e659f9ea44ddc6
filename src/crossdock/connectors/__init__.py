"""Room: one folder per partner kind: manifest, codes, pure mapping, thin client."""
