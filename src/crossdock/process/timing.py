"""When a quantity may be billed (domain.md §9.3): the order's own word, the customer's contract, then the Incoterm.

Incoterms only indicate that control passes, so they come last.
"""

from __future__ import annotations

from crossdock.canonical.events.order import OrderApproved
from crossdock.process.policy import Policy

PERIODIC = "periodic"
ALIASES = {"on_ship": "on_handover", "advance": "on_release"}
SHIPPED = ("on_handover", "on_departure")
AT_HANDOVER = frozenset({"EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP"})
AT_DOOR = frozenset({"DAP", "DPU", "DDP"})


def invoice_policy(order: OrderApproved, policy: Policy) -> str:
    """One of the seven policies of §9.3."""
    stated = order.policies.invoice_policy
    if stated is not None:
        return ALIASES.get(str(stated), str(stated))
    agreed = policy.money.invoice_policies.get(order.customer.no)
    if agreed:
        return ALIASES.get(agreed, agreed)
    if order.policies.prepayment_required:
        return "on_release"
    return "on_pod" if order.incoterm.code.upper() in AT_DOOR else "on_handover"
