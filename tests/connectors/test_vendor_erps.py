"""Inbound of the vendor ERPs whatever comes: a finding, never a crash."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.bootstrap.connectors import KINDS
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Rejected
from crossdock.mediation.library import Library
from crossdock.ports.connector import IntakeContext
from crossdock.ports.since import OVERLAP, Since

HERE = Path(__file__).parent
VENDORS = ("dynamics365", "odoo", "s4hana")
SAMPLES = [path for kind in VENDORS for path in sorted((HERE / kind).glob("*/wire.json"))]
CONTEXT = IntakeContext("p1", "ERP", datetime(2026, 6, 10, tzinfo=UTC), "UTC")
HOSTILE: tuple[object, ...] = (
    None,
    "",
    "x\u0000",
    "9" * 40,
    -1,
    1e308,
    [],
    {},
    [[]],
    True,
    "/Date(99999999999999999)/",
)
Place = tuple[object, object]


def places(value: object) -> Iterable[Place]:
    """Every value of a document: what holds it, and under which name."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield value, key
        yield from places(child)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parents[1].name}/{path.parent.name}")
@given(data=st.data())
def test_a_value_that_is_not_what_it_should_be_never_crashes_a_decoder(sample: Path, data: st.DataObject) -> None:
    document = json.loads(sample.read_bytes())
    holder, key = data.draw(st.sampled_from(list(places(document))))
    cast("dict[object, object]", holder)[key] = data.draw(st.sampled_from(HOSTILE))
    made = KINDS[sample.parents[1].name].decoder(Library({})).decode(json.dumps(document).encode(), "", CONTEXT)
    assert made.facts or made.findings
    for fact in made.facts:
        # What only the language forbids (a currency of ten letters) is for the intake to refuse, with its place.
        with suppress(Rejected):
            decode_fact(fact.body, CONTEXT.received_at)


@pytest.mark.parametrize("kind", VENDORS)
@given(body=st.binary(max_size=200))
def test_bytes_that_are_no_document_are_a_finding(kind: str, body: bytes) -> None:
    made = KINDS[kind].decoder(Library({})).decode(body, "", CONTEXT)
    assert not made.facts
    assert made.findings


@pytest.mark.parametrize("kind", VENDORS)
def test_settings_that_are_none_are_a_finding(kind: str) -> None:
    context = msgspec.structs.replace(CONTEXT, settings={"poll_s": "often"})
    made = KINDS[kind].decoder(Library({})).decode(b"{}", "", context)
    assert [finding.code for finding in made.findings] == ["INT-02"]


@given(st.lists(st.integers(0, 200), max_size=30), st.integers(2, 5))
def test_a_source_told_to_the_second_gives_every_record_and_comes_to_its_end(seconds: list[int], size: int) -> None:
    """Its own clock is finer: inside a second the order of change is not the order of ids."""
    start = datetime(2026, 6, 1, 6, tzinfo=UTC).timestamp()
    rows = [(start + second, -number, f"{number:03}") for number, second in enumerate(seconds, start=1)]
    seen: set[str] = set()
    cursor = ""
    for _ in range(200):
        since = Since.read(cursor)
        asked = since.asked
        lower = asked.start.timestamp() if asked.start else 0
        found = sorted(row for row in rows if row[0] >= lower)
        if asked.end is not None:
            inside = [row for row in found if row[0] < asked.end.timestamp() and row[2] > (asked.within or "")]
            found = sorted(inside, key=lambda row: row[2])
        page = [(datetime.fromtimestamp(at, UTC), number) for at, _, number in found[:size]]
        seen |= {number for _, number in page}
        after = since.after(page, full=len(page) == size)
        assert Since.read(after.text) == after
        if after.text == cursor or not after.more:
            break
        cursor = after.text
    assert seen == {number for _, _, number in rows}


def test_a_source_that_is_caught_up_reads_the_overlap_again() -> None:
    at = datetime(2026, 6, 1, 6, tzinfo=UTC)
    since = Since(at).after([], full=False)
    assert (since, since.asked.start) == (Since(at), at - OVERLAP)
