"""What the simulation makes up is what it says: dialects that the real maps read, a version that differs, a log."""

from __future__ import annotations

from collections import Counter

import pytest

from crossdock.app.fold.dossier import DossierState, pack
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.wire import decode_fact
from crossdock.ports.connector import IntakeContext
from crossdock.ports.store import DossierRow
from crossdock.process.order.state import OrderState
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.simulate.campaign import judge, plan_of
from crossdock.testing.simulate.dialects import CARRIER, EDIFACT, SETTINGS, X12, decoders, said_as
from crossdock.testing.simulate.nature import Met
from crossdock.testing.simulate.plan import Fault, Ill, Plan
from crossdock.testing.simulate.versions import NEXT, TODAY, as_today, is_of_next

SEEN = [row for row in TRACE if row.partner == CARRIER and row.name != "R12"]


@pytest.mark.parametrize("dialect", [X12, EDIFACT])
@pytest.mark.parametrize("row", SEEN, ids=[row.name for row in SEEN])
def test_the_maps_of_production_read_from_a_dialect_what_was_meant(dialect: str, row: object) -> None:
    assert isinstance(row, type(TRACE[0]))
    meant = decode_fact(row.body(), row.received)
    body = said_as(dialect, CARRIER, row.body())
    assert body is not None
    decoded = decoders()[dialect].decode(
        body, "", IntakeContext(CARRIER, "CAR", row.received, "UTC", SETTINGS[dialect])
    )
    assert decoded.findings == []
    (made,) = decoded.facts
    said = decode_fact(made.body, row.received)
    assert (said.type, said.subject.id, said.at) == (meant.type, meant.subject.id, meant.at)
    assert said.payload.milestone is meant.payload.milestone  # type: ignore[attr-defined]


def test_who_has_no_words_for_it_speaks_json() -> None:
    accepted = next(row for row in TRACE if row.name == "R12")
    assert said_as(X12, CARRIER, accepted.body()) is None
    assert said_as(X12, "erp1", SEEN[0].body()) is None


def test_two_versions_read_what_the_other_has_stored() -> None:
    today, later = TODAY["order"], NEXT["order"]
    old = today.pack(OrderState(state="NEW", erp="erp1"))
    taken_over = later.unpack(later.machine("ORD"), old)
    assert type(taken_over) is not OrderState
    new = later.pack(taken_over)
    assert bytes(new) != bytes(old)
    assert today.unpack(today.machine("ORD"), new) == OrderState(state="NEW", erp="erp1")
    row = DossierRow(1, "order||SO-1", 1, "", pack(DossierState(machines={"ORD": new})))
    assert is_of_next(row)
    assert as_today(row).state == pack(DossierState(machines={"ORD": old}))


def test_the_next_version_grows_every_state_there_is() -> None:
    assert NEXT.keys() == REGISTRIES.keys()
    for kind, registry in NEXT.items():
        assert {machine.name for machine in registry.machines} == {one.name for one in REGISTRIES[kind].machines}
        assert all(machine.state_type.__struct_fields__[-1] == "since_next_version" for machine in registry.machines)


def test_a_lost_acknowledgement_gives_a_message_out_again_and_a_slow_commit_outlasts_its_lease() -> None:
    """Both workers take it; the end is that of the door that waits."""
    faults = (*(Fault(Ill.ACK_LOST, host, nth=nth) for host in ("one", "two") for nth in (2, 5)),
              *(Fault(Ill.SLOW_COMMIT, host, nth=nth) for host in ("one", "two") for nth in (3, 9)))  # fmt: skip
    verdict = judge(Plan(1, (0,), faults, tale=1, queued=True))
    assert verdict.wrong == ()
    assert verdict.struck[Ill.ACK_LOST] == 4
    assert verdict.met[Met.AGAIN] >= 4
    assert verdict.met[Met.QUEUED] > 4


def test_a_log_out_of_reach_puts_off_and_loses_nothing() -> None:
    away = tuple(Fault(Ill.LOG_AWAY, "log", at_h=hour, span_s=1800) for hour in (1.9, 2.5))
    verdict = judge(Plan(2, (0,), away, tale=1, queued=True))
    assert (verdict.wrong, verdict.struck[Ill.LOG_AWAY]) == ((), 2)


def test_seeds_choose_between_the_door_that_waits_and_the_queue() -> None:
    chosen = Counter(plan_of(seed, 1, short=True).queued for seed in range(200))
    assert 60 <= chosen[True] <= 100
