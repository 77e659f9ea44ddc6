"""What a project may set, chapter by chapter: plain values `Policy` is made of. No process, no rule lives here."""
