"""LD: one load and its tender, a dossier of its own (domain.md §3.3.2). May import process.{machine,effects,step}."""
