"""EDIFACT interchanges between bytes and positioned trees, message grammars, and CONTRL. Syntax only."""
