"""Commands to messages, and the sender that numbers and drops them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.canonical.commands.tms import CancelShipment
from crossdock.canonical.commands.wms import CancelFulfilmentOrder
from crossdock.canonical.declarations import Payload
from crossdock.connectors.edifact import client
from crossdock.connectors.edifact.config import read_settings
from crossdock.connectors.edifact.outbound import NUMBER_MAX, wrapped, write_document, write_file
from crossdock.formats.edifact.reader import read_edifact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected, Transient
from crossdock.mediation.posting import DocumentSender
from crossdock.ports.connector import IntakeContext, Outbound, OutcomeKind
from tests.connectors.edifact.kit import book, context, interchange, message, tell

CREATED = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
SETTINGS: dict[str, object] = {"sender": "PARTNER", "receiver": "CROSSDOCK", "depositor": "D-1"}


def outbound(kind: str, payload: Payload) -> Outbound:
    return Outbound(1, kind, f"{kind}|SO-1|WH-1|1", "order:SO-1", encode_json(payload), "", 1, CREATED)


CANCEL = outbound("cancel_shipment", CancelShipment(shipment="SHP-1", cancel_id="CX-1"))


def partner(**settings: object) -> IntakeContext:
    return IntakeContext("partner-1", "TMS", CREATED, "Europe/Amsterdam", {**SETTINGS, **settings})


def written(command: Outbound, number: int = 17, **settings: object) -> str:
    given = partner(**settings)
    return write_document(command, book(), read_settings(given.settings), given, number)[1].decode("latin-1")


class Numbers:
    """Gap-free numbers by key."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    async def number(self, partner: str, kind: str, key: str) -> int:
        return self.given.setdefault(f"{partner}|{kind}|{key}", len(self.given) + 1)


class Drop:
    """A folder that can be gone."""

    def __init__(self, *, gone: bool = False) -> None:
        self.files: dict[str, bytes] = {}
        self.gone = gone

    async def put(self, name: str, body: bytes) -> None:
        if self.gone:
            raise Transient("the folder is not there", retry_after_s=5)
        self.files[name] = body


def sender(numbers: Numbers, drop: Drop, **settings: object) -> DocumentSender:
    return client.sender(partner(**settings), book(), numbers, drop)


async def test_a_command_has_one_file_under_one_number_however_often_it_is_sent() -> None:
    numbers, drop = Numbers(), Drop()
    outcomes = [(await sender(numbers, drop).send([CANCEL]))[0] for _ in range(2)]
    assert [(one.kind, one.reference) for one in outcomes] == [(OutcomeKind.DELIVERED, "1")] * 2
    assert list(drop.files) == ["IFTMIN-000000001-cancel_shipment_SO-1_WH-1_1.edi"]
    assert list(numbers.given) == ["partner-1|interchange|cancel_shipment|SO-1|WH-1|1"]


async def test_what_cannot_be_written_is_refused_and_uses_up_no_number() -> None:
    numbers, drop = Numbers(), Drop()
    long = outbound("cancel_shipment", CancelShipment(shipment="S" * 40, cancel_id="CX-1"))
    (outcome,) = await sender(numbers, drop).send([long])
    assert (outcome.kind, numbers.given, drop.files) == (OutcomeKind.REFUSED, {}, {})
    assert "is longer than 35 characters and may not be cut" in outcome.detail


async def test_a_folder_that_is_gone_is_tried_again_under_the_same_number() -> None:
    numbers = Numbers()
    (outcome,) = await sender(numbers, Drop(gone=True)).send([CANCEL])
    assert (outcome.kind, outcome.retry_after_s) == (OutcomeKind.TRANSIENT, 5)
    drop = Drop()
    assert (await sender(numbers, drop).send([CANCEL]))[0].reference == "1"
    assert (await sender(numbers, drop).look_up(CANCEL)).kind is OutcomeKind.UNKNOWN


def test_the_number_is_the_reference_of_interchange_and_message_so_that_every_answer_names_it() -> None:
    one = read_edifact(written(CANCEL).encode()).interchanges[0]
    assert (one.control, one.messages[0].control, one.sender[0], one.receiver[0]) == (
        "17",
        "17",
        "CROSSDOCK",
        "PARTNER",
    )
    refusal = interchange(message("CONTRL", "UCI+17+CROSSDOCK+PARTNER+4", version="D:3:UN"))
    assert tell(refusal, context("TMS")).facts[0].refs[0].id == "17"


def test_the_settings_decide_on_character_set_test_mark_and_whether_an_answer_is_asked_for() -> None:
    assert "'UNB+UNOC:3+CROSSDOCK:14+PARTNER:14+260601:0630+17++++1'" in written(
        CANCEL, sender_qualifier="14", receiver_qualifier="14"
    )
    assert "'UNB+UNOW:4+CROSSDOCK+PARTNER+20260601:0630+17++++++1'" in written(
        CANCEL, level="UNOW", syntax=4, usage="T", ask=False
    )
    assert "IFTMIN:D:01B:UN'" in written(CANCEL, version="D:01B:UN")


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"sender": ""}, "sender and receiver"), ({"level": "UNOZ"}, "names no character set")],
)
def test_settings_that_name_nobody_send_nothing(settings: dict[str, object], says: str) -> None:
    with pytest.raises(Rejected, match=says):
        written(CANCEL, 17, **settings)


def test_a_command_without_a_map_is_refused_with_what_there_is() -> None:
    with pytest.raises(Rejected, match=r"confirm_handover has no EDIFACT message here; there are maps for: amend_"):
        written(outbound("confirm_handover", CancelShipment(shipment="S", cancel_id="C")))


def test_a_warehouse_that_knows_us_by_no_id_is_asked_for_in_the_settings() -> None:
    cancel = CancelFulfilmentOrder(order_no="SO-1", warehouse="WH-1", cancel_id="CX-1")
    with pytest.raises(Rejected, match="set `depositor`, our id with this warehouse"):
        written(outbound("cancel_fulfilment_order", cancel), depositor="")


def test_what_a_character_set_cannot_hold_is_refused_and_never_changed() -> None:
    with pytest.raises(Rejected, match="UNOA"):
        written(outbound("cancel_shipment", CancelShipment(shipment="shp-é", cancel_id="C")), level="UNOA")


def test_numbers_begin_again_when_nine_digits_are_used_up() -> None:
    assert (wrapped(NUMBER_MAX), wrapped(NUMBER_MAX + 1)) == (NUMBER_MAX, 1)
    given = partner()
    file = write_file(CANCEL, book(), read_settings(given.settings), given, NUMBER_MAX + 2)
    assert (file.name[:17], file.reference) == ("IFTMIN-000000002-", "2")


def test_every_command_of_ours_is_one_of_the_catalogue() -> None:
    assert set(book().commands) <= set(COMMAND_TYPES)
