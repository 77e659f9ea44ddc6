"""TRADE as the fold sees it: one trade file an order, which tells every release that needs a declaration what is in it.

Only orders whose goods cross a border have a file: one that says so, names tariff codes for abroad, or has a shipment
that needs a declaration. For all others every fact passes by without a state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.wms import CreateFulfilmentOrder, UpdateFulfilmentOrder
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.customs import CustomsRequired
from crossdock.canonical.events.fulfilment import PackageVoided, PackCompleted, ShipmentHandedOver
from crossdock.canonical.events.order import OrderApproved, OrderChanged
from crossdock.canonical.events.platform import DocumentAttached, MasterUpdated
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.amounts import whole
from crossdock.process.customs.trade_book import (
    approved,
    attached,
    changed,
    concerns_customs,
    mastered,
    packed,
    released,
    voided,
    with_release,
)
from crossdock.process.customs.trade_state import Release, TradeFile
from crossdock.process.customs.trade_statement import statement
from crossdock.process.effects import Derive, Effect
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy

Step = Decision[TradeFile]
Book = Callable[[TradeFile, Fact], TradeFile]

KEPT = "KEPT"
NOT_OURS: Step = Decision(Disposition.RECORD)
OPENS = frozenset({"order.approved", "customs.required"})


class TradeMachine:
    """Implements `process.machine.Machine`."""

    name = "TRADE"
    per_group = False
    state_type = TradeFile

    def __init__(self) -> None:
        self.listens = frozenset(BOOKS)

    def decide(self, state: TradeFile | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Step:
        """See `Machine.decide`."""
        if state is None and (trigger not in OPENS or not _is_reason(fact, policy)):
            return NOT_OURS
        before = state or TradeFile()
        after = BOOKS[trigger](before, fact)
        if after is before:
            return NOT_OURS
        told, effects = state_anew(after, key, policy)
        label = self.label(before) if state is not None else ""
        return Decision(Disposition.APPLY, before=label, after=KEPT, state=told, effects=effects)

    def label(self, state: TradeFile) -> str:
        """There is one state."""
        return KEPT


def state_anew(file: TradeFile, key: str, policy: Policy) -> tuple[TradeFile, tuple[Effect, ...]]:
    """`customs.goods_stated` of every release that needs a declaration and has something new to say."""
    effects: list[Effect] = []
    for group, release in file.releases.items():
        if release.required is None:
            continue
        said = statement(file, release, release.required, policy.customs)
        if said.content_hash == release.said:
            continue
        file = with_release(file, group, replace(release, said=said.content_hash))
        effects.append(Derive("customs.goods_stated", Subject("shipment", f"{key}/{group}"), said))
    return file, tuple(effects)


def _is_reason(fact: Fact, policy: Policy) -> bool:
    return not isinstance(fact.payload, OrderApproved) or concerns_customs(fact.payload, policy)


def _approved(file: TradeFile, fact: Fact) -> TradeFile:
    return approved(file, cast(OrderApproved, fact.payload))


def _changed(file: TradeFile, fact: Fact) -> TradeFile:
    said = cast(OrderChanged, fact.payload)
    return approved(file, said.order) if said.order is not None else changed(file, said.changes)


def _mastered(file: TradeFile, fact: Fact) -> TradeFile:
    return mastered(file, fact.subject.id, cast(MasterUpdated, fact.payload))


def _asked(file: TradeFile, fact: Fact) -> TradeFile:
    order = cast("CreateFulfilmentOrder | UpdateFulfilmentOrder", fact.payload)
    group = f"{order.warehouse}/{order.release_no}"
    return released(file, group, {line.line: (line.item, whole(line.qty.value)) for line in order.lines})


def _packed(file: TradeFile, fact: Fact) -> TradeFile:
    said = cast(PackCompleted, fact.payload)
    return packed(file, f"{said.warehouse}/{said.release_no}", said)


def _voided(file: TradeFile, fact: Fact) -> TradeFile:
    number = cast(PackageVoided, fact.payload).sscc
    group = next((name for name, release in file.releases.items() if number in release.packages), "")
    return voided(file, group, number) if group else file


def _handed(file: TradeFile, fact: Fact) -> TradeFile:
    """What left the dock is packed, whether anybody said so or not."""
    gone = cast(ShipmentHandedOver, fact.payload)
    group = f"{gone.warehouse}/{gone.release_no}"
    release = file.releases.get(group)
    return file if release is None or release.final else with_release(file, group, replace(release, final=True))


def _required(file: TradeFile, fact: Fact) -> TradeFile:
    required = cast(CustomsRequired, fact.payload)
    group = f"{required.warehouse}/{required.release_no}"
    release = file.releases.get(group, Release())
    known = release.required
    if known is not None and required.origin is None:
        required = replace(required, origin=known.origin, destination=known.destination)
    return file if required == known else with_release(file, group, replace(release, required=required))


def _not_required(file: TradeFile, fact: Fact) -> TradeFile:
    for group, release in file.releases.items():
        mine = release.required
        if mine is not None and (fact.subject.id == mine.shipment or fact.subject.id.endswith(f"/{group}")):
            return with_release(file, group, replace(release, required=None, said=""))
    return file


def _attached(file: TradeFile, fact: Fact) -> TradeFile:
    return attached(file, cast(DocumentAttached, fact.payload))


BOOKS: Mapping[str, Book] = {
    "order.approved": _approved,
    "order.changed": _changed,
    "master.updated": _mastered,
    "cmd:create_fulfilment_order": _asked,
    "cmd:update_fulfilment_order": _asked,
    "pack.completed": _packed,
    "package.voided": _voided,
    "shipment.handed_over": _handed,
    "customs.required": _required,
    "customs.not_required": _not_required,
    "document.attached": _attached,
}

MACHINE = TradeMachine()
