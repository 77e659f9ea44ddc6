"""How a command ended reaches its dossier as a fact, at least once, and the intake makes it exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from crossdock.app.deliver.echo import echo_once
from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.bootstrap.project import ProjectDirectory
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.platform import CommandAcknowledged, CommandRefused
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Bug, Overloaded
from crossdock.ports.connector import Resolution
from crossdock.ports.directory import Partner
from crossdock.ports.store import DossierRow, WriteSet
from tests.integration.deliver.given import NOON, REFUSED, TIMED_OUT, WMS, Dock, ScriptedPartner, command, manifest

OURSELVES = Partner("crossdock", Role.SYNC, "")

NOBODY = ProjectDirectory(())


class ReadingIntake:
    """app.intake.Intake that reads every fact as the hub would; `full` and `refusing` are its bad days."""

    def __init__(self) -> None:
        self.facts_read: list[Fact] = []
        self.full = False
        self.refusing = False

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        if self.full:
            raise Overloaded("the batcher is full", retry_after_s=1.0)
        assert partner is OURSELVES
        self.facts_read += [decode_fact(body, NOON) for body in bodies]
        return [Receipt("refused" if self.refusing else "accepted") for _ in bodies]

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        raise AssertionError("an echo is a canonical fact")


@pytest.fixture
def intake() -> ReadingIntake:
    """The hub's door."""
    return ReadingIntake()


async def put_order(dock: Dock) -> None:
    """Dossier 7 is order SO-1."""
    async with dock.store.batch() as batch:
        await batch.write(WriteSet(dossiers=[DossierRow(7, "order||SO-1", 1, "SO-1", b"")]))


async def test_an_accepted_command_becomes_an_acknowledgement_about_its_order(
    dock: Dock, intake: ReadingIntake
) -> None:
    await put_order(dock)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner())
    assert await echo_once(dock.outbox, intake, OURSELVES, NOBODY) == 1
    (fact,) = intake.facts_read
    assert (fact.type, fact.subject.type, fact.subject.id, fact.at) == ("command.acknowledged", "order", "SO-1", NOON)
    assert (fact.source.system, fact.source.instance, fact.causation_id) == (Role.SYNC, "crossdock", "7.3")
    # The partner's own reference too: a 997 that names it then finds the same order.
    assert fact.refs == (Reference("order", "SO-1"), Reference("control", "WMS-1", "wms-nl1"))
    assert fact.payload == CommandAcknowledged(
        command="create_fulfilment_order", idempotency_key="create", reference="WMS-1"
    )


async def test_a_document_says_until_when_its_acknowledgment_is_agreed(dock: Dock, intake: ReadingIntake) -> None:
    await put_order(dock)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner())
    agreed = ProjectDirectory([msgspec.structs.replace(WMS, acknowledge_within_s=3600)])
    await echo_once(dock.outbox, intake, OURSELVES, agreed)
    (fact,) = intake.facts_read
    assert isinstance(fact.payload, CommandAcknowledged)
    assert fact.payload.answer_by == NOON + timedelta(hours=1)


async def test_a_refused_and_a_parked_command_tell_why(dock: Dock, intake: ReadingIntake) -> None:
    dock.manifest = manifest(Resolution.PERSON)
    await put_order(dock)
    await dock.put(command("create"), command("ship", order="SO-2"))
    await dock.step(ScriptedPartner(REFUSED, TIMED_OUT))
    await echo_once(dock.outbox, intake, OURSELVES, NOBODY)
    reasons = [fact.payload.reason for fact in intake.facts_read if isinstance(fact.payload, CommandRefused)]
    assert reasons == [
        "refused: unknown item",
        "not delivered, a person has it: it may have been done: a person must ask the partner",
    ]


async def test_nothing_is_owed_twice_and_nothing_is_forgotten_while_the_door_is_shut(
    dock: Dock, intake: ReadingIntake
) -> None:
    await dock.put(command("create"))
    await dock.step(ScriptedPartner())
    intake.full = True
    with pytest.raises(Overloaded):
        await echo_once(dock.outbox, intake, OURSELVES, NOBODY)
    intake.full = False
    assert await echo_once(dock.outbox, intake, OURSELVES, NOBODY) == 1
    assert await echo_once(dock.outbox, intake, OURSELVES, NOBODY) == 0


async def test_a_repeated_echo_says_the_same_so_the_intake_can_suppress_it(dock: Dock, intake: ReadingIntake) -> None:
    await put_order(dock)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner())
    await echo_once(dock.outbox, intake, OURSELVES, NOBODY)
    await dock.rows("update delivery_log set echo_pending = true returning id")
    await echo_once(dock.outbox, intake, OURSELVES, NOBODY)
    first, second = intake.facts_read
    assert (first.key, first.digest) == (second.key, second.digest)


async def test_two_runs_of_one_command_are_told_apart_by_their_revision(dock: Dock, intake: ReadingIntake) -> None:
    await put_order(dock)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner(REFUSED))
    ((number,),) = await dock.rows("select id from delivery_log")
    await dock.desk().retry(int(str(number)), reason="mended", by="ines", now=dock.clock.now())
    await dock.step(ScriptedPartner(REFUSED))
    await echo_once(dock.outbox, intake, OURSELVES, NOBODY)
    assert [fact.revision for fact in intake.facts_read] == [1, 2]


async def test_a_fact_our_own_intake_refuses_is_a_bug_told_once(dock: Dock, intake: ReadingIntake) -> None:
    intake.refusing = True
    await dock.put(command("create"))
    await dock.step(ScriptedPartner())
    with pytest.raises(Bug, match="refused by our own intake"):
        await echo_once(dock.outbox, intake, OURSELVES, NOBODY)
    assert await dock.outbox.echoes(10) == []
