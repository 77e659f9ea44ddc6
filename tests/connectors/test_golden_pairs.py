"""Golden pairs of the JSON connectors: what a partner wrote and what we make of it, and the same outward.

`<connector>/<operation>/` holds `wire.json`, `canonical.json`, `error.json`, `SOURCE.md`. An inward `error.json` is a
broken message with its findings, an outward one a partner's refusal with the outcome it must become.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.erp_json import errors as erp_errors
from crossdock.connectors.erp_json import outbound as erp
from crossdock.connectors.last_mile_json import errors as last_mile_errors
from crossdock.connectors.last_mile_json import outbound as last_mile
from crossdock.connectors.tms_json import errors as tms_errors
from crossdock.connectors.tms_json import outbound as tms
from crossdock.connectors.wms_json import errors as wms_errors
from crossdock.connectors.wms_json import outbound as wms
from crossdock.kernel.errors import Rejected
from crossdock.mediation.library import Library
from crossdock.ports.connector import Decoded, IntakeContext, Outbound
from crossdock.ports.json_calls import outcome_of, to_call
from crossdock.ports.transport import HttpReply

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 10, tzinfo=UTC)
ROLES = {
    "canonical_json": "ERP",
    "erp_json": "ERP",
    "wms_json": "WMS",
    "tms_json": "TMS",
    "last_mile_json": "LMD",
    "carrier_json": "CAR",
    "telematics_json": "CAR",
    "tryton": "ERP",
    "odoo": "ERP",
    "s4hana": "ERP",
    "dynamics365": "ERP",
}
OUTWARD: dict[str, tuple[ModuleType, ModuleType]] = {
    "erp_json": (erp, erp_errors),
    "wms_json": (wms, wms_errors),
    "tms_json": (tms, tms_errors),
    "last_mile_json": (last_mile, last_mile_errors),
}
PAIRS = sorted(path.parent for kind in ROLES for path in (HERE / kind).glob("*/wire.json"))
Json = dict[str, msgspec.Raw]


def read(folder: Path, name: str) -> msgspec.Raw:
    return msgspec.Raw((folder / name).read_bytes())


def plain(value: msgspec.Raw | bytes) -> object:
    return msgspec.json.decode(bytes(value))


def is_outward(folder: Path) -> bool:
    return b'"method"' in (folder / "wire.json").read_bytes()


INWARD_PAIRS = [folder for folder in PAIRS if not is_outward(folder)]
OUTWARD_PAIRS = [folder for folder in PAIRS if is_outward(folder)]


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def decode(folder: Path, wire: bytes) -> Decoded:
    kind = folder.parent.name
    context = IntakeContext("p1", ROLES[kind], NOW, "UTC")
    return KINDS[kind].decoder(Library({})).decode(wire, "application/json", context)


def outbound(folder: Path) -> Outbound:
    command = msgspec.json.decode(read(folder, "canonical.json"), type=Json)
    kind = msgspec.json.decode(command["type"], type=str)
    return Outbound(1, kind, "key", "order:SO-1", bytes(command["payload"]), "", 1, NOW)


@pytest.mark.parametrize("folder", INWARD_PAIRS, ids=name_of)
def test_a_wire_message_becomes_its_canonical_facts(folder: Path) -> None:
    made = decode(folder, bytes(read(folder, "wire.json")))
    assert [finding for finding in made.findings if finding.severity == "error"] == []
    assert [plain(fact.body) for fact in made.facts] == plain(read(folder, "canonical.json"))


@pytest.mark.parametrize("folder", INWARD_PAIRS, ids=name_of)
def test_every_canonical_fact_is_one_the_catalogue_takes(folder: Path) -> None:
    for made in decode(folder, bytes(read(folder, "wire.json"))).facts:
        assert decode_fact(made.body, NOW).source.instance in ("p1", "")


@pytest.mark.parametrize("folder", INWARD_PAIRS, ids=name_of)
def test_a_broken_message_gives_the_exact_finding(folder: Path) -> None:
    error = msgspec.json.decode(read(folder, "error.json"), type=Json)
    made = decode(folder, bytes(error["wire"]))
    assert plain(msgspec.json.encode(made.findings)) == plain(error["findings"])


@pytest.mark.parametrize("folder", INWARD_PAIRS, ids=name_of)
def test_half_a_message_is_refused_and_never_raises(folder: Path) -> None:
    wire = bytes(read(folder, "wire.json"))
    made = decode(folder, wire[: len(wire) // 2])
    assert folder.parent.name == "canonical_json" or (not made.facts and made.findings[0].code == "INT-02")


@pytest.mark.parametrize("folder", OUTWARD_PAIRS, ids=name_of)
def test_a_command_becomes_its_call(folder: Path) -> None:
    calls, _ = OUTWARD[folder.parent.name]
    call = to_call(outbound(folder), calls.CALLS)
    written = {"method": call.method, "path": call.path, "body": plain(call.body)}
    assert written == plain(read(folder, "wire.json"))


@pytest.mark.parametrize("folder", OUTWARD_PAIRS, ids=name_of)
def test_a_partners_answer_becomes_the_outcome_it_means(folder: Path) -> None:
    _, errors = OUTWARD[folder.parent.name]
    error = msgspec.json.decode(read(folder, "error.json"), type=Json)
    reply = HttpReply(msgspec.json.decode(error["status"], type=int), {}, bytes(error["reply"]))
    assert plain(msgspec.json.encode(outcome_of(reply, errors.explain))) == plain(error["outcome"])


@pytest.mark.parametrize("folder", PAIRS, ids=name_of)
def test_every_pair_says_where_it_comes_from(folder: Path) -> None:
    assert len((folder / "SOURCE.md").read_text().splitlines()) >= 3


def numbers(folder: Path) -> list[bytes]:
    """The message with each of its quantities made one that no ledger can hold."""
    wire = bytes(read(folder, "wire.json"))
    places = [match.span(1) for match in re.finditer(rb'"(?:quantity|delivered|refused|lat|lon)": ("?[0-9.]+"?)', wire)]
    return [wire[:start] + b"1e4000" + wire[end:] for start, end in places]


@pytest.mark.parametrize("folder", [folder for folder in INWARD_PAIRS if numbers(folder)], ids=name_of)
def test_a_number_no_ledger_can_hold_is_a_finding_with_its_place(folder: Path) -> None:
    for body in numbers(folder):
        made = decode(folder, body)
        # What a decoder lets pass the contract of the fact refuses.
        with suppress(Rejected):
            assert made.findings or "1E+4000" not in repr([decode_fact(fact.body, NOW) for fact in made.facts])
        assert all(finding.where.strip("$") for finding in made.findings)
