"""What rests on a dossier, as rows of the archive, and back into its tables, column by column as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Bug
from crossdock.ports.archive import CaseLine, CommandLine, Concluded, DeskLine, FactLine, HeadLine, Whole
from crossdock.ports.store import EventRow
from crossdock.postgres.codes import DISPOSITIONS, NOT_FOLDED, code_of
from crossdock.postgres.connection import Connection
from crossdock.postgres.hot_rows import ANSWERS
from crossdock.postgres.log import begins, pack_concluded, pack_moves, type_of, unpack_concluded, unpack_moves
from crossdock.postgres.packing import pack, pack_keyed, unpack, unpack_keyed

_HEADS = """
select d.id, d.ident, d.label, array(select ident from link l where l.dossier = d.id order by ident)
from dossier d where d.id = any(%s)"""

_FACTS = """
select dossier, seq, type, disposition, partner, occurred, received, recorded, tx, coalesce(cause, ''),
    coalesce(message, ''), coalesce(transitions, ''), moves, coalesce(reason, ''), body, concluded
from event where dossier = any(%s) order by dossier, seq"""

_COMMANDS = """
select dossier, (to_jsonb(l) - 'payload')::text, payload, type from delivery_log l
where dossier = any(%s) order by id, attempts"""

_CASES = """
select c.dossier, to_jsonb(c)::text, to_jsonb(k)::text
from exception_case c left join case_desk k on k.case_id = c.id
where c.dossier = any(%s) and c.closed is not null order by c.id"""

_PUT_FACT = """
insert into event (dossier, tx, occurred, received, recorded, seq, disposition, type, partner, key, cause, message,
    transitions, reason, body, concluded, moves)
values (%(dossier)s, %(tx)s, %(occurred)s, %(received)s, %(recorded)s, %(seq)s, %(disposition)s, %(type)s, %(partner)s,
    nullif(%(key)s, ''), nullif(%(cause)s, ''), nullif(%(message)s, ''), nullif(%(transitions)s, ''),
    nullif(%(reason)s, ''), %(body)s, %(concluded)s, %(moves)s)"""

_PUT_COMMAND = """
insert into delivery_log select * from jsonb_populate_record(null::delivery_log,
    %(row)s::jsonb || jsonb_build_object('payload', %(payload)s::bytea))"""

_PUT_CASE = """
insert into exception_case overriding system value
select * from jsonb_populate_record(null::exception_case, %s::jsonb)"""

_PUT_DESK = "insert into case_desk select * from jsonb_populate_record(null::case_desk, %s::jsonb)"


async def read_wholes(connection: Connection, dossiers: Sequence[int]) -> list[Whole]:
    """These dossiers whole, in the order given."""
    ids = list(dossiers)
    heads: dict[int, HeadLine] = {}
    for dossier, ident, label, idents in await (await connection.execute(_HEADS, (ids,))).fetchall():
        heads[dossier] = HeadLine(dossier, ident, label, tuple(idents))
    facts: dict[int, list[FactLine]] = {one: [] for one in ids}
    for dossier, *row in await (await connection.execute(_FACTS, (ids,), binary=True)).fetchall():
        facts[dossier].append(_fact(row))
    commands: dict[int, list[CommandLine]] = {one: [] for one in ids}
    for dossier, text, payload, _ in await (await connection.execute(_COMMANDS, (ids,), binary=True)).fetchall():
        commands[dossier].append(CommandLine(msgspec.Raw(text.encode()), unpack(payload).decode()))
    cases: dict[int, list[CaseLine]] = {one: [] for one in ids}
    desks: dict[int, list[DeskLine]] = {one: [] for one in ids}
    for dossier, text, desk in await (await connection.execute(_CASES, (ids,))).fetchall():
        cases[dossier].append(CaseLine(_raw(text)))
        desks[dossier] += [DeskLine(_raw(desk))] if desk is not None else []
    return [
        Whole(heads[one], tuple(facts[one]), tuple(commands[one]), tuple(cases[one]), tuple(desks[one])) for one in ids
    ]


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def _fact(row: Sequence[object]) -> FactLine:
    seq, stored, code, partner, occurred, received, recorded, tx, *others = row
    cause, message, transitions, moves, reason, packed, concluded = others
    body, key = unpack_keyed(_bytes(packed))
    number = _number(seq)
    conclusions = unpack_concluded(number, None if concluded is None else _bytes(concluded))
    return msgspec.convert(
        {
            "kind": "fact",
            "seq": number,
            "type": type_of(stored if isinstance(stored, str) else None, key),
            "disposition": DISPOSITIONS[_number(code)],
            "partner": partner,
            "occurred": occurred,
            "received": received,
            "recorded": recorded,
            "transaction": tx,
            "key": key,
            "body": body.decode(),
            "cause": cause,
            "message": message,
            "transitions": transitions or unpack_moves(None if moves is None else _bytes(moves)),
            "reason": reason,
            "folded": code not in NOT_FOLDED,
            "concluded": [Concluded(at, one.key, one.partner, one.body.decode()) for at, one in conclusions],
        },
        FactLine,
    )


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise Bug(f"a column of bytes holds {type(value).__name__}")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise Bug(f"a column of numbers holds {type(value).__name__}")
    return value


async def put_whole(connection: Connection, whole: Whole) -> None:
    """Insert everything of a dossier but its own row and its identifiers, which never left."""
    dossier = whole.head.dossier
    async with connection.cursor() as cursor:
        await cursor.executemany(_PUT_FACT, [_columns(dossier, fact) for fact in whole.facts])
        await cursor.executemany(_PUT_COMMAND, [_command(line) for line in whole.commands])
        await cursor.executemany(_PUT_CASE, _texts(line.row for line in whole.cases))
        await cursor.executemany(_PUT_DESK, _texts(line.row for line in whole.desks))


def _texts(rows: Iterable[msgspec.Raw]) -> list[tuple[str]]:
    return [(bytes(row).decode(),) for row in rows]


def _command(line: CommandLine) -> Mapping[str, object]:
    kind = msgspec.json.decode(line.row, type=dict[str, object])["type"]
    return {"row": bytes(line.row).decode(), "payload": pack(line.payload.encode(), str(kind))}


def _columns(dossier: int, fact: FactLine) -> dict[str, object]:
    row = _event(dossier, fact)
    answers = fact.type in ANSWERS
    moves = pack_moves(fact.transitions)
    conclusions = [
        msgspec.structs.replace(row, seq=one.seq, type="", key=one.key, partner=one.partner, body=one.body.encode())
        for one in fact.concluded
    ]
    for place, one in enumerate(conclusions):
        conclusions[place] = msgspec.structs.replace(one, type=type_of(None, one.key))
    return {
        "dossier": dossier,
        "tx": fact.transaction,
        "occurred": fact.occurred,
        "received": fact.received,
        "recorded": fact.recorded,
        "seq": fact.seq,
        "disposition": code_of(fact.disposition, folded=fact.folded),
        "type": None if begins(fact.key, fact.type) and not answers else fact.type,
        "partner": fact.partner,
        "key": fact.key if answers else "",
        "cause": fact.cause,
        "message": fact.message,
        "transitions": "" if moves is not None else fact.transitions,
        "reason": fact.reason,
        "body": pack_keyed(row.body, fact.key, fact.type),
        "concluded": pack_concluded(row, conclusions) if conclusions else None,
        "moves": moves,
    }


def _event(dossier: int, fact: FactLine) -> EventRow:
    return EventRow(
        dossier=dossier,
        seq=fact.seq,
        type=fact.type,
        disposition=Disposition(fact.disposition),
        partner=fact.partner,
        occurred=fact.occurred,
        received=fact.received,
        body=fact.body.encode(),
        key=fact.key,
    )
