"""The instance part of authority (domain.md §1.7, OW-03, OW-04): a warehouse speaks for itself only.

Whether the role may say it at all is checked before a machine sees a fact.
"""

from __future__ import annotations

from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.effects import OpenCase
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import Instance


def foreign_warehouse(known: str, warehouse: str, key: str, fact: Fact, policy: Policy) -> Decision[Instance] | None:
    """A refusal when a WMS speaks for another's warehouse.

    Args:
        known: the instance that accepted this release, empty while none has.
    """
    source = fact.source
    if source.system is not Role.WMS:
        return None
    owner = known or policy.wms_instances.get(warehouse, "")
    if not owner or source.instance == owner:
        return None
    return refusal(key, fact, f"{source.instance} is not the warehouse system of {warehouse}, {owner} is")


def refusal(key: str, fact: Fact, detail: str) -> Decision[Instance]:
    """REJECT with INT-04: the evidence stays, nothing is applied (§3.1 step 5)."""
    case = OpenCase("INT-04", key, f"{detail}: correct who sends {fact.type}", fact.key)
    return Decision(Disposition.REJECT, effects=(case,), reason=detail)
