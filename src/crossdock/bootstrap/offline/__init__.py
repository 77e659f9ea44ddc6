"""What the commands of an integration project do without a hub: look at files, check, test, compare."""
