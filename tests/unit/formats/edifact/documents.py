"""Small EDIFACT documents for tests, with counts that fit unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.tree import Interchange, Message


def interchange(
    parts: Sequence[str],
    *,
    control: str = "431",
    level: str = "UNOC:3",
    ack: str = "",
    count: str = "",
    trailer: str = "",
    una: str = "",
) -> bytes:
    day = "20260602" if level.endswith(":4") else "260602"
    head = f"UNB+{level}+SENDER:14+RECEIVER:14+{day}:1558+{control}{'++++' if ack else ''}{ack}'"
    return (una + head + "".join(parts) + f"UNZ+{count or len(parts)}+{trailer or control}'").encode("latin-1")


def group(messages: Sequence[str], *, kind: str = "IFTSTA", control: str = "12", count: str = "") -> str:
    head = f"UNG+{kind}+APPSEND+APPRECV+260602:1558+{control}+UN+D:96A'"
    return head + "".join(messages) + f"UNE+{count or len(messages)}+{control}'"


def message(
    kind: str, *rows: str, version: str = "D:96A:UN", control: str = "1", count: str = "", trailer: str = ""
) -> str:
    body = "".join(f"{row}'" for row in rows)
    return f"UNH+{control}+{kind}:{version}'{body}UNT+{count or len(rows) + 2}+{trailer or control}'"


STATUS = ("BGM+23+STA-1+9", "DTM+137:202606021558:203", "CNI+1+SHP-1", "STS+1+21", "DTM+334:202606021605:203")


def only(body: bytes) -> Interchange:
    (one,) = read_edifact(body).interchanges
    return one


def first(body: bytes) -> Message:
    return only(body).messages[0]


def codes(body: bytes) -> list[str]:
    """The codes of every fault of a file, the warnings behind a `?`."""
    return [("?" if one.severity == "warning" else "") + one.code for one in read_edifact(body).findings()]
