"""A generic TMS: notifications in, REST calls out. Imports ports and below; no other connector."""
