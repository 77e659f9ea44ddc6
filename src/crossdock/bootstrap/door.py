"""Where the serving role listens: noted in `<data>/door` by the child that bound the port, read by `up`."""

from __future__ import annotations

from pathlib import Path

NAME = "door"


def note_door(data: Path, url: str) -> None:
    """Note the address, whole or not at all."""
    fresh = data / f".{NAME}"
    fresh.write_text(url)
    fresh.replace(data / NAME)


def door(data: Path) -> str:
    """The address noted, empty when none is."""
    try:
        return (data / NAME).read_text()
    except FileNotFoundError:
        return ""


def forget_door(data: Path) -> None:
    """Forget what an earlier run noted."""
    (data / NAME).unlink(missing_ok=True)
