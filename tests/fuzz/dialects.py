"""The decoders of all connectors: whatever comes, facts the hub can read or refuse, findings with a place, replies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import CONVERTERS, shipped
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Rejected
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, Shelf
from crossdock.ports.connector import Decoder, IntakeContext, Replier
from crossdock.testing.samples import sample
from tests.fuzz.corpora import TESTS, golden, samples
from tests.fuzz.readers import READERS, edifact_seeds, idoc_seeds, x12_seeds, xml_seeds
from tests.fuzz.target import Target, told

NOW = datetime(2026, 6, 10, tzinfo=UTC)
TZ = "Europe/Amsterdam"
PARTNER = "p1"
TOKENS = {
    "x12": "x12",
    "edifact": "edifact",
    "xml_file": "xml",
    "ubl": "xml",
    "gs1": "xml",
    "flat_file": "delimited",
    "idoc": "sniff",
    "epcis": "sniff",
}
REAL = {
    "dcsa": ("dcsa-tnt/**/*",),
    "easypost": ("easypost/**/*",),
    "epcis": ("epcis*/**/*",),
    "shippo": ("shippo/**/*",),
    "shopify": ("shopify/**/*",),
    "woocommerce": ("woocommerce/**/*",),
    "ubl": ("ubl/**/*", "peppol/**/*"),
    "json_file": ("erp-order/**/*.json",),
}


@dataclass(frozen=True)
class Ear:
    """A decoder and whom it listens to."""

    decoder: Decoder
    context: IntakeContext

    def hear(self, body: bytes) -> None:
        """Decode one message and answer it."""
        made = self.decoder.decode(body, "", self.context)
        told(made.findings)
        for fact in made.facts:
            assert fact.where, fact
            with suppress(Rejected):
                decode_fact(fact.body, NOW)
        if made.reply_keys:
            assert isinstance(self.decoder, Replier)
            numbers = range(1, len(made.reply_keys) + 1)
            assert len(self.decoder.replies(body, self.context, numbers)) == len(made.reply_keys)


def target_of(kind: str) -> Target:
    """One connector's decoder, as every role and with the settings of every golden sample."""

    def check(body: bytes) -> None:
        them = ears(kind)
        them[len(body) % len(them)].hear(body)

    return Target(check, lambda: seeds_of(kind), READERS[TOKENS.get(kind, "json")].tokens)


@cache
def ears(kind: str) -> tuple[Ear, ...]:
    """The ways a connector is listened with."""
    manifest = KINDS[kind].manifest
    plain = KINDS[kind].decoder(Library(_shelves(), {}, CONVERTERS))
    heard = [Ear(plain, IntakeContext(PARTNER, role, NOW, TZ)) for role in manifest.roles[:5]]
    home = TESTS / "connectors" / kind
    cases = [path for path in sorted(home.glob("golden/*/*.json")) if path.stem in ("case", "expected")]
    told = sorted(home.glob("*/canonical.json"))
    return (*(ear for path in (*cases, *told) for ear in _special(kind, path)), *heard)


def _special(kind: str, path: Path) -> Sequence[Ear]:
    case = json.loads(path.read_bytes())
    case = case.get("context", case) if isinstance(case, dict) else {}
    if "role" not in case:
        return []
    own = tuple(parse_map(f"{PARTNER}/{one.stem}", one.read_text()) for one in sorted(path.parent.glob("*.toml")))
    if not (own or case.get("settings")):
        return []
    library = Library(_shelves(), {PARTNER: Shelf(own)}, CONVERTERS)
    context = IntakeContext(PARTNER, case["role"], NOW, TZ, case.get("settings", {}))
    return [Ear(KINDS[kind].decoder(library), context)]


def seeds_of(kind: str) -> tuple[bytes, ...]:
    """What a connector is sent."""
    match kind:
        case "canonical_json":
            return tuple(sample(name) for name in EVENT_TYPES)
        case "x12":
            return x12_seeds()
        case "edifact":
            return edifact_seeds()
        case "xml_file":
            return xml_seeds()
        case "idoc":
            return (*idoc_seeds(xml=True), *idoc_seeds(xml=False))
        case _:
            return (b'{"id":"1"}', *golden(kind), *samples(*REAL.get(kind, ())))


@cache
def _shelves() -> dict[str, Shelf]:
    return shipped([])


DIALECTS = {f"decode-{kind}": target_of(kind) for kind in KINDS}
