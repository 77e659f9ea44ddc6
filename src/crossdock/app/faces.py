"""Questions to the log in the words of a standard: what happened, by time, kind, place, or what it is about.

A question that names something we know (a unit, a booking) reads that dossier; any other reads the log from where the
asker stands, a bounded stretch at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app.webhooks.listening import EventLog, place_of, text_of
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Rejected
from crossdock.ports.faces import Face, Spoken
from crossdock.ports.views import Views

STRETCH = 200
SCAN_MAX = 2_000
DOSSIERS_MAX = 50
OFFSET_MARK = "at-"


class Question(msgspec.Struct, frozen=True):
    """What is asked: of each field one of its values, happened at or after `since` and before `until`.

    `recorded` bounds when we were told. `partner` is the only one whose word is heard, empty for everybody's.
    """

    words: Mapping[str, frozenset[str]]
    since: datetime | None = None
    until: datetime | None = None
    recorded_since: datetime | None = None
    recorded_until: datetime | None = None
    partner: str = ""


class SpokenPage(msgspec.Struct, frozen=True):
    """Events of the standard; `next` is where to go on, empty when this was the end."""

    events: tuple[Spoken, ...]
    next: str


@dataclass(frozen=True, slots=True)
class FaceLog:
    """The log behind one standard's face."""

    log: EventLog
    views: Views
    face: Face

    async def ask(self, question: Question, place: str, limit: int) -> SpokenPage:
        """A page of answers in the order of the log, of one dossier in the order of the world.

        Raises:
            Rejected: the place is none of ours.
            Transient: the store is away.
        """
        words = {name: frozenset(self.face.word(name, one) for one in asked) for name, asked in question.words.items()}
        question = msgspec.structs.replace(question, words=words)
        idents = [
            one for name, asked in words.items() for value in sorted(asked) for one in self.face.idents(name, value)
        ]
        if idents:
            return await self._about(idents, question, place, limit)
        return await self._along(question, place, limit)

    async def _about(self, idents: Sequence[str], question: Question, place: str, limit: int) -> SpokenPage:
        begin = _offset_of(place)
        rows = {row.id: row for ident in idents[:DOSSIERS_MAX] for row in await self.views.owners(ident)}
        found: list[Spoken] = []
        for dossier in sorted(rows)[:DOSSIERS_MAX]:
            for event in await self.views.events(dossier):
                if event.disposition is Disposition.APPLY and _heard(question, event.partner, event.recorded):
                    found += self._told(event.body, event.received, event.id, question)
        page = found[begin : begin + limit]
        more = begin + limit < len(found)
        return SpokenPage(tuple(page), f"{OFFSET_MARK}{begin + limit}" if more else "")

    async def _along(self, question: Question, place: str, limit: int) -> SpokenPage:
        feed, stands = self.log.open_feed(), place_of(place)
        found: list[Spoken] = []
        looked = 0
        while looked < SCAN_MAX and len(found) < limit:
            rows = await feed.read(stands, limit=min(STRETCH, limit))
            if not rows:
                return SpokenPage(tuple(found), "")
            for row in rows:
                if row.disposition is Disposition.APPLY and _heard(question, row.partner, row.recorded):
                    found += self._told(row.body, row.recorded, f"{row.position.dossier}.{row.seq}", question)
            looked, stands = looked + len(rows), rows[-1].position
        return SpokenPage(tuple(found), text_of(stands))

    def _told(self, body: bytes, received: datetime, identity: str, question: Question) -> Iterable[Spoken]:
        fact = decode_fact(body, received, identity)
        return [one for one in self.face.tell(fact) if _answers(one, question)]


def _heard(question: Question, partner: str, recorded: datetime) -> bool:
    since, until = question.recorded_since, question.recorded_until
    return (
        (not question.partner or partner == question.partner)
        and (since is None or recorded >= since)
        and (until is None or recorded < until)
    )


def _answers(spoken: Spoken, question: Question) -> bool:
    if question.since is not None and spoken.at < question.since:
        return False
    if question.until is not None and spoken.at >= question.until:
        return False
    return all(values & spoken.words.get(field, frozenset()) for field, values in question.words.items())


def _offset_of(place: str) -> int:
    if not place:
        return 0
    number = place.removeprefix(OFFSET_MARK)
    if number == place or not (number.isascii() and number.isdecimal() and len(number) <= 9):
        raise Rejected("this is no place in the answers that we gave: use the one of the page before")
    return int(number)
