"""What `doctor` wants to know of a database, gathered by its adapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec


class Archiving(msgspec.Struct, frozen=True):
    """How a server's archiving of its log goes: the last segment that was handed over, the last that could not be.

    `timeline` numbers the line the server is on: a restored one begins another.
    """

    timeline: int
    archived: datetime | None
    failed: datetime | None
    failed_segment: str = ""


class DatabaseFacts(msgspec.Struct, frozen=True):
    """A PostgreSQL server and our database on it.

    Attributes:
        version: e.g. `18.4`; `version_number` is PostgreSQL's own, e.g. 180004.
        settings: as a session gets them that asks for nothing, by name.
        standby: it cannot be written to.
        now: its clock. `asked` and `answered` are ours around the question.
        pending: migrations of this release it does not have yet. `refusal`: why they cannot be compared, else empty.
        archiving: absent where the server does not archive its log.
    """

    version: str
    version_number: int
    settings: Mapping[str, str]
    standby: bool
    now: datetime
    asked: datetime
    answered: datetime
    pending: Sequence[str]
    refusal: str = ""
    archiving: Archiving | None = None
