"""Vehicle telematics: positions and terminal events in, nothing out. Imports ports and below; no other connector."""
