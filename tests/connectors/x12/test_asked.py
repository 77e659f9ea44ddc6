"""Sets that Python reads answer like sets with a map: every field of every fact has its place, rule and version."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from crossdock.connectors.x12.asked import READERS
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.mediation.asking import flat
from crossdock.mediation.witness import ReadingSeen, WatchedLibrary, Witness
from crossdock.ports.connector import Decoded, IntakeContext
from tests.connectors.x12.kit import LIBRARY, context, file

HERE = Path(__file__).parent
SAMPLES = HERE.parents[2].parent / "shared" / "samples" / "x12"
ROLES = {"214": "CAR", "990": "CAR", "945": "WMS", "997": "WMS", "999": "WMS"}
SETS = re.compile(rb"ST.(214|990|945|997|999)\D")
SIZE_MAX = 20_000
# What may come from no element: it is always so, the contract's default, or said by the envelope around the set.
FREE = re.compile(
    r"class|occurred|refs\[\d+\]\.scope|payload\.(at|partial|release_no|warehouse|command|lines\[\d+\]\.qty\.uom)"
)


def seen(body: bytes, given: IntakeContext) -> tuple[Decoded, list[ReadingSeen]]:
    witness = Witness()
    decoded = X12Decoder(WatchedLibrary(LIBRARY, witness)).decode(body, "application/edi-x12", given)
    return decoded, witness.readings


def readings(path: Path) -> list[tuple[Decoded, list[ReadingSeen]]]:
    found = []
    for role in dict.fromkeys(ROLES.values()):
        decoded, told = seen(path.read_bytes(), context(role))
        if any(one.map.endswith("(Python)") for one in told):
            found.append((decoded, told))
    return found


def is_asked(path: Path) -> bool:
    # Asking costs the square of the length, so the longest are left out.
    return path.stat().st_size < SIZE_MAX and SETS.search(path.read_bytes()) is not None


def samples() -> list[Path]:
    golden = sorted(HERE.glob("*/wire.edi"))
    public = sorted(path for path in SAMPLES.rglob("*") if path.is_file()) if SAMPLES.is_dir() else []
    return [path for path in (*golden, *public) if is_asked(path)]


@pytest.mark.parametrize("path", samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_field_of_every_fact_is_covered(path: Path) -> None:
    for decoded, told in readings(path):
        explained = [one.told for one in told if one.map.endswith("(Python)")]
        fields = [origins for one in explained if one is not None for origins in one.fields]
        facts = [flat(one.body) for one in decoded.facts if b'"X12 TA1"' not in one.body]
        assert len(explained) == len([one for one in explained if one is not None])
        for fact in facts:
            assert any(fact.keys() == origins.keys() for origins in fields), sorted(fact)
        for origins in fields:
            for name, origin in origins.items():
                assert origin.places or origin.decided or FREE.fullmatch(name), name
                assert origin.rule.startswith("read_")
                assert origin.map.startswith("x12/")
                assert origin.version


def test_a_place_is_the_bytes_of_the_element() -> None:
    body = (HERE / "tracking_milestone" / "wire.edi").read_bytes()
    _, told = seen(body, context("CAR"))
    assert told[0].told is not None
    origin = told[0].told.fields[0]["payload.location.address.city"]
    (place,) = origin.places
    assert body[place.start : place.start + place.length] == b"VENLO"
    assert (origin.rule, origin.map, origin.version) == ("read_214", "x12/214 (Python)", READERS["214"][1])


def test_what_no_code_of_ours_looks_at_is_unread() -> None:
    rows = ("B10*NV1*SHP-1*NVTR", "LX*1", "AT7*AF*NS***20260602*1605*LT", "MS1*VENLO**NL", "AT8*G*K*1000*12")
    _, (told,) = seen(file("214", *rows), context("CAR"))
    assert told.told is not None
    assert {(5, "01"), (5, "02"), (5, "03"), (5, "04")} <= set(told.told.unread)
    assert (3, "01") not in told.told.unread


def test_when_an_estimate_was_made_comes_from_the_envelope_and_what_it_announces_from_the_set() -> None:
    rows = ("B10*NV1*SHP-1*NVTR", "LX*1", "AT7*X2*NS***20260604*1000*UT")
    _, (told,) = seen(file("214", *rows), context("CAR"))
    assert told.told is not None
    (fields,) = told.told.fields
    assert fields["occurred"].places == ()
    assert {"20260604", "1000"} <= set(fields["payload.estimate"].raw)


def test_being_watched_changes_no_fact_and_no_finding() -> None:
    for path in sorted(HERE.glob("*/wire.edi")):
        for role in dict.fromkeys(ROLES.values()):
            watched, _ = seen(path.read_bytes(), context(role))
            plain = X12Decoder(LIBRARY).decode(path.read_bytes(), "application/edi-x12", context(role))
            assert msgspec.json.encode(watched) == msgspec.json.encode(plain)
