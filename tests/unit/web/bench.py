"""A hub's front with everything behind it in memory: one place where the web tests get their world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random

import httpx2
import msgspec

from crossdock.app.access import Scope, make_key
from crossdock.app.evidence import Evidence
from crossdock.app.headline import Concern, FacetView, Tiles, TileView
from crossdock.app.insight import Insight
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.addressing import Address
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.secret import Secret
from crossdock.ports.directory import Partner
from crossdock.ports.metrics import Instrument, Silent
from crossdock.ports.store import DossierRow
from crossdock.ports.traces import Traces
from crossdock.process.policy import Policy
from crossdock.testing.doors import MemoryCustody, MemoryDesk, MemoryKeys, MemoryReplies
from crossdock.testing.intake import MemoryIntake
from crossdock.testing.kpis import MemoryMeasures
from crossdock.testing.store import MemoryStore
from crossdock.testing.views import MemoryViews
from crossdock.web.api.app import Api, build_api
from crossdock.web.api.deps import ApiDeps, ApiLimits, Figures

NOW = datetime(2026, 6, 1, 6, 2, 10, tzinfo=UTC)
PEPPER = Secret("pepper")
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOK_SECRET_OLD = "whsec_c2VjcmV0LXRoYXQtaXMtb24taXRzLXdheS1vdXQ="
HMAC_SECRET = "a shared secret"

PARTNERS = (
    Partner("ERP1", Role.ERP, "canonical_json"),
    Partner("WH-X12", Role.WMS, "x12"),
    Partner("TMS1", Role.TMS, "tms_json"),
    Partner("CAR-SW", Role.CAR, "canonical_json", settings={"auth": "standard_webhooks"}),
    Partner(
        "LMD-HM",
        Role.LMD,
        "canonical_json",
        settings={"auth": "hmac", "signature_header": "X-Hub-Signature-256", "signature_prefix": "sha256="},
    ),
)


class SetClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class SeededDice:
    """Chance that repeats."""

    def __init__(self) -> None:
        self._random = Random(7)

    def bits(self, count: int) -> int:
        return self._random.getrandbits(count)

    def fraction(self) -> float:
        return self._random.random()


CALM = FacetView("BS-55", "In sync")
TILE = TileView("act", FacetView("BS-18", "No carrier", ("TRN",), "Being prepared"), CALM, CALM, CALM)


class FixedStates:
    """The same states for every dossier; shipments stand for the part `WH1/1`."""

    def __call__(self, row: DossierRow) -> Mapping[str, object]:
        return {"ORD": {"phase": "NEW"}, "SHP:WH1/1": {"state": "PLANNED"}}

    def group(self, row: DossierRow, idents: Sequence[str]) -> list[str]:
        return ["WH1/1" if ident.startswith("shipment|") else "" for ident in idents]

    def tiles(self, row: DossierRow, cases: Sequence[Concern]) -> Tiles:
        return Tiles(TILE, {"WH1/1": TILE})


class Partners:
    """A directory of a fixed list."""

    def __init__(self, partners: tuple[Partner, ...] = PARTNERS) -> None:
        self._partners = {partner.id: partner for partner in partners}

    def partner(self, partner_id: str) -> Partner | None:
        return self._partners.get(partner_id)

    def resolve(self, address: Address) -> Partner | None:
        return next((one for one in self._partners.values() if one.role is address.role), None)

    def partners(self) -> list[Partner]:
        return list(self._partners.values())


@dataclass
class Front:
    """The application, its ports, and a client to call it with."""

    clock: SetClock = field(default_factory=SetClock)
    limits: ApiLimits = field(default_factory=ApiLimits)
    partners: tuple[Partner, ...] = PARTNERS
    with_queue: bool = False
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.store = MemoryStore()
        self.views = MemoryViews(self.store)
        self.intake = MemoryIntake(self.store, self.clock)
        self.queued = MemoryIntake(self.store, self.clock, queued=True)
        self.keys, self.replies = MemoryKeys(), MemoryReplies()
        self.desk, self.custody = MemoryDesk(), MemoryCustody()
        self.dice = SeededDice()
        self.meter: Instrument = Silent()
        self.traces: Traces | None = None
        self.figures: Figures | None = None
        self.insight = Insight(self.views, MemoryMeasures(), REGISTRIES, Policy())

    @cached_property
    def app(self) -> Api:
        """The application, put together when it is first asked for: a quarter of a second's work."""
        return build_api(self.deps())

    @cached_property
    def http(self) -> httpx2.AsyncClient:
        """A client of it."""
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url="http://hub")

    def rebuild(self) -> None:
        """Have the application put together again, after a port was exchanged."""
        for name in ("app", "http"):
            self.__dict__.pop(name, None)

    def deps(self) -> ApiDeps:
        return ApiDeps(
            intake=self.intake,
            queued=self.queued if self.with_queue else None,
            directory=Partners(self.partners),
            views=self.views,
            insight=self.insight,
            keys=self.keys,
            stopwatch=self.clock,
            replies=self.replies,
            custody=self.custody,
            desk=self.desk,
            evidence=Evidence(self.store, self.dice, kept_per_hour=20),
            clock=self.clock,
            dice=self.dice,
            pepper=PEPPER,
            ready=self._ready,
            states=FixedStates(),
            webhook_secrets={
                "CAR-SW": (Secret(WEBHOOK_SECRET), Secret(WEBHOOK_SECRET_OLD)),
                "LMD-HM": (Secret(HMAC_SECRET),),
            },
            limits=self.limits,
            meter=self.meter,
            traces=self.traces,
            figures=self.figures,
        )

    async def key(
        self, partner: str, *scopes: Scope, expires: datetime | None = None, created: datetime = NOW
    ) -> dict[str, str]:
        """The header of a fresh key."""
        random = self.dice.bits(200).to_bytes(25, "big")
        secret, row = make_key(
            random, PEPPER, partner=partner, scopes=scopes, label="test", created=created, expires=expires
        )
        await self.keys.add(row)
        return {"authorization": f"Bearer {secret.reveal()}"}

    async def _ready(self) -> tuple[str, ...]:
        return self.missing


def problem(answer: httpx2.Response, slug: str) -> dict[str, object]:
    """The problem of an answer, checked in form."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, object] = answer.json()
    assert body["type"] == f"/v1/problems/{slug}", body
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return body


def order(order_no: str = "SO-1", **changes: object) -> dict[str, object]:
    """The payload of a released order."""
    payload: dict[str, object] = {
        "order_no": order_no,
        "rev": 1,
        "customer": {"no": "C-7781", "name": "Harrow & Pike Ltd"},
        "ship_to": {"location_no": "LOC-HP-LON", "tz": "Europe/London"},
        "lines": [{"no": "10", "item": "IT-501", "qty": {"value": "40", "uom": "EA"}}],
        "requested": {"latest": "2026-06-04T16:00:00Z"},
        "incoterm": {"code": "DAP", "place": "London"},
        "currency": "EUR",
    }
    return payload | changes


def envelope(order_no: str = "SO-1", source: str = "ERP1", **changes: object) -> bytes:
    """A canonical `order.approved`."""
    body: dict[str, object] = {
        "type": "order.approved",
        "subject": {"type": "order", "id": order_no},
        "source": {"system": "ERP", "instance": source},
        "occurred": {"instant": "2026-06-01T06:02:10Z"},
        "payload": order(order_no),
    }
    return msgspec.json.encode(body | changes)


def json_headers(auth: Mapping[str, str]) -> dict[str, str]:
    """Authorisation and a JSON body."""
    return {**auth, "content-type": "application/json"}
