"""Commands written by maps, as the segments of a set."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source
from crossdock.canonical.vocabulary import Role
from crossdock.connectors.x12.config import Settings
from crossdock.formats.x12.document import drafted
from crossdock.formats.x12.writer import Cell
from crossdock.kernel.errors import Rejected
from crossdock.mapping.compiled import CompiledMap
from crossdock.mapping.run import ERROR, MapContext
from crossdock.ports.connector import Outbound


def write_mapped(
    found: CompiledMap, payload: Payload, command: Outbound, settings: Settings
) -> tuple[str, Sequence[Sequence[Cell]]]:
    """The set a map makes of a command, and its segments between ST and SE.

    A map may ask for `$release` (the digits of GS08), `$created` (when the command was given), `$item_qualifier`,
    `$depositor` and the partner's own `words`. Warehouses are named as the partner names them (`sites`).

    Raises:
        Rejected: the map finds that the command cannot be said; every reason is told.
    """
    values = {
        "release": settings.version[:6],
        "created": command.created.isoformat(),
        "item_qualifier": settings.item_qualifier,
        "depositor": settings.depositor,
        **settings.words,
    }
    source = Source(Role.SYNC, "crossdock", command.idempotency_key, command.type)
    written = found.write(payload, MapContext(source, command.created, values=values))
    if written.root is None:
        told = "; ".join(f"{one.detail} ({one.rule})" for one in written.findings if one.severity == ERROR)
        raise Rejected(told or "the map wrote nothing", where=found.spec.name)
    return written.kind, [_theirs(row, settings) for row in drafted(written.root)]


def _theirs(row: list[Cell], settings: Settings) -> list[Cell]:
    """N1-04 of a warehouse as the partner calls it."""
    ours = row[4] if row[0] == "N1" and len(row) > 4 and row[1] in ("WH", "SF") else ""
    names = {mine: name for name, mine in settings.sites.items()}
    return [*row[:4], names[ours], *row[5:]] if isinstance(ours, str) and ours in names else row
