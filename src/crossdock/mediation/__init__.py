"""Where formats and maps meet: which map reads a document, and how what it made is told to the hub."""
