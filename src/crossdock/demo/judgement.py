"""Whether one injected fault ended where it must. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.demo.books import Entry
from crossdock.demo.faults import End, FaultKind
from crossdock.demo.ledger import Evidence, Injected
from crossdock.demo.plan import FILE_PEERS, QUEUED_PEERS
from crossdock.demo.reader import HubView

# Of a 997, and of a CONTRL.
NEGATIVE = ("R", "P", "E", "4")
REPEATS = ("SUPPRESS", "duplicate")


def judge_fault(line: Injected, hub: HubView, books: Mapping[str, Sequence[Entry]], converged: set[str]) -> str:
    """What is wrong with its end, empty when nothing is."""
    if line.kind is FaultKind.OUTAGE:
        return "" if converged.issuperset(hub.orders) else "not every order converged after it"
    if line.must_end in (End.CONVERGED, End.ONE_EFFECT):
        return "" if line.point.order_no in converged else "its order did not converge"
    if line.must_end is End.SUPPRESSED:
        return _suppressed(line, converged)
    if line.must_end is End.REJECTED:
        return _rejected(line, hub)
    if line.must_end is End.REFUSED:
        return _refused(line, books)
    reply = _reply(line)
    return "" if "MDM-03" in reply else f"the reply names no MDM-03: {reply[:200]}"


def _suppressed(line: Injected, converged: set[str]) -> str:
    if line.point.system in FILE_PEERS | QUEUED_PEERS:
        # Nothing is replied but that it was put down; that the second copy did nothing is seen in the ledgers.
        return "" if line.point.order_no in converged else "its order did not converge"
    reply = _reply(line)
    return "" if any(word in reply for word in REPEATS) else f"the second copy was not suppressed: {reply[:200]}"


def _rejected(line: Injected, hub: HubView) -> str:
    reply = _reply(line)
    if "REJECT" not in reply:
        return f"the claim was not rejected: {reply[:200]}"
    view = hub.orders.get(line.point.order_no)
    return "" if view is not None and "INT-04" in view.all_cases else "no case INT-04 was opened for its order"


def _refused(line: Injected, books: Mapping[str, Sequence[Entry]]) -> str:
    if line.point.system in FILE_PEERS:
        negative = any(
            entry.kind == "acknowledged" and entry.facts.get("code") in NEGATIVE for entry in books[line.point.system]
        )
        return "" if negative else "no negative acknowledgment came back"
    last = line.evidence[-1] if line.evidence else Evidence("nothing")
    told = last.status >= 400 or '"refused"' in last.reply
    return "" if told else f"the broken message was taken: HTTP {last.status} {last.reply[:200]}"


def _reply(line: Injected) -> str:
    return line.evidence[-1].reply if line.evidence else ""
