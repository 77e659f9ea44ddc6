"""The border: what the hub declared of one order, and what customs has in its books of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from crossdock.demo.books import Entry
from crossdock.demo.world import DemoOrder, is_export
from crossdock.process.customs.state import DeclarationState

Say = Callable[[str], None]
DONE = "EXITED"

_declarations = msgspec.msgpack.Decoder(DeclarationState)


class DeclarationView(msgspec.Struct, frozen=True):
    """A declaration as the hub has it; `version` counts how often it was handed in."""

    lrn: str
    mrn: str
    state: str
    version: int


def read_declarations(machines: Mapping[str, msgspec.Raw]) -> tuple[DeclarationView, ...]:
    """The declarations of one dossier."""
    states = [_declarations.decode(raw) for name, raw in machines.items() if name.partition(":")[0] == "CD"]
    return tuple(DeclarationView(one.lrn, one.mrn, one.state, one.version) for one in states)


def judge_border(
    order: DemoOrder, books: Mapping[str, list[Entry]], ours: tuple[DeclarationView, ...], say: Say
) -> None:
    """Each export is declared once, in the pieces that left, and has left; nothing else is declared."""
    entries = books.get("customs", [])
    name = order.order_no
    drafted = [entry.key for entry in entries if entry.kind == "drafted"]
    wanted = len(order.sites) if is_export(order) else 0
    if len(drafted) != wanted or len(ours) != wanted:
        say(f"{name} declarations: {wanted} are due, customs has {drafted}, the hub {[one.lrn for one in ours]}")
    numbers = {entry.key: str(entry.facts["mrn"]) for entry in entries if entry.kind == "left"}
    versions = {entry.key: int(str(entry.facts["version"])) for entry in entries if entry.kind == "submitted"}
    for one in ours:
        told = (numbers.get(one.lrn), versions.get(one.lrn))
        if (one.mrn, one.version) != told or one.state != DONE:
            say(f"{name} declaration {one.lrn} is {one.state} as {one.mrn}/{one.version}; customs has {told}")
    proofs = [entry.key for entry in books["erp"] if entry.kind == "export_proof"]
    if len(proofs) != wanted:
        say(f"{name} proofs of export: {wanted} are due, the ERP has {proofs}")
    _judge_goods(name, books, entries, say)


def _judge_goods(name: str, books: Mapping[str, list[Entry]], entries: list[Entry], say: Say) -> None:
    gone: dict[str, dict[str, Decimal]] = {}
    for entry in books["wms-a"]:
        if entry.kind == "handed_over":
            gone["WH-A1"] = _pieces(entry.facts["lines"])
    last = {entry.key: entry for entry in entries if entry.kind == "submitted"}
    for lrn, entry in last.items():
        declared, left = _pieces(entry.facts["lines"]), gone.get(str(entry.facts["site"]), {})
        if declared != left:
            say(f"{name} declaration {lrn}: declared {declared}, left {left}")


def _pieces(lines: object) -> dict[str, Decimal]:
    assert isinstance(lines, dict)
    return {str(line): Decimal(str(pieces)).normalize() for line, pieces in lines.items()}
