"""Policy of export customs: who declares what, where, and when goods may move (domain.md §9.1, §9.2 RR-10, §9.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

DAY = 24 * 60 * 60
BY_ROAD = 5 * DAY

# Members of the customs union of the European Union, ISO 3166-1 alpha-2; Northern Ireland (XI) is inside it for goods.
EU = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
)  # fmt: skip

REGIMES = {**dict.fromkeys(EU, "EU_AES"), "GB": "UK_CDS", "US": "US_AES"}

Gate = Literal["block_departure", "block_handover", "block_exit_only"]
Field = Literal["hs", "origin", "net_kgm", "value", "incoterm", "eori", "licence"]


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who declares or represents: our number of it, its name and its EORI."""

    no: str = ""
    name: str = ""
    eori: str = ""


class CustomsTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See the module.

    Attributes:
        unions: countries between which goods need no declaration, by the name of their union.
        regimes: `EU_AES`, `UK_CDS`, `US_AES` or `OTHER` by country of origin, over the usual ones.
        declarant, broker: who declares; empty where the customs platform knows. `offices_*` by country of origin.
        mandatory: what a declaration cannot be drafted without. The EORI is the declarant's, else the customer's.
        carrier_clears: modes whose carrier declares for us (§9.4).
        gate: which move without release is a breach; `block_handover` also keeps the goods from being loaded.
        autofix: hand in again by itself after a rejection for reasons in `autofix_codes` alone, once a rejection.
        declared_tol_pct, value_tol_pct: percent by which weight and value may differ from what was declared.
        exit_expected_s: seconds from departure to exit that are usual, by mode; `""` for all others.
        speakers: partners that may state outcomes, by regime; where none is given, whoever answered first.
        hold_queues: who is told of a hold. `evidence`: types of documents that prove an exit.
    """

    unions: dict[str, tuple[str, ...]] = msgspec.field(default_factory=lambda: {"EU": EU})
    regimes: dict[str, str] = {}
    declarant: Agent = Agent()
    broker: Agent = Agent()
    offices_export: dict[str, str] = {}
    offices_exit: dict[str, str] = {}
    mandatory: tuple[Field, ...] = ("hs", "origin", "net_kgm", "value", "incoterm", "eori", "licence")
    carrier_clears: tuple[str, ...] = ("parcel",)
    gate: Gate = "block_departure"
    autofix: bool = False
    autofix_codes: tuple[str, ...] = ()
    declared_tol_pct: Decimal = Decimal(2)
    value_tol_pct: Decimal = Decimal(1)
    exit_expected_s: dict[str, int] = msgspec.field(
        default_factory=lambda: {"": BY_ROAD, "air": 15 * DAY, "ocean": 45 * DAY}
    )
    speakers: dict[str, tuple[str, ...]] = {}
    hold_queues: tuple[str, ...] = ("CUS", "TRN", "CSR")
    evidence: tuple[str, ...] = ("pod", "import_declaration", "transport_document")

    def way_out(self, mode: str) -> int:
        """Seconds that are usual from departure to exit; as by road where nothing is given."""
        return self.exit_expected_s.get(mode, self.exit_expected_s.get("", BY_ROAD))

    def regime_of(self, country: str) -> str:
        """The system exports from this country are declared in."""
        return self.regimes.get(country) or REGIMES.get(country, "OTHER")

    def shared_union(self, one: str, other: str) -> str:
        """The customs union both countries are in, empty for none."""
        return next((name for name, members in self.unions.items() if one in members and other in members), "")
