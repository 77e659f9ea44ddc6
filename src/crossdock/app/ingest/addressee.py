"""Whose an order is, of several ERPs (mission.md S-04): commands about it go to its own, and no other speaks of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crossdock.app.fold.session import Session
from crossdock.app.ingest.arrival import Item
from crossdock.app.ingest.correlate import lacks_authority
from crossdock.canonical.addressing import Address
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Directory, Partner
from crossdock.process.order.state import OrderState

ORDER = "ORD"
APPROVED = "order.approved"
ANY_ERP = Address(Role.ERP)


def system_for(session: Session, to: Address, directory: Directory) -> Partner | None:
    """The one partner for this address, seen from this dossier; `None` where there is none or no single one."""
    found = directory.resolve(to)
    if found is not None or to.role is not Role.ERP:
        return found
    order = session.machine_state(ORDER)
    if not isinstance(order, OrderState) or not order.erp:
        return None
    return directory.resolve(msgspec.structs.replace(to, instance=order.erp))


def unauthorised(session: Session, items: Sequence[Item], directory: Directory) -> list[str]:
    """Why each of these facts may not be said, empty for those that may: by its role (domain.md §1.7), or because
    another ERP of ours approved an order of that number before.

    Numbers of two ERPs may be equal. Who came first has the order, as the first reference seen names a thing (§0.3):
    what the other one says of its own order would be mixed into it, so it is turned away before any fold, in whatever
    order it occurred. A connection that takes no commands may be a second one of an ERP that does, and is believed.
    """
    rivals = _rivals(items, directory)
    home = _home(session, items) if rivals else ""
    return [
        "" if item.trusted else lacks_authority(item.fact, item.partner) or _of_another(item, home, rivals)
        for item in items
    ]


def _rivals(items: Sequence[Item], directory: Directory) -> frozenset[str]:
    """The ERPs that are surely not one: those that take commands, or all where none does. Empty where there is one."""
    if not any(item.partner.role is Role.ERP for item in items) or directory.resolve(ANY_ERP) is not None:
        return frozenset()
    erps = [partner.id for partner in directory.partners() if partner.role is Role.ERP]
    listening = [one for one in erps if _listens(one, directory)]
    return frozenset(listening or erps)


def _home(session: Session, items: Sequence[Item]) -> str:
    """The ERP that has this order; empty where none has approved it yet."""
    order = session.machine_state(ORDER)
    if isinstance(order, OrderState) and order.erp:
        return order.erp
    approvals = (item for item in items if item.fact.type == APPROVED and not lacks_authority(item.fact, item.partner))
    return next((item.partner.id for item in approvals if item.partner.role is Role.ERP), "")


def _of_another(item: Item, home: str, rivals: frozenset[str]) -> str:
    erp = item.partner.id
    if home not in rivals or erp not in rivals or erp == home:
        return ""
    return (
        f"{item.fact.type} of {erp} is about an order whose number {home} gave to an order of its own before: they are "
        f"two orders, and nothing of {erp}'s is taken for {home}'s. Give the two ERPs number ranges of their own, and "
        f"send this one under its new number (INT-04)"
    )


def _listens(erp: str, directory: Directory) -> bool:
    found = directory.resolve(msgspec.structs.replace(ANY_ERP, instance=erp))
    return found is not None and found.id == erp
