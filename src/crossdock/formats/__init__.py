"""Floor: syntax only: bytes to typed trees with positions and back; knows nothing of logistics."""
