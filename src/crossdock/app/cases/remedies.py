"""Automatic remedies of domain.md §5 that no process manager tries: what is tried once, when a case opens."""

from __future__ import annotations

from crossdock.ports.cases import Case

NOT_ACCEPTED = "WHS-01"


def resend_key(case: Case) -> str:
    """The idempotency key of the command to send once more, empty where none is.

    WHS-01 is about `order/warehouse/release`, as the command is keyed: the warehouse that has it already knows the key.
    """
    parts = case.subject.rsplit("/", 2)
    if case.code != NOT_ACCEPTED or case.slot or len(parts) != 3:
        return ""
    return f"create_fulfilment_order:{'|'.join(parts)}"
