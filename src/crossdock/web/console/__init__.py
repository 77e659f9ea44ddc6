"""The operations console: one file a section, templates beside them; its buttons do what they say through `app`."""
