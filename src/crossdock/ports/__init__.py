"""Floor: protocols and the row structs that cross them. Imports canonical and kernel; adapters implement these."""
