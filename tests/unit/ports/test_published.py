"""Commands and documents over a broker: under their idempotency key, and with no outcome left unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from crossdock.connectors.last_mile_json.outbound import CALLS
from crossdock.kernel.errors import CrossdockError, Permanent, Transient
from crossdock.ports.broker import Letter
from crossdock.ports.connector import Outbound, OutcomeKind
from crossdock.ports.published import PublishedCommands, PublishedFiles

GOLDEN = Path(__file__).parents[2] / "connectors" / "last_mile_json" / "create_task" / "canonical.json"
SAID = msgspec.json.decode(GOLDEN.read_bytes(), type=dict[str, msgspec.Raw])
COMMAND = Outbound(
    1,
    msgspec.json.decode(SAID["type"], type=str),
    "key-1",
    "order:SO-1",
    bytes(SAID["payload"]),
    "00-1-2-01",
    1,
    datetime(2026, 6, 1, tzinfo=UTC),
)


class Topic:
    """A broker that keeps what it is given, or fails."""

    def __init__(self, trouble: CrossdockError | None = None) -> None:
        self.letters: list[Letter] = []
        self.trouble = trouble

    async def publish(self, letter: Letter) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.letters.append(letter)

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_command_is_published_as_the_call_it_would_be_under_its_key() -> None:
    topic = Topic()
    (outcome,) = await PublishedCommands(topic, CALLS).send([COMMAND])
    (letter,) = topic.letters
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "key-1")
    assert (letter.message_id, letter.ordering_key, letter.traceparent) == ("key-1", "order:SO-1", "00-1-2-01")
    assert letter.headers["command"] == COMMAND.type
    assert letter.headers["operation"].startswith("POST /")


@pytest.mark.parametrize(
    ("trouble", "sent", "asked"),
    [
        (Transient("away", retry_after_s=3.0), OutcomeKind.TRANSIENT, OutcomeKind.UNKNOWN),
        (Permanent("no such queue"), OutcomeKind.REFUSED, OutcomeKind.REFUSED),
        (None, OutcomeKind.DELIVERED, OutcomeKind.DELIVERED),
    ],
)
async def test_what_a_broker_says_becomes_the_outcome_it_means(
    trouble: CrossdockError | None, sent: OutcomeKind, asked: OutcomeKind
) -> None:
    sender = PublishedCommands(Topic(trouble), CALLS)
    assert [outcome.kind for outcome in await sender.send([COMMAND])] == [sent]
    assert (await sender.look_up(COMMAND)).kind is asked


async def test_a_command_nobody_can_write_is_refused_and_not_published() -> None:
    topic = Topic()
    (outcome,) = await PublishedCommands(topic, {}).send([COMMAND])
    assert (outcome.kind, topic.letters) == (OutcomeKind.REFUSED, [])


async def test_a_file_is_a_message_under_its_name() -> None:
    topic = Topic()
    await PublishedFiles(topic, "application/edi-x12").put("940-1.edi", b"ISA")
    (letter,) = topic.letters
    assert (letter.message_id, letter.body, letter.content_type) == ("940-1.edi", b"ISA", "application/edi-x12")
