"""One dossier as the console shows it: its lanes of time, its books, its documents, and what people may ask for."""
