"""The canonical envelope itself as a partner dialect. Imports ports and below; no other connector."""
