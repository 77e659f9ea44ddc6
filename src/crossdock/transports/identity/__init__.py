"""Identity providers: what they say of themselves, their keys, sign-in by code, bearer tokens."""
