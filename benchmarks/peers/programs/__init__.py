"""What runs in a peer's own environment: the standard library, that peer, and `story`, nothing else of ours."""
