"""A generic ERP: business events in, REST postings out. Imports ports and below; no other connector."""
