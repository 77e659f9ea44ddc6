"""What is declared of goods, and how far it is from what they are (domain.md §6 RC-12, `declared_tol_pct`)."""

from __future__ import annotations

from decimal import Decimal

from crossdock.canonical.commands.customs import DeclaredGoods
from crossdock.canonical.events.customs import CustomsGoodsStated
from crossdock.canonical.parts import FieldChange
from crossdock.kernel.money import NO_CURRENCY, Money
from crossdock.process.amounts import decimal, whole
from crossdock.process.commands import content_hash
from crossdock.process.customs.state import Declared
from crossdock.process.terms.customs import CustomsTerms

GRAMS = Decimal("0.001")
NONE = Money(Decimal(0), NO_CURRENCY)
EXACT = ("hs", "origin", "licence")


def declared(stated: CustomsGoodsStated) -> Declared:
    """A statement as it is declared: weight and value of each line in full, to the gram and the minor unit."""
    goods = tuple(
        DeclaredGoods(
            order_line=one.line,
            item=one.item,
            hs=one.hs,
            origin=one.origin,
            qty=one.qty,
            net_kgm=decimal(whole(((one.net_kgm or Decimal(0)) * one.qty.value).quantize(GRAMS))),
            value=_value(one.unit_value, one.qty.value),
            licence=one.licence,
        )
        for one in stated.goods
    )
    return Declared(goods, str(stated.gross_kgm) if stated.gross_kgm is not None else "")


def essence(stated: CustomsGoodsStated) -> str:
    """A fingerprint of what a submission says; papers and the state of packing are no part of it."""
    return content_hash(stated.goods, stated.consignee, stated.incoterm, stated.gross_kgm, stated.packages)


def changes(before: Declared, after: Declared, terms: CustomsTerms) -> tuple[FieldChange, ...]:
    """What differs beyond tolerance: quantities, codes and licences at all, weights and values by percent."""
    found: list[FieldChange] = []
    old = {one.order_line: one for one in before.goods}
    new = {one.order_line: one for one in after.goods}
    for line in sorted(old.keys() | new.keys()):
        was, now = old.get(line), new.get(line)
        if was is None or now is None:
            found.append(
                FieldChange(path=f"lines[{line}].qty", old=_text(was), new=_text(now)),
            )
            continue
        found += _line_changes(was, now, terms)
    if before.gross and after.gross and _apart(Decimal(before.gross), Decimal(after.gross), terms.declared_tol_pct):
        found.append(FieldChange(path="gross_kgm", old=before.gross, new=after.gross))
    return tuple(found)


def shipped_apart(lodged: Declared, shipped: dict[str, int]) -> tuple[str, ...]:
    """Lines whose quantity at the hand-over is not the one declared, each in words."""
    told = {one.order_line: whole(one.qty.value) for one in lodged.goods}
    return tuple(
        f"line {line}: {decimal(told.get(line, 0))} declared, {decimal(shipped.get(line, 0))} handed over"
        for line in sorted(told.keys() | shipped.keys())
        if told.get(line, 0) != shipped.get(line, 0)
    )


def _line_changes(was: DeclaredGoods, now: DeclaredGoods, terms: CustomsTerms) -> list[FieldChange]:
    path = f"lines[{was.order_line}]"
    found = [
        FieldChange(path=f"{path}.{field}", old=getattr(was, field), new=getattr(now, field))
        for field in EXACT
        if getattr(was, field) != getattr(now, field)
    ]
    if whole(was.qty.value) != whole(now.qty.value) or was.qty.uom != now.qty.uom:
        found.append(FieldChange(path=f"{path}.qty", old=_text(was), new=_text(now)))
    if _apart(was.net_kgm, now.net_kgm, terms.declared_tol_pct):
        found.append(FieldChange(path=f"{path}.net_kgm", old=str(was.net_kgm), new=str(now.net_kgm)))
    if was.value.currency != now.value.currency or _apart(was.value.amount, now.value.amount, terms.value_tol_pct):
        old, new = (f"{one.value.amount} {one.value.currency}" for one in (was, now))
        found.append(FieldChange(path=f"{path}.value", old=old, new=new))
    return found


def _apart(one: Decimal, other: Decimal, percent: Decimal) -> bool:
    return abs(one - other) * 100 > abs(one) * percent


def _value(price: Money | None, amount: Decimal) -> Money:
    return Money(price.amount * amount, price.currency).to_minor_unit() if price is not None else NONE


def _text(goods: DeclaredGoods | None) -> str:
    return f"{goods.qty.value} {goods.qty.uom}".strip() if goods is not None else ""
