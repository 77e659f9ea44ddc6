"""Asking an API again and again for what is new, by a cursor that is moved after the commit."""
