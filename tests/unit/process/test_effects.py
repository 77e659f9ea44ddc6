"""The idempotency key of a command fits where it is told again."""

from __future__ import annotations

import msgspec

from crossdock.canonical.addressing import Address
from crossdock.canonical.commands.people import Notification
from crossdock.canonical.scalars import Id
from crossdock.canonical.vocabulary import Priority, Role
from crossdock.process.effects import Send


def send(key: str) -> Send:
    """A command under this key."""
    payload = Notification(cause_event="4.1", recipient="CSR", channel="console", template="customs_hold")
    return Send("notify_internal", Address(Role.OPS), payload, key, "recipient:CSR", Priority.P2)


def test_a_key_that_fits_is_type_and_key() -> None:
    assert send("held|SO-1").idempotency_key == "notify_internal:held|SO-1"


def test_a_longer_one_ends_in_a_print_and_stays_the_same_and_apart() -> None:
    """How a notice of a customs hold ended was refused by our own intake, because its key was 133 characters long."""
    long = "customs.held|declaration:SO100234WHV2HDQH4SKOT7|" + "x" * 100
    one, other = send(f"{long}|CUS"), send(f"{long}|TRN")
    assert msgspec.convert(one.idempotency_key, Id) == send(f"{long}|CUS").idempotency_key
    assert one.idempotency_key != other.idempotency_key
    assert one.idempotency_key.startswith("notify_internal:customs.held|")
