"""Floor: process managers, pure functions over facts. One folder each; they do not know each other."""
