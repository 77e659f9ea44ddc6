"""The verdict: every system's books against the hub's, line by line, and every fault at its end. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from crossdock.demo import world
from crossdock.demo.books import Entry
from crossdock.demo.border import judge_border
from crossdock.demo.calling_off import judge_call_off
from crossdock.demo.faults import End, FaultKind
from crossdock.demo.gatehouse import judge_slots
from crossdock.demo.homecoming import judge_returns
from crossdock.demo.judgement import judge_fault
from crossdock.demo.ledger import Injected
from crossdock.demo.plan import FILE_PEERS
from crossdock.demo.reader import HubOrder, HubView
from crossdock.demo.reckoning import judge_freight, judge_invoices, judge_ledgers
from crossdock.demo.stocktaking import judge_stock
from crossdock.demo.storeroom import StockPlan
from crossdock.demo.tryton.judgement import judge_sale
from crossdock.demo.world import DemoOrder, Mode

REASONS_MAX = 200
# What a system refuses only when it is asked to do something a second time.
DOUBLES = frozenset(
    [
        "already_posted",
        "duplicate_plan",
        "already_exists",
        "task_exists",
        "key_reused",
        "over_issue",
        "already_asked",
        "over_billed",
        "already_accrued",
        "already_paid",
        "already_disputed",
        "return_known",
        "already_expected",
        "already_booked",
        "already_received",
        "over_returned",
        "already_credited",
        "over_credited",
        "already_moved",
        "already_counted",
    ]
)
DONE = frozenset({"CLOSED"})
# Faults a person has to look into leave a case of this code open; any other open case is a finding.
CASES_LEFT = {FaultKind.MALFORMED: "INT-02", FaultKind.WRONG_OWNER: "INT-04", FaultKind.UNKNOWN_CODE: "MDM-03"}
# What the hub does not take into a log; where these end is judged by its reply and its cases.
JUDGED_BY_REPLY = frozenset({End.REVIEW, End.REJECTED})

RECEIPTS = frozenset({"997", "CONTRL"})

Books = Mapping[str, Sequence[Entry]]


class FaultCount(msgspec.Struct):
    """One kind of fault: how many were planned, how many struck, how many ended where they should."""

    planned: int = 0
    struck: int = 0
    ended: int = 0


class Verdict(msgspec.Struct):
    """The outcome of a run. `lost` and `doubled` count messages and effects; `reasons` say what is wrong, in full."""

    verdict: str
    orders: int
    converged: int
    lost: int
    doubled: int
    faults: dict[str, FaultCount]
    reasons: list[str]
    seconds: float = 0.0


class Findings:
    """Collects what is wrong while the books are compared."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.lost = 0
        self.doubled = 0

    def say(self, reason: str) -> None:
        """Something is wrong."""
        self.reasons.append(reason)


def judge(
    book: Sequence[DemoOrder],
    books: Books,
    hub: HubView,
    faults: Sequence[Injected],
    unexpected: Sequence[str],
    stock: Sequence[StockPlan] = (),
) -> Verdict:
    """Compare everything with everything; `stock` is kept by a simulated ERP only."""
    found = Findings()
    for line in unexpected:
        found.say(f"a system was refused by the hub, or failed: {line}")
    by_order = {peer: _by_order(entries) for peer, entries in books.items()}
    converged = set()
    for order in book:
        view = hub.orders.get(order.order_no)
        before = len(found.reasons)
        if view is None:
            found.lost += 1
            found.say(f"{order.order_no}: the hub does not know it")
            continue
        _judge_order(order, view, {peer: kept.get(order.order_no, []) for peer, kept in by_order.items()}, found)
        if len(found.reasons) == before:
            converged.add(order.order_no)
    _judge_heard(books, hub, faults, found)
    _judge_refusals(books, found)
    _judge_loads(books, hub, found)
    judge_slots(books.get("dock", ()), hub.slots, found.say)
    right = judge_stock(stock, books, hub.stock, found.say)
    for where, rows in (("waiting room", hub.waiting), ("quarantine", hub.quarantined)):
        for row in rows:
            found.say(f"still in the {where}: {row}")
    _judge_cases(hub, faults, found)
    _judge_audit(hub, found)
    counts = _judge_faults(faults, hub, books, converged | right, found)
    return Verdict(
        "fail" if found.reasons else "pass",
        len(book), len(converged), found.lost, found.doubled, counts, found.reasons[:REASONS_MAX],
    )  # fmt: skip


def _by_order(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    kept: dict[str, list[Entry]] = {}
    for entry in entries:
        kept.setdefault(entry.order_no, []).append(entry)
    return kept


def _judge_order(order: DemoOrder, view: HubOrder, books: Mapping[str, list[Entry]], found: Findings) -> None:
    shipped, delivered = _shipped(books), _delivered(books)
    call_off = next((entry for entry in books["erp"] if entry.kind == "called_off"), None)
    gone = judge_call_off(order, call_off, view, books, found.say)
    for line in order.lines:
        ours = view.lines.get(line.line_no)
        if ours is None:
            found.say(f"{order.order_no} line {line.line_no}: the hub has no such line")
            continue
        name = f"{order.order_no} line {line.line_no}"
        _same(found, f"{name} ordered", line.quantity, ours.ordered)
        _same(found, f"{name} shipped", shipped[line.line_no], ours.shipped)
        _same(found, f"{name} delivered", delivered[line.line_no], ours.delivered)
        missing = line.quantity - shipped[line.line_no]
        _same(found, f"{name} backordered", 0 if call_off else missing, ours.backordered)
        _same(found, f"{name} cancelled", missing if call_off else 0, ours.cancelled)
    if not gone:
        _judge_shipments(order, view, books, found)
    _judge_postings(order, books, found, stopped=gone)
    if any(entry.kind == "sale" for entry in books["erp"]):
        for wrong in judge_sale(order, shipped, books["erp"]):
            found.say(wrong)
    else:
        judge_invoices(order, delivered, books["erp"], view.ledgers, found.say)
        judge_freight(order, books, view.ledgers, found.say)
        judge_border(order, books, view.declarations, found.say)
        judge_returns(order, books, view.returns, view.ledgers.invoices, found.say)
    judge_ledgers(order.order_no, view.ledgers, found.say)
    for command in view.open_commands:
        found.say(f"{order.order_no}: command still open: {command}")


def _judge_shipments(order: DemoOrder, view: HubOrder, books: Mapping[str, list[Entry]], found: Findings) -> None:
    planned = {entry.key: entry for entry in books["tms"] if entry.kind == "planned"}
    ours = {shipment.shipment_id: shipment for shipment in view.shipments}
    _same(found, f"{order.order_no} shipments", sorted(planned), sorted(ours))
    for number, entry in planned.items():
        if number not in ours:
            continue
        shipment = ours[number]
        name = f"{order.order_no} {number}"
        _same(found, f"{name} load", entry.facts.get("load", ""), shipment.load)
        if shipment.state not in DONE:
            found.say(f"{name}: the hub has it {shipment.state}, the books delivered with proof")
    for site in order.sites:
        own = world.lane(order, site) is Mode.OWN_FLEET
        jobs = [entry for entry in books["wms-a" if site == world.SITE_A else "wms-b"] if entry.kind == "job"]
        tasks = [entry for entry in books["lmd"] if entry.kind == "task"]
        _once(found, f"{order.order_no} fulfilment order at {site}", len(jobs))
        if own:
            _same(found, f"{order.order_no} delivery tasks", len(order.sites), len(tasks))


def _judge_postings(order: DemoOrder, books: Mapping[str, list[Entry]], found: Findings, *, stopped: bool) -> None:
    """Goods issues exactly once a hand-over, with its quantities; the ERP's last word on each delivery is the proof."""
    gone = [entry for peer in ("wms-a", "wms-b") for entry in books[peer] if entry.kind == "handed_over"]
    posted = [entry for entry in books["erp"] if entry.kind == "goods_issue"]
    by_handover = Counter(str(entry.facts["handover"]) for entry in posted)
    for entry in gone:
        number = str(entry.facts["handover_no"])
        count = by_handover.pop(number, 0)
        _once(found, f"{order.order_no} goods issue for {number}", count)
        lines = [one.facts["lines"] for one in posted if one.facts["handover"] == number]
        if lines and _pieces(lines[0]) != _pieces(entry.facts["lines"]):
            found.say(f"{order.order_no} goods issue for {number}: posted {lines[0]}, left {entry.facts['lines']}")
    for number in by_handover:
        found.doubled += 1
        found.say(f"{order.order_no}: the ERP has a goods issue for {number}, which never left")
    last = {entry.key: str(entry.facts["status"]) for entry in books["erp"] if entry.kind == "delivery_status"}
    for number in () if stopped else {entry.key for entry in books["tms"] if entry.kind == "planned"}:
        if last.get(number) not in ("DELIVERED", "POD"):
            found.say(f"{order.order_no} {number}: the ERP believes {last.get(number, 'nothing')}, not DELIVERED")


def _judge_heard(books: Books, hub: HubView, faults: Sequence[Injected], found: Findings) -> None:
    """Every message a system was told is accepted stands in a log: nothing acknowledged is lost."""
    broken = {line.point.key for line in faults if line.must_end in JUDGED_BY_REPLY}
    heard = set(hub.loads_heard)
    for view in hub.orders.values():
        heard |= view.heard
    for peer, entries in books.items():
        for entry in entries:
            name = str(entry.facts.get("name", ""))
            if entry.kind != "said" or name in RECEIPTS or entry.key.endswith("-x"):
                continue
            if f"{peer}/{name}/{entry.order_no}" in {key.rpartition("/")[0] for key in broken}:
                continue
            ident = entry.key.rpartition("-")[2] if peer in FILE_PEERS else entry.key
            if int(str(entry.facts["status"])) < 400 and ident not in heard:
                found.lost += 1
                found.say(f"{peer} said {entry.key} and was told it is accepted; the hub has no trace of it")


def _judge_refusals(books: Books, found: Findings) -> None:
    for peer, entries in books.items():
        for entry in entries:
            if entry.kind != "refused":
                continue
            if entry.key in DOUBLES:
                found.doubled += 1
            found.say(f"{peer} refused {entry.facts.get('call_name', 'a document')}: {entry.key} {entry.facts}")


def _judge_loads(books: Books, hub: HubView, found: Findings) -> None:
    loads = {entry.key: entry.facts["shipments"] for entry in books["tms"] if entry.kind == "load"}
    ours: dict[str, set[str]] = {}
    for view in hub.orders.values():
        for shipment in view.shipments:
            if shipment.load:
                ours.setdefault(shipment.load, set()).add(shipment.shipment_id)
    for load, members in loads.items():
        if isinstance(members, list):
            _same(found, f"load {load} shipments", sorted(members), sorted(ours.get(load, set())))


def _judge_cases(hub: HubView, faults: Sequence[Injected], found: Findings) -> None:
    expected = {CASES_LEFT[line.kind] for line in faults if line.kind in CASES_LEFT}
    for case in hub.open_cases:
        if case.code not in expected:
            found.say(f"case {case.code} on {case.subject} is still open, and no fault explains it: {case.detail}")


def _judge_audit(hub: HubView, found: Findings) -> None:
    if hub.audit is None:
        return
    queued = hub.audit.queued
    if queued is not None and (queued.waiting or queued.under_way):
        found.say(f"still queued: {queued.waiting} messages nobody has taken, {queued.under_way} given to a worker")
    found.lost += hub.audit.lost
    found.doubled += hub.audit.doubled
    for one in hub.audit.discrepancies:
        found.say(f"the hub's audit: {one.kind} {one.subject}: {one.detail}")


def _judge_faults(
    faults: Sequence[Injected], hub: HubView, books: Books, converged: set[str], found: Findings
) -> dict[str, FaultCount]:
    counts: dict[str, FaultCount] = {}
    for line in faults:
        count = counts.setdefault(line.kind.value, FaultCount())
        count.planned += 1
        if not line.struck:
            found.say(f"fault {line.id} {line.kind} at {line.point.key} was planned and never struck")
            continue
        count.struck += 1
        wrong = judge_fault(line, hub, books, converged)
        if wrong:
            found.say(f"fault {line.id} {line.kind} at {line.point.key} must end {line.must_end}: {wrong}")
        else:
            count.ended += 1
    return counts


def _shipped(books: Mapping[str, list[Entry]]) -> Counter[str]:
    return _sum(entry for peer in ("wms-a", "wms-b") for entry in books[peer] if entry.kind == "handed_over")


def _delivered(books: Mapping[str, list[Entry]]) -> Counter[str]:
    counted = [entry for entry in books["lmd"] if entry.kind == "unloaded"]
    return _sum([*counted, *(entry for entry in books["tms"] if entry.kind == "pod")])


def _sum(entries: Iterable[Entry]) -> Counter[str]:
    total: Counter[str] = Counter()
    for entry in entries:
        total.update(_pieces(entry.facts["lines"]))
    return total


def _pieces(lines: object) -> dict[str, int]:
    assert isinstance(lines, dict)
    return {str(line): int(float(str(pieces))) for line, pieces in lines.items()}


def _same(found: Findings, what: str, theirs: object, ours: object) -> None:
    if theirs != ours:
        found.say(f"{what}: the books say {theirs}, the hub {ours}")


def _once(found: Findings, what: str, count: int) -> None:
    if count == 1:
        return
    if count > 1:
        found.doubled += count - 1
    found.say(f"{what}: {count} times instead of once")
