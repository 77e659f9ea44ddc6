"""The catalogue as a folder of static pages: no script, no server, every link inside it. Imports app and below."""
