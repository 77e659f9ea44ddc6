"""Maps: trees to canonical facts and commands to trees, as data, with the source of every field."""
