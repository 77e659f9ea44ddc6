"""The fold: one dossier's facts in canonical order through its process managers. Pure; the use case around it is
`app.ingest`."""
