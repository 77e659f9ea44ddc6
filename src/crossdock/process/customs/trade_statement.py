"""What the trade file has to say of one release: the goods as packed (else as asked for), and what is missing."""

from __future__ import annotations

from crossdock.canonical.events.customs import CustomsGoodsStated, CustomsRequired, GoodsToDeclare
from crossdock.process.amounts import decimal, quantity
from crossdock.process.commands import content_hash
from crossdock.process.customs.trade_state import UNKNOWN, Article, Release, TradeFile
from crossdock.process.terms.customs import CustomsTerms


def statement(file: TradeFile, release: Release, required: CustomsRequired, terms: CustomsTerms) -> CustomsGoodsStated:
    """Everything customs needs of this release, as far as it is known."""
    goods = tuple(
        _goods(file.articles.get(number), number, item, amount) for number, (item, amount) in contents(release).items()
    )
    weights = [one.gross for one in release.packages.values()]
    weighed = bool(weights) and UNKNOWN not in weights
    content = {
        "goods": goods,
        "consignee": file.consignee,
        "incoterm": file.incoterm,
        "packages": tuple(sorted(release.packages)),
        "gross_kgm": decimal(sum(weights)) if weighed else None,
        "final": release.final,
        "missing": missing(file, goods, terms),
        "documents": tuple(file.documents[key] for key in sorted(file.documents)),
    }
    return CustomsGoodsStated(
        required=required,
        content_hash=content_hash(required, content),
        order_no=required.order_no,
        warehouse=required.warehouse,
        release_no=required.release_no,
        **content,  # type: ignore[arg-type]  # the fields by their names
    )


def contents(release: Release) -> dict[str, tuple[str, int]]:
    """Item and quantity by line: what is packed once packing is complete and says so, else what was asked for."""
    totals: dict[str, int] = {}
    for one in release.packages.values():
        for number, amount in one.contents.items():
            totals[number] = totals.get(number, 0) + amount
    if not release.final or not totals:
        return dict(sorted(release.lines.items()))
    return {number: (release.lines.get(number, ("", 0))[0], amount) for number, amount in sorted(totals.items())}


def missing(file: TradeFile, goods: tuple[GoodsToDeclare, ...], terms: CustomsTerms) -> tuple[str, ...]:
    """Mandatory fields nobody has said yet, each by its place."""
    wanted = frozenset(terms.mandatory)
    lacking: list[str] = [] if goods else ["goods"]
    for one in goods:
        known = {
            "hs": bool(one.hs),
            "origin": bool(one.origin),
            "net_kgm": one.net_kgm is not None,
            "value": one.unit_value is not None,
            "licence": bool(one.licence) or not one.licence_needed,
        }
        lacking += [
            f"lines[{one.line}].{field}" for field, is_known in known.items() if field in wanted and not is_known
        ]
    if "incoterm" in wanted and (file.incoterm is None or not file.incoterm.code):
        lacking.append("incoterm")
    eori = terms.declarant.eori or (file.consignee.eori if file.consignee is not None else "")
    if "eori" in wanted and not eori:
        lacking.append("eori")
    return tuple(lacking)


def _goods(article: Article | None, number: str, item: str, amount: int) -> GoodsToDeclare:
    known = article if article is not None and item in ("", article.item) else Article(item=item)
    uom = article.uom if article is not None else ""
    return GoodsToDeclare(
        line=number,
        item=known.item or item,
        qty=quantity(amount, uom),
        hs=known.hs,
        origin=known.origin,
        net_kgm=decimal(known.net) if known.net != UNKNOWN else None,
        unit_value=known.price,
        licence=known.licence,
        licence_needed=known.licence_needed,
    )
