"""Service levels with error budgets (mission.md §8.5), and silence told apart (peers.md 3.9)."""
