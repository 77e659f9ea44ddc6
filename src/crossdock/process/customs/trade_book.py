"""How the trade file follows from facts: pure, and the same fact twice is once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace

from crossdock.canonical.events.fulfilment import PackCompleted
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.events.platform import DocumentAttached, MasterEntity, MasterUpdated
from crossdock.canonical.parts import DocumentRef, FieldChange, Incoterm, LineQuantity, OrderLine
from crossdock.kernel.money import Money
from crossdock.process.amounts import whole
from crossdock.process.customs.trade_state import UNKNOWN, Article, Packed, Release, TradeFile
from crossdock.process.policy import Policy

# Documents a dossier keeps for customs; more than this no declaration asks for.
DOCUMENTS_MAX = 50
OWN_PROOF = "proof_of_export"

_LINE = re.compile(r"^lines\[([^\]]+)\]\.(?:trade\.)?(\w+)$")
TEXTS: Mapping[str, str] = {
    "hs_code": "hs", "hs": "hs", "origin_country": "origin", "origin": "origin", "licence": "licence",
}  # fmt: skip
YES = frozenset(("true", "yes", "1"))


def concerns_customs(order: OrderApproved, policy: Policy) -> bool:
    """Whether customs could want to know of an order: it says so, or names tariff codes for a country not ours."""
    if order.cross_border:
        return True
    address = order.ship_to.address
    there = address.country if address is not None else ""
    abroad = not policy.sites or any(site.country != there for site in policy.sites.values())
    return abroad and any(one.trade is not None and (one.trade.hs_code or one.trade.licence) for one in order.lines)


def approved(file: TradeFile, order: OrderApproved) -> TradeFile:
    """An approved revision, in full; an older one changes nothing."""
    if order.rev < file.rev:
        return file
    articles = {**file.articles, **{line.no: _article(line) for line in order.lines}}
    return replace(file, rev=order.rev, consignee=order.customer, incoterm=order.incoterm, articles=articles)


def changed(file: TradeFile, changes: tuple[FieldChange, ...]) -> TradeFile:
    """Single fields of lines and of the head; a field that is none of customs' is passed over."""
    for change in changes:
        match = _LINE.match(change.path)
        if match and match[1] in file.articles:
            article = corrected(file.articles[match[1]], match[2], change.new)
            file = replace(file, articles={**file.articles, match[1]: article})
        elif change.path in ("incoterm", "incoterm.code"):
            place = file.incoterm.place if file.incoterm is not None else ""
            file = replace(file, incoterm=Incoterm(code=change.new, place=place))
        elif change.path == "customer.eori" and file.consignee is not None:
            file = replace(file, consignee=replace(file.consignee, eori=change.new))
    return file


def mastered(file: TradeFile, subject: str, update: MasterUpdated) -> TradeFile:
    """An item's or the customer's master record, where it is one of this order."""
    if update.entity is MasterEntity.ITEM:
        lines = [number for number, article in file.articles.items() if article.item == subject]
        return changed(
            file,
            tuple(
                replace(one, path=f"lines[{number}].{one.path.rpartition('.')[2]}")
                for number in lines
                for one in update.changed
            ),
        )
    mine = file.consignee is not None and file.consignee.no == subject
    return changed(file, tuple(replace(one, path=f"customer.{one.path}") for one in update.changed)) if mine else file


def corrected(article: Article, field: str, text: str) -> Article:
    """An article with one field as a change writes it; what cannot be read is left as it was."""
    if field in TEXTS:
        return replace(article, **{TEXTS[field]: text.strip()})
    if field == "licence_needed":
        return replace(article, licence_needed=text.strip().lower() in YES)
    number, _, unit = text.strip().partition(" ")
    try:
        value = Decimal(number)
    except InvalidOperation:
        return article
    if not value.is_finite():
        return article
    if field == "net_kgm":
        return replace(article, net=whole(value))
    if field in ("unit_price", "price"):
        currency = unit or (article.price.currency if article.price is not None else "")
        return replace(article, price=Money(value, currency)) if currency else article
    return article


def released(file: TradeFile, group: str, lines: Mapping[str, tuple[str, int]]) -> TradeFile:
    """What a warehouse is asked for."""
    return with_release(file, group, replace(file.releases.get(group, Release()), lines=dict(lines)))


def packed(file: TradeFile, group: str, said: PackCompleted) -> TradeFile:
    """Packages that were closed."""
    release = file.releases.get(group, Release())
    fresh = {
        one.key: Packed(whole(one.kgm) if one.kgm is not None else UNKNOWN, by_line(one.contents))
        for one in said.packages
    }
    return with_release(
        file,
        group,
        replace(release, packages={**release.packages, **fresh}, final=said.complete or release.final),
    )


def voided(file: TradeFile, group: str, number: str) -> TradeFile:
    """A package that is none any more: packing goes on."""
    release = file.releases.get(group, Release())
    if number not in release.packages:
        return file
    left = {key: one for key, one in release.packages.items() if key != number}
    return with_release(file, group, replace(release, packages=left, final=False))


def attached(file: TradeFile, document: DocumentAttached) -> TradeFile:
    """A paper customs may ask for."""
    if document.type == OWN_PROOF or document.sha256 in file.documents or len(file.documents) >= DOCUMENTS_MAX:
        return file
    paper = DocumentRef(type=document.type, sha256=document.sha256, mime=document.mime, name=document.name)
    return replace(file, documents={**file.documents, document.sha256: paper})


def with_release(file: TradeFile, group: str, release: Release) -> TradeFile:
    """The file with one release changed."""
    return replace(file, releases={**file.releases, group: release})


def by_line(lines: tuple[LineQuantity, ...]) -> dict[str, int]:
    """Quantities in millionths, added up a line."""
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.line] = totals.get(line.line, 0) + whole(line.qty.value)
    return totals


def _article(line: OrderLine) -> Article:
    trade = line.trade
    if trade is None:
        return Article(item=line.item, uom=line.qty.uom, price=line.unit_price)
    return Article(
        item=line.item,
        uom=line.qty.uom,
        hs=trade.hs_code,
        origin=trade.origin_country,
        net=whole(trade.net_kgm) if trade.net_kgm is not None else UNKNOWN,
        price=line.unit_price,
        licence=trade.licence,
        licence_needed=trade.licence_needed,
    )
