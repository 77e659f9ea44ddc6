"""Canonical commands to where a letter goes and what it is written from. Pure. Source: domain.md §9.6."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from crossdock.canonical.commands.people import Notification, NotifyCustomer, NotifyInternal
from crossdock.connectors.notify.codes import ADDRESS, INTERNAL, SECRET
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound

_customer = msgspec.json.Decoder(NotifyCustomer)
_internal = msgspec.json.Decoder(NotifyInternal)


def read(command: Outbound) -> Notification:
    """The command's payload.

    Raises:
        Permanent: it is not the command's contract.
    """
    try:
        return (_internal if command.type == INTERNAL else _customer).decode(command.payload)
    except msgspec.MsgspecError as error:
        raise Permanent(f"{command.type} {command.id} does not fit its contract: {error}") from error


def values_of(said: Notification) -> dict[str, str]:
    """What the template may use."""
    values = {"order_no": said.order_no, "shipment": said.shipment, **said.values}
    if isinstance(said, NotifyInternal):
        values |= {"queue": said.queue, "code": said.code, "detail": said.detail}
    return values


def page_of(said: Notification, portal: str) -> str:
    """Where the customer reads of the order itself: by the order's own number, which its sign-in makes its own
    (domain.md CG-11). Empty for people of ours, and where no portal is named."""
    if not portal or not said.order_no or isinstance(said, NotifyInternal):
        return ""
    return f"{portal.rstrip('/')}/order?no={quote(said.order_no, safe='')}"


def filled(target: str, address: str, secret: Secret | None) -> str:
    """The target with the address and the secret in it, nothing of which can leave its place."""
    written = target.replace(ADDRESS, quote(address, safe="@+"))
    return written.replace(SECRET, quote(secret.reveal(), safe="")) if secret is not None else written
