"""Canonical JSON for somebody who may not see personal data: the same document, what is about a person put out.

Done to the document as it is shown, never to what is stored: who may see it sees what was said.
"""

from __future__ import annotations

import msgspec

from crossdock.canonical.personal import is_personal

MASK = "•••"


def masked_text(document: str) -> str:
    """A canonical document in indented JSON, masked; what is no JSON is put out whole."""
    try:
        read = msgspec.json.decode(document)
    except msgspec.MsgspecError:
        return MASK
    return msgspec.json.format(msgspec.json.encode(masked(read, ())), indent=2).decode()


def masked(value: object, path: tuple[str, ...]) -> object:
    """A value at this path with what is personal in it replaced; what is absent or empty stays so."""
    match value:
        case dict():
            return {name: _field(child, (*path, str(name))) for name, child in value.items()}
        case list():
            return [masked(child, path) for child in value]
        case _:
            return value


def _field(value: object, path: tuple[str, ...]) -> object:
    if is_personal(path):
        return MASK if value not in (None, "", [], {}) else value
    return masked(value, path)
