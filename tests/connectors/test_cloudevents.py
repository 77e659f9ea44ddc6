"""How the data of an event finds the decoder that reads it, and the published examples of CloudEvents 1.0.2."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import open_library
from crossdock.bootstrap.reading import ConfigurationError
from crossdock.connectors.cloudevents.config import Config, chosen
from crossdock.connectors.cloudevents.inbound import dialect_of
from crossdock.connectors.cloudevents.wire import Event, structured_event
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.ports.described import described

LIBRARY = open_library()
NOW = datetime(2026, 6, 10, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "cloudevents"
FACT = {
    "type": "tracking.milestone",
    "subject": {"type": "shipment", "id": "SHP-1"},
    "source": {"system": "CAR", "instance": "p1"},
    "occurred": {"instant": "2026-06-03T12:00:00Z"},
    "payload": {"milestone": "DELIVERED"},
}


def read(body: bytes, content_type: str, **settings: object) -> Decoded:
    context = IntakeContext("p1", "CAR", NOW, "UTC", settings)
    return KINDS["cloudevents"].decoder(LIBRARY).decode(body, content_type, context)


def event(kind: str = "a.b", schema: str = "") -> Event:
    return Event("1", "/x", kind, b"{}", "application/json", schema)


@pytest.mark.parametrize(
    ("one", "config", "kind"),
    [
        (event(), Config(), ""),
        (event(), Config(default="shippo"), "shippo"),
        (event("crossdock.order.approved"), Config(default="shippo"), "canonical_json"),
        (event("crossdock.order.approved"), Config(types={"crossdock.*": "easypost"}), "easypost"),
        (event(), Config(types={"a.*": "shippo", "a.b": "easypost"}), "easypost"),
        (event(), Config(types={"a*": "shippo", "a.*": "easypost"}), "easypost"),
        (event(schema="s/1"), Config(types={"a.b": "easypost"}, schemas={"s/*": "epcis"}), "epcis"),
        (event(schema="t"), Config(types={"a.b": "easypost"}, schemas={"s/*": "epcis"}), "easypost"),
    ],
)
def test_schema_goes_before_type_and_the_exact_before_the_longest_beginning(
    one: Event, config: Config, kind: str
) -> None:
    assert dialect_of(one, config) == kind


def test_nothing_is_chosen_for_no_name() -> None:
    assert chosen({"*": "x"}, "") == ""


def test_binary_mode_reads_attributes_of_headers_and_the_body_as_data() -> None:
    body = json.dumps(FACT).encode()
    headers = {"ce-specversion": "1.0", "ce-id": "7", "ce-source": "/x", "ce-type": "crossdock.tracking.milestone"}
    made = read(body, described("application/json; charset=utf-8", headers))
    assert [fact.body for fact in made.facts] == [body]
    assert made.findings == []


def test_binary_mode_without_a_mandatory_header_names_it() -> None:
    made = read(b"{}", described("application/json", {"ce-specversion": "1.0", "ce-id": "7", "ce-type": "x"}))
    assert [(finding.code, finding.where) for finding in made.findings] == [("INT-02", "header ce-source")]


def test_formats_we_do_not_read_are_named() -> None:
    made = read(b"<event/>", "application/cloudevents+xml")
    assert "application/cloudevents+xml is not read" in made.findings[0].detail


def test_a_batch_is_bounded() -> None:
    made = read(b"[" + b",".join([b"1"] * 1001) + b"]", "application/cloudevents-batch+json")
    assert made.findings[0].detail == "1001 events in one batch: send at most 1000"


def test_nesting_without_end_is_told() -> None:
    made = read(b"[" * 100_000, "application/cloudevents-batch+json")
    assert (made.facts, made.findings[0].code) == ([], "INT-02")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published samples are not on this machine")
@pytest.mark.parametrize(
    ("name", "data", "data_type"),
    [
        ("2", b'<much wow="xml"/>', "application/xml"),
        ("6", b'{ "xyz": 123 }', "application/json"),
    ],
)
def test_published_examples_give_their_data(name: str, data: bytes, data_type: str) -> None:
    body = (SAMPLES / "json-event" / f"spec--json-format-example-{name}.json").read_bytes()
    from_example = structured_event(msgspec.Raw(body), "$")
    assert (from_example.data, from_example.data_type) == (data, data_type)
    assert from_example.type == "com.example.someevent"


PAIR = ("acme", "cloudevents")
GOLDEN = "easypost/golden/webhook/wire.json"


def carried(folder: Path, overlay: str, code: str = "") -> Path:
    """A project whose partner sends EasyPost's trackers inside events, with an overlay over their map."""
    for room in ("partners", "maps/acme"):
        (folder / room).mkdir(parents=True)
    (folder / "crossdock.toml").write_text("")
    (folder / "partners/acme.toml").write_text(
        'role = "CAR"\nconnector = "cloudevents"\n[settings]\ndefault = "easypost"\nauth = "api_key"\n'
    )
    (folder / "maps/acme/tracker.toml").write_text(overlay)
    return folder


OVERLAY = """
extends = "easypost/tracker"
[map]
version = "4"
[[fact]]
id = "detail"
[fact.fields]
"ext.acme.depot" = "{path}"
"""


def test_a_partners_overlay_of_an_inner_dialect_is_used(tmp_path: Path) -> None:
    library = open_library(carried(tmp_path, OVERLAY.format(path="/.tracking_code")), [PAIR])
    tracker = (Path(__file__).parent / GOLDEN).read_bytes()
    envelope = {"specversion": "1.0", "id": "1", "source": "/acme", "type": "t", "data": json.loads(tracker)}
    context = IntakeContext("acme", "CAR", NOW, "UTC", {"default": "easypost"})
    made = (
        KINDS["cloudevents"]
        .decoder(library)
        .decode(json.dumps(envelope).encode(), "application/cloudevents+json", context)
    )
    assert made.facts
    assert any(b'"acme":{"depot":' in fact.body for fact in made.facts)


def test_a_mistake_in_an_overlay_of_an_inner_dialect_is_told_by_check(tmp_path: Path) -> None:
    folder = carried(tmp_path, OVERLAY.format(path="no[such"))
    ((spec, error),) = open_library(folder).mistakes(*reversed(PAIR))
    assert (spec.name if spec else "") == "acme/tracker"
    assert "ext.acme.depot" in error.detail


def test_an_overlay_nobody_would_use_is_refused_where_messages_carry_no_others(tmp_path: Path) -> None:
    folder = carried(tmp_path, OVERLAY.format(path=".id"))
    with pytest.raises(ConfigurationError, match="extends easypost/tracker, which is not there"):
        open_library(folder, [("acme", "shippo")])
    assert open_library(folder).mistakes("shippo", "acme")
