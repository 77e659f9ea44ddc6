"""Which of several systems of one role a command goes to (mission.md S-04): what concerns an order, to its own ERP."""

from __future__ import annotations

import msgspec

from crossdock.app.fold.session import Session
from crossdock.canonical.addressing import Address
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Directory, Partner
from crossdock.process.order.state import OrderState

ORDER = "ORD"


def system_for(session: Session, to: Address, directory: Directory) -> Partner | None:
    """The one partner for this address, seen from this dossier; `None` where there is none or no single one."""
    found = directory.resolve(to)
    if found is not None or to.role is not Role.ERP:
        return found
    order = session.machine_state(ORDER)
    if not isinstance(order, OrderState) or not order.erp:
        return None
    return directory.resolve(msgspec.structs.replace(to, instance=order.erp))
