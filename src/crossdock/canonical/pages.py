"""The reference pages of events and commands, written from the tables so that they cannot drift. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.declarations import CommandType, EventType, Payload

_NOTE = "<!-- made from the code by `make docs`: change the code, not this page -->"


def pages() -> dict[str, str]:
    """Each page's file name below `docs/reference` and its text."""
    return {"events.md": _events(), "commands.md": _commands()}


def _events() -> str:
    lines = [
        _NOTE,
        "",
        "# Events",
        "",
        "What a partner can state and what Crossdock concludes. *Observers* may say it too, as an observation only.",
        "*Key* is what makes a statement the same statement, beside type and subject. *Late* is when it is marked",
        "late; it is never refused for that. Fields in bold are required.",
    ]
    chapters: dict[str, list[EventType]] = {}
    for kind in EVENT_TYPES.values():
        chapters.setdefault(_chapter(kind.payload), []).append(kind)
    for chapter, kinds in chapters.items():
        lines += ["", f"## {chapter}", "", "| event | means | owner | observer | about | key | class | late | fields |"]
        lines += ["|---|---|---|---|---|---|---|---|---|", *map(_event_row, kinds)]
    return "\n".join(lines) + "\n"


def _event_row(kind: EventType) -> str:
    return _row(
        (
            f"`{kind.name}`",
            _about(kind.payload),
            ", ".join(sorted(kind.owners)),
            ", ".join(sorted(kind.observers)),
            ", ".join(sorted(kind.subjects)) or "anything",
            ", ".join(kind.idem) or ("its slot" if kind.name == "tracking.milestone" else "once"),
            kind.priority.name,
            _span(kind.late_s),
            _fields(kind.payload),
        )
    )


def _commands() -> str:
    lines = [
        _NOTE,
        "",
        "# Commands",
        "",
        "What Crossdock asks its partners to do. The *key* is sent along and stays the same over every retry. In",
        "*mode* `S` the call answers, in `A` an event does, later. When the answer is no, or none comes before the",
        "timer ends, *on no* is the case that is opened. Fields in bold are required.",
        "",
        "| command | means | to | key | mode | yes | no | timer | on no | undo | class | fields |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        *map(_command_row, COMMAND_TYPES.values()),
    ]
    return "\n".join(lines) + "\n"


def _command_row(kind: CommandType) -> str:
    return _row(
        (
            f"`{kind.name}`",
            _about(kind.payload),
            ", ".join([kind.role, *sorted(kind.roles - {kind.role})]),
            ", ".join(kind.key),
            kind.mode,
            ", ".join(kind.ack),
            ", ".join(kind.nack),
            kind.timer,
            kind.on_negative,
            kind.undo,
            kind.priority.name,
            _fields(kind.payload),
        )
    )


def _chapter(payload: type[Payload]) -> str:
    return payload.__module__.rpartition(".")[2].replace("_", " ").capitalize()


def _about(payload: type[Payload]) -> str:
    return (payload.__doc__ or "").split("\n", 1)[0]


def _fields(payload: type[Payload]) -> str:
    return ", ".join(
        f"**{field.encode_name}**" if field.required else field.encode_name
        for field in msgspec.structs.fields(payload)
        if field.name != "ext"
    )


def _span(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds // 3600} h" if seconds % 3600 == 0 else f"{seconds // 60} min"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
