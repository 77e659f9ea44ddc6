"""ASK as the fold sees it. A customer's word is no fact about the goods: it opens a case and changes nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.service import ServiceAnswered, ServiceRequested, ServiceTopic
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.effects import CloseCase, OpenCase
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.service.state import Requests

KEPT_MAX = 100

# Whose work it is (domain.md §5): CSR-06 names the claim "not received", CSR-03 the address, TRN-14 damage.
CASES: Mapping[ServiceTopic, str] = MappingProxyType(
    {
        ServiceTopic.NOT_RECEIVED: "CSR-06",
        ServiceTopic.PROOF_WRONG: "CSR-06",
        ServiceTopic.DAMAGED: "TRN-14",
        ServiceTopic.ADDRESS_WRONG: "CSR-03",
    }
)

Step = Decision[Requests]


class ServiceMachine:
    """Implements `process.machine.Machine`."""

    name = "ASK"
    listens = frozenset({"service.requested", "service.answered"})
    per_group = False
    state_type = Requests

    def decide(self, state: Requests | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Step:
        """See `Machine.decide`."""
        current = state or Requests()
        if trigger == "service.requested":
            return _asked(current, key, cast(ServiceRequested, fact.payload))
        return _answered(current, key, cast(ServiceAnswered, fact.payload))

    def label(self, state: Requests) -> str:
        """Whether somebody waits for an answer."""
        return "ASKED" if state.open else "ANSWERED"


def _asked(state: Requests, key: str, asked: ServiceRequested) -> Step:
    if asked.request_id in state.answered:
        return Decision(Disposition.APPLY, reason="answered already")
    if len(state.open) >= KEPT_MAX:
        return Decision(Disposition.RECORD, reason=f"more than {KEPT_MAX} requests of this order wait for an answer")
    code = CASES[asked.topic]
    words = asked.topic.value.replace("_", " ")
    case = OpenCase(code, key, f"the customer says: {words}; answer it with service.answered", asked.request_id)
    return Decision(
        Disposition.APPLY, state=replace(state, open={**state.open, asked.request_id: code}), effects=(case,)
    )


def _answered(state: Requests, key: str, answered: ServiceAnswered) -> Step:
    request = answered.request_id
    if request in state.answered:
        return Decision(Disposition.RECORD, reason="answered already")
    after = replace(
        state,
        open={name: code for name, code in state.open.items() if name != request},
        answered=(*state.answered, request)[-KEPT_MAX:],
    )
    code = state.open.get(request)
    return Decision(Disposition.APPLY, state=after, effects=(CloseCase(code, key, request),) if code else ())


MACHINE = ServiceMachine()
