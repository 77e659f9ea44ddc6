"""The read side with the archive behind it: whoever looks at one dossier sees all of it, wherever its log is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.app.archive.lines import decode_whole
from crossdock.app.archive.originals import Originals
from crossdock.kernel.errors import Rejected
from crossdock.ports.archive import Archived, FactLine, Shelf, Whole
from crossdock.ports.store import DossierRow, MessageRow
from crossdock.ports.views import CaseView, CommandView, DossierHead, EventView, QuarantineView, Views, WaitingView


class _Command(msgspec.Struct, frozen=True):
    """A row of the delivery log, as far as a reader sees it."""

    id: int
    partner: str
    type: str
    idempotency_key: str
    ordering_key: str
    cause: str
    created: datetime
    outcome: str
    attempts: int
    detail: str
    reference: str
    ended: datetime
    due: datetime | None = None


class ArchiveViews:
    """See `ports.views.Views`. `shelf` is absent where no archive is set.

    Raises:
        Rejected: a log is in the archive and cannot be read there.
    """

    def __init__(self, views: Views, shelf: Shelf | None, originals: Originals | None = None) -> None:
        self._views = views
        self._shelf = shelf
        self._originals = originals

    async def _whole(self, dossier: int) -> Whole | None:
        archived = await self._views.archived(dossier)
        if archived is None or archived.gone is not None:
            return None
        if self._shelf is None:
            raise Rejected(f"{archived.ident} is archived, and no archive is set here: set retention.dir to its folder")
        return decode_whole(await self._shelf.read(archived.place))

    async def archived(self, dossier: int) -> Archived | None:
        """See `Views.archived`."""
        return await self._views.archived(dossier)

    async def events(self, dossier: int) -> Sequence[EventView]:
        """See `Views.events`."""
        here = await self._views.events(dossier)
        whole = await self._whole(dossier)
        if whole is None:
            return here
        return sorted([*events_of(whole), *here], key=lambda event: (event.occurred, event.seq))

    async def commands(self, dossier: int) -> Sequence[CommandView]:
        """See `Views.commands`."""
        here = await self._views.commands(dossier)
        whole = await self._whole(dossier)
        return here if whole is None else sorted([*commands_of(whole), *here], key=lambda one: (one.id, one.attempts))

    async def cases(self, dossier: int) -> Sequence[CaseView]:
        """See `Views.cases`."""
        here = await self._views.cases(dossier)
        whole = await self._whole(dossier)
        return here if whole is None else sorted([*cases_of(whole), *here], key=lambda one: one.id)

    async def owners(self, ident: str) -> Sequence[DossierRow]:
        """See `Views.owners`."""
        return await self._views.owners(ident)

    async def idents(self, dossier: int) -> Sequence[str]:
        """See `Views.idents`."""
        return await self._views.idents(dossier)

    async def dossiers(self, scheme: str, *, before: int, limit: int) -> Sequence[DossierHead]:
        """See `Views.dossiers`."""
        return await self._views.dossiers(scheme, before=before, limit=limit)

    async def events_by_id(self, ids: Sequence[tuple[int, int]]) -> Sequence[EventView]:
        """See `Views.events_by_id`; those in the archive are left out."""
        return await self._views.events_by_id(ids)

    async def open_cases(self, *, queue: str, after: int, limit: int) -> Sequence[CaseView]:
        """See `Views.open_cases`."""
        return await self._views.open_cases(queue=queue, after=after, limit=limit)

    async def deliveries(self, *, partner: str, after: int, limit: int) -> Sequence[CommandView]:
        """See `Views.deliveries`."""
        return await self._views.deliveries(partner=partner, after=after, limit=limit)

    async def waiting(self, *, after: str, limit: int) -> Sequence[WaitingView]:
        """See `Views.waiting`."""
        return await self._views.waiting(after=after, limit=limit)

    async def quarantined(self, *, after: str, limit: int) -> Sequence[QuarantineView]:
        """See `Views.quarantined`."""
        return await self._views.quarantined(after=after, limit=limit)

    async def message(self, message_id: str) -> MessageRow | None:
        """See `Views.message`."""
        found = await self._views.message(message_id)
        return await self._originals.whole(found) if found is not None and self._originals is not None else found

    async def message_row(self, message_id: str) -> MessageRow | None:
        """See `Views.message_row`."""
        return await self._views.message_row(message_id)


def events_of(whole: Whole) -> list[EventView]:
    """Its facts as the log showed them."""
    return [event for fact in whole.facts for event in _events(whole.head.dossier, fact)]


def _events(dossier: int, fact: FactLine) -> list[EventView]:
    told = msgspec.convert(
        {name: getattr(fact, name) for name in EventView.__struct_fields__ if name in FactLine.__struct_fields__}
        | {"dossier": dossier, "body": b""},
        EventView,
    )
    told = msgspec.structs.replace(told, body=fact.body.encode())
    inside = [
        msgspec.structs.replace(
            told,
            seq=one.seq,
            type=one.key.partition("|")[0],
            disposition=type(told.disposition).APPLY,
            partner=one.partner,
            body=one.body.encode(),
            key=one.key,
            cause=told.id,
            message="",
            transitions="",
            reason="",
            folded=True,
        )
        for one in fact.concluded
    ]
    return [told, *inside]


def commands_of(whole: Whole) -> list[CommandView]:
    """Its commands, each with what became of it."""
    rows = [msgspec.json.decode(line.row, type=_Command) for line in whole.commands]
    return [
        CommandView(
            row.id,
            whole.head.dossier,
            row.partner,
            row.type,
            row.idempotency_key,
            row.ordering_key,
            row.cause,
            row.created,
            row.outcome,
            row.attempts,
            row.detail,
            row.reference,
            row.due,
            row.ended,
        )
        for row in rows
    ]


def cases_of(whole: Whole) -> list[CaseView]:
    """Its cases, all of them closed."""
    return [msgspec.json.decode(line.row, type=CaseView) for line in whole.cases]
