"""Golden samples of the connectors whose messages are files of documents: bytes in and out, by maps.

`<connector>/golden/<case>/` holds `case.json`, which says of whom it speaks (`role`, `settings`), and maps of the
partner's own as `*.toml`. Inward cases have `wire.*` and the facts and findings it becomes; outward ones the `command`
and the bytes it becomes, `written.*`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import CONVERTERS, shipped
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.flat_file import client as flat_file
from crossdock.connectors.gs1 import client as gs1
from crossdock.connectors.idoc import client as idoc
from crossdock.connectors.json_file import client as json_file
from crossdock.connectors.ubl import client as ubl
from crossdock.connectors.xml_file import client as xml_file
from crossdock.kernel.codec import encode_json
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, Shelf
from crossdock.mediation.posting import FilePost
from crossdock.ports.connector import Decoded, Decoder, IntakeContext, Outbound, Outcome, OutcomeKind, Sender

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 10, 8, 30, tzinfo=UTC)
TZ = "Europe/Amsterdam"
KNOWN = ("flat_file", "gs1", "idoc", "json_file", "ubl", "xml_file")
CASES = sorted(path.parent for kind in KNOWN for path in (HERE / kind / "golden").glob("*/case.json"))
SHIPPED = shipped([])
EDITS = st.lists(st.tuples(st.integers(0), st.integers(1, 12), st.binary(max_size=3)), min_size=1, max_size=6)


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """One golden sample; `command` makes it an outward one."""

    role: str
    settings: dict[str, object] = {}
    facts: list[msgspec.Raw] = []
    findings: list[msgspec.Raw] = []
    command: str = ""
    key: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"{}")


class Numbers:
    """Control numbers of a partner, each key its own."""

    def __init__(self) -> None:
        self.given: dict[tuple[str, str, str], int] = {}

    async def number(self, partner: str, kind: str, key: str) -> int:
        return self.given.setdefault((partner, kind, key), len(self.given) + 17)


class Drop:
    """A folder in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def put(self, name: str, body: bytes) -> None:
        self.files[name] = body


def kind_of(folder: Path) -> str:
    return folder.parents[1].name


def name_of(folder: Path) -> str:
    return f"{kind_of(folder)}/{folder.name}"


@cache
def read(folder: Path) -> Case:
    return msgspec.json.decode((folder / "case.json").read_bytes(), type=Case)


def wire(folder: Path) -> bytes:
    return next(folder.glob("wire.*")).read_bytes()


def written(folder: Path) -> bytes:
    return next(folder.glob("written.*")).read_bytes()


@cache
def library(folder: Path) -> Library:
    own = tuple(parse_map(f"p1/{path.stem}", path.read_text()) for path in sorted(folder.glob("*.toml")))
    return Library(SHIPPED, {"p1": Shelf(own)}, CONVERTERS)


def context(case: Case) -> IntakeContext:
    return IntakeContext("p1", case.role, NOW, TZ, case.settings)


@cache
def decoder(folder: Path) -> Decoder:
    return KINDS[kind_of(folder)].decoder(library(folder))


def decode(folder: Path, body: bytes) -> Decoded:
    return decoder(folder).decode(body, "", context(read(folder)))


def sender(folder: Path, drop: Drop) -> Sender:
    case, book = read(folder), library(folder).book(kind_of(folder), "p1")
    match kind_of(folder):
        case "flat_file":
            return flat_file.sender(context(case), book, FilePost(drop))
        case "gs1":
            return gs1.sender(context(case), book, FilePost(drop))
        case "idoc":
            return idoc.sender(context(case), book, FilePost(drop), Numbers())
        case "json_file":
            return json_file.sender(context(case), book, FilePost(drop))
        case "ubl":
            return ubl.sender(context(case), book, FilePost(drop))
        case _:
            return xml_file.sender(context(case), book, FilePost(drop))


def outbound(case: Case) -> Outbound:
    return Outbound(1, case.command, case.key, "order:SO-100234", bytes(case.payload), "", 1, NOW)


async def refused(folder: Path, **changed: object) -> str:
    """Why a golden command with its payload changed makes no document."""
    command, drop = outbound(read(folder)), Drop()
    payload = msgspec.json.encode(msgspec.json.decode(command.payload) | changed)
    (outcome,) = await sender(folder, drop).send([msgspec.structs.replace(command, payload=payload)])
    assert (outcome.kind, drop.files) == (OutcomeKind.REFUSED, {})
    return outcome.detail


INWARD = [folder for folder in CASES if not read(folder).command]
OUTWARD = [folder for folder in CASES if read(folder).command]
SPEAKING = [folder for folder in INWARD if read(folder).facts]


def plain(values: list[msgspec.Raw]) -> list[object]:
    return [json.loads(bytes(value)) for value in values]


@pytest.mark.parametrize("kind", KNOWN)
def test_every_connector_is_shown_in_both_directions(kind: str) -> None:
    assert {kind_of(folder) for folder in OUTWARD} >= {kind}
    assert {kind_of(folder) for folder in SPEAKING} >= {kind}


@pytest.mark.parametrize("folder", INWARD, ids=name_of)
def test_a_message_becomes_its_facts_and_findings(folder: Path) -> None:
    case, made = read(folder), decode(folder, wire(folder))
    assert [json.loads(fact.body) for fact in made.facts] == plain(case.facts)
    assert json.loads(encode_json(made.findings)) == plain(case.findings)


@pytest.mark.parametrize("folder", SPEAKING, ids=name_of)
def test_every_fact_is_one_its_speaker_may_state(folder: Path) -> None:
    case, manifest = read(folder), KINDS[kind_of(folder)].manifest
    assert case.role in manifest.roles
    for made in decode(folder, wire(folder)).facts:
        fact = decode_fact(made.body, NOW)
        kind = EVENT_TYPES[fact.type]
        assert fact.type in manifest.facts_in
        assert Role(case.role) in kind.owners | kind.observers


@pytest.mark.parametrize("kind", KNOWN)
def test_the_cases_show_a_missing_value_and_an_unknown_code(kind: str) -> None:
    told = [finding for folder in INWARD if kind_of(folder) == kind for finding in plain(read(folder).findings)]
    assert {"INT-02", "MDM-03"} <= {finding["code"] for finding in told if isinstance(finding, dict)}


@pytest.mark.parametrize("folder", INWARD, ids=name_of)
@given(edits=EDITS)
def test_damaged_bytes_make_findings_and_never_raise(folder: Path, edits: list[tuple[int, int, bytes]]) -> None:
    body = bytearray(wire(folder))
    for at, length, new in edits:
        begin = at % (len(body) + 1)
        body[begin : begin + length] = new
    for fact in decode(folder, bytes(body)).facts:
        decode_fact(fact.body, NOW)


@pytest.mark.parametrize("folder", SPEAKING, ids=name_of)
@given(body=st.binary(max_size=200))
def test_any_bytes_are_answered_with_findings(folder: Path, body: bytes) -> None:
    made = decode(folder, body)
    assert not made.facts
    assert made.findings


@pytest.mark.parametrize("folder", OUTWARD, ids=name_of)
async def test_a_command_becomes_its_file_under_one_name(folder: Path) -> None:
    drop, case = Drop(), read(folder)
    partner = sender(folder, drop)
    outcomes = await partner.send([outbound(case), outbound(case)])
    assert [one.kind for one in outcomes] == [OutcomeKind.DELIVERED] * 2
    (name,) = drop.files
    assert drop.files[name] == written(folder)
    assert name in outcomes[0].detail


@pytest.mark.parametrize("folder", OUTWARD, ids=name_of)
async def test_a_command_no_map_writes_is_refused_with_those_there_are(folder: Path) -> None:
    drop = Drop()
    command = msgspec.structs.replace(outbound(read(folder)), type="request_count", payload=b"{}")
    (outcome,) = await sender(folder, drop).send([command])
    assert (outcome.kind, drop.files) == (OutcomeKind.REFUSED, {})
    assert read(folder).command in outcome.detail


@pytest.mark.parametrize("folder", OUTWARD, ids=name_of)
async def test_nobody_can_be_asked_what_became_of_a_file(folder: Path) -> None:
    found: Outcome = await sender(folder, Drop()).look_up(outbound(read(folder)))
    assert found.kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize("folder", OUTWARD, ids=name_of)
def test_what_we_write_is_read_back_without_a_fault(folder: Path) -> None:
    case = msgspec.json.decode((folder / "case.json").read_bytes())
    settings = {**case["settings"], "layout": case["settings"].get("layout_out") or case["settings"].get("layout")}
    partner = msgspec.structs.replace(context(read(folder)), settings=settings)
    made = KINDS[kind_of(folder)].decoder(library(folder)).decode(written(folder), "", partner)
    assert {finding.code for finding in made.findings} <= {"INT-02", "MDM-03"}
