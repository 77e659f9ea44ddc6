"""Documents on their way to a partner: numbers, files, calls, and what each outcome means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from crossdock.kernel.errors import Bug, CrossdockError, Permanent, Rejected, Transient
from crossdock.kernel.secret import Secret
from crossdock.mediation.drafting import File, file_name
from crossdock.mediation.posting import CallPost, Counter, DocumentSender, FilePost, explain_text
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind, unsent
from crossdock.ports.transport import HttpReply

NOW = datetime(2026, 6, 2, 14, tzinfo=UTC)
COMMAND = Outbound(1, "post_goods_issue", "post_goods_issue/SHP-1/HND 77", "shipment:SHP-1", b"{}", "", 1, NOW)


def compose(command: Outbound, number: int) -> File:
    return File(file_name("GI", command, "xml", number), f"<gi>{number}</gi>".encode(), str(number))


def refuse(command: Outbound, number: int) -> File:
    raise Rejected("it is too long: shorten it", where="E1EDL20/VBELN")


class Numbers:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def number(self, key: str) -> int:
        self.asked.append(key)
        return 17


class Drop:
    """A folder in memory, or one that is away."""

    def __init__(self, error: CrossdockError | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self.error = error

    async def put(self, name: str, body: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.files[name] = body


class Line:
    """An HTTP line that answers once."""

    def __init__(self, answer: HttpReply | Exception) -> None:
        self.answer = answer
        self.calls: list[tuple[str, str, Mapping[str, str], bytes]] = []

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        self.calls.append((method, path, headers, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def call(answer: HttpReply | Exception) -> tuple[Line, Outcome]:
    line = Line(answer)
    post = CallPost(line, Counter("/in", "application/xml", 5.0), explain_text, Secret("s3cret"))
    (outcome,) = await DocumentSender(compose, post).send([COMMAND])
    return line, outcome


def test_one_command_has_one_name_that_any_file_system_takes() -> None:
    assert file_name("GI", COMMAND, "xml", 17) == "GI-000000017-post_goods_issue_SHP-1_HND_77.xml"
    assert file_name("a/b", COMMAND, "xml") == "a_b-post_goods_issue_SHP-1_HND_77.xml"


async def test_a_file_is_put_under_its_number_and_sending_it_again_changes_nothing() -> None:
    drop, numbers = Drop(), Numbers()
    sender = DocumentSender(compose, FilePost(drop), numbers.number)
    outcomes = await sender.send([COMMAND, COMMAND])
    assert drop.files == {"GI-000000017-post_goods_issue_SHP-1_HND_77.xml": b"<gi>17</gi>"}
    assert [(one.kind, one.reference) for one in outcomes] == [(OutcomeKind.DELIVERED, "17")] * 2


async def test_what_cannot_be_written_uses_up_no_number() -> None:
    numbers = Numbers()
    (outcome,) = await DocumentSender(refuse, FilePost(Drop()), numbers.number).send([COMMAND])
    assert (outcome.kind, numbers.asked) == (OutcomeKind.REFUSED, [])
    assert outcome.detail == "E1EDL20/VBELN: it is too long: shorten it"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Transient("the folder is away"), OutcomeKind.TRANSIENT),
        (Permanent("the folder is a file: mend the partner file"), OutcomeKind.REFUSED),
        (Bug("oops"), OutcomeKind.TRANSIENT),
    ],
)
async def test_an_error_says_who_must_act(error: CrossdockError, kind: OutcomeKind) -> None:
    (outcome,) = await DocumentSender(compose, FilePost(Drop(error))).send([COMMAND])
    assert outcome == unsent(error)
    assert (outcome.kind, outcome.detail) == (kind, error.detail)


async def test_a_call_carries_the_document_its_type_its_key_and_the_credentials() -> None:
    line, outcome = await call(HttpReply(202, {}, b""))
    ((method, path, headers, body),) = line.calls
    assert (method, path, body) == ("POST", "/in", b"<gi>1</gi>")
    assert headers["Content-Type"] == "application/xml"
    assert headers["Idempotency-Key"] == COMMAND.idempotency_key
    assert headers["Authorization"] == "Bearer s3cret"
    assert outcome == Outcome(OutcomeKind.DELIVERED, reference="1")


@pytest.mark.parametrize(
    ("answer", "kind", "detail"),
    [
        (HttpReply(400, {}, b"Segment E1EDL20 unknown\nat line 3"), OutcomeKind.REFUSED, "Segment E1EDL20 unknown"),
        (HttpReply(400, {}, b"<html>no</html>"), OutcomeKind.REFUSED, "no reason given"),
        (HttpReply(503, {"Retry-After": "7"}, b"busy"), OutcomeKind.TRANSIENT, "busy"),
        (HttpReply(500, {}, b""), OutcomeKind.UNKNOWN, "500"),
        (TimeoutError(), OutcomeKind.UNKNOWN, "not answered"),
        (Transient("no connection"), OutcomeKind.TRANSIENT, "no connection"),
    ],
)
async def test_an_answer_means_what_its_status_says(
    answer: HttpReply | Exception, kind: OutcomeKind, detail: str
) -> None:
    _, outcome = await call(answer)
    assert outcome.kind is kind
    assert detail in outcome.detail
