"""One declaration in every word customs and the trade file have for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events.tracking import ShipmentDeparted
from crossdock.canonical.parts import Address, DocumentRef, ErrorItem, Incoterm, Mode, Party, Place
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.money import Money
from crossdock.process.commands import content_hash
from crossdock.process.customs.goods import declared, essence
from crossdock.process.customs.machine import MACHINE
from crossdock.process.customs.state import DeclarationState, pack
from crossdock.process.declaring import lrn_of
from crossdock.process.effects import CloseCase, Effect, Send
from crossdock.process.policy import Policy
from crossdock.testing.given import NOON, Given, after, command, fact
from tests.unit.process import examples as ex

LRN = lrn_of(ex.KEY)
MRN = "26NL00051012AB34A6"
VENLO = Place(location_no="WH-NL1", address=Address(country="NL", city="Venlo", postal="5928 LB"))


def required(**changes: object) -> cus.CustomsRequired:
    """SHP-1 from Venlo to London by road."""
    base: dict[str, object] = {
        "shipment": "SHP-1", "rule": "countries_differ", "lane": "NL>GB", "order_no": "SO-1", "warehouse": "WH-NL1",
        "mode": Mode.LTL, "origin": VENLO, "destination": ex.LONDON,
    }  # fmt: skip
    return cus.CustomsRequired(**{**base, **changes})  # type: ignore[arg-type]  # a test names the fields it changes


def goods(line: str = "10", amount: int = 40, **changes: object) -> cus.GoodsToDeclare:
    """Pumps of 9.7 kg at 120.00."""
    base: dict[str, object] = {
        "line": line, "item": f"IT-{line}", "qty": ex.qty(amount), "hs": "84137051", "origin": "NL",
        "net_kgm": Decimal("9.7"), "unit_value": Money(Decimal("120.00"), "EUR"),
    }  # fmt: skip
    return cus.GoodsToDeclare(**{**base, **changes})  # type: ignore[arg-type]  # a test names the fields it changes


def stated(*lines: cus.GoodsToDeclare, **changes: object) -> cus.CustomsGoodsStated:
    """All of it packed, nothing missing."""
    base: dict[str, object] = {
        "required": required(), "order_no": "SO-1", "warehouse": "WH-NL1", "goods": lines or (goods(),),
        "consignee": Party(no="C-7781", eori="GB123456789000"), "incoterm": Incoterm(code="DAP", place="London"),
        "packages": (ex.SSCC,), "gross_kgm": Decimal("412.5"), "final": True,
    }  # fmt: skip
    content = {**base, **changes}
    return cus.CustomsGoodsStated(content_hash=content_hash(content), **content)  # type: ignore[arg-type]


def paper(kind: str = "invoice") -> DocumentRef:
    """A document."""
    return DocumentRef(type=kind, sha256=kind * 3, mime="application/pdf", name=f"{kind}.pdf")


def held(
    kind: cus.CustomsHoldKind = cus.CustomsHoldKind.CONTROL, since: datetime = NOON, mrn: str = MRN
) -> cus.CustomsHeld:
    """A stop."""
    return cus.CustomsHeld(lrn=LRN, mrn=mrn, kind=kind, since=since, authority_ref="C-1")


def rejected(version: int = 1, code: str = "12") -> cus.CustomsRejected:
    """Not taken."""
    return cus.CustomsRejected(lrn=LRN, errors=(ErrorItem(code=code, path="goods[1]"),), version=version)


def told(payload: Payload, *, at: datetime = NOON, instance: str = "") -> Fact:
    """Customs (or we ourselves) say it of the declaration."""
    ours = isinstance(payload, (cus.CustomsGoodsStated, cus.CustomsNotRequired))
    subject = ex.FO if ours else Subject("declaration", LRN)
    return fact(payload, subject, at=at, by=Role.SYNC if ours else Role.CUS, instance=instance)


def known(content: cus.CustomsGoodsStated | None = None) -> DeclarationState:
    """A declaration that has been handed in, version 1."""
    content = content or stated()
    return DeclarationState(
        state="SUBMITTED",
        lrn=LRN,
        mrn=MRN,
        stated=pack(content),
        lodged=declared(content),
        offered=declared(content),
        version=1,
        submitted=essence(content),
        means="NVTR",
    )


def declaration(
    state: str, *, policy: Policy | None = None, content: cus.CustomsGoodsStated | None = None, **changes: object
) -> Given[DeclarationState]:
    """One in this state."""
    from_there = known(content)
    fields = {name: getattr(from_there, name) for name in from_there.__struct_fields__}
    return Given(MACHINE, ex.KEY, policy=policy, state=DeclarationState(**{**fields, "state": state, **changes}))


def released(at: float = 0) -> cus.CustomsReleased:
    """It may leave."""
    return cus.CustomsReleased(lrn=LRN, mrn=MRN, released_at=after(at))


def departed() -> Fact:
    """It left."""
    return fact(ShipmentDeparted(at=NOON), ex.SHIPMENT, by=Role.SYNC)


def closed(effects: tuple[Effect, ...]) -> set[str]:
    """Codes of the cases closed."""
    return {effect.code for effect in effects if isinstance(effect, CloseCase)}


def sent(effects: tuple[Effect, ...], name: str) -> object:
    """The payload of the one command of that name."""
    return next(effect.payload for effect in effects if isinstance(effect, Send) and effect.type == name)


def follow(born: Given[DeclarationState], effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Let the commands of customs come back as facts of their own dossier; what follows from them."""
    more: tuple[Effect, ...] = ()
    for effect in effects:
        if isinstance(effect, Send) and effect.type in (
            "submit_declaration",
            "amend_declaration",
            "cancel_declaration",
        ):
            more += born.when(command(effect.payload, ex.SHIPMENT)).effects
    return more
