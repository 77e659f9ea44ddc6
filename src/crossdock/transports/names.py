"""What a file may be called at a partner's place, and which names are looked at there."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import PurePosixPath

from crossdock.kernel.errors import Permanent

PARTIAL = ".part"


def plain_name(name: str) -> str:
    """A name that stays in its folder.

    Raises:
        Permanent: it is none; a file of that name is neither put nor moved.
    """
    if not name or name != PurePosixPath(name).name or name.startswith(".") or "\x00" in name:
        raise Permanent(f"{name!r} is no plain file name: correct the connector that named it")
    return name


def name_to_put(name: str) -> str:
    """A plain name that can also stand in a command or a header: of a file of ours, whose name may hold what a partner
    wrote.

    Raises:
        Permanent: it is none, or holds a control character.
    """
    if not plain_name(name).isprintable():
        raise Permanent(f"{name!r} holds what cannot stand in a file name: correct the connector that named it")
    return name


def is_looked_at(name: str, pattern: str) -> bool:
    """Whether a file is ours to take: not hidden, not under a temporary name, and one of the pattern."""
    return (
        not name.startswith(".")
        and "/" not in name
        and not name.endswith((PARTIAL, ".tmp", ".filepart"))
        and fnmatch(name, pattern)
    )


def temporary_name(name: str) -> str:
    """What a file is called until it is whole; `is_looked_at` passes over it."""
    return f".{name}{PARTIAL}"
