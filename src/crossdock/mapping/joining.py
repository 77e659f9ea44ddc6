"""`join`: items of a list that speak of the same thing become one, their quantities added up."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import cast

Item = dict[str, object]
QUANTITY = {"value", "uom"}


def join_items(items: list[object], names: tuple[str, ...]) -> tuple[list[object], list[int], str]:
    """Items with the same values of `names` as one, in the place of the first.

    Quantities in one unit are added, lists put one after the other; of all else the first stands.

    Returns:
        The items, for each item given its place among them, and a complaint where units differ, else empty.
    """
    joined: dict[tuple[str, ...], Item] = {}
    places: list[int] = []
    order: dict[tuple[str, ...], int] = {}
    complaint = ""
    for one in items:
        item = cast("Item", one)
        key = tuple(str(item.get(name, "")) for name in names)
        places.append(order.setdefault(key, len(order)))
        known = joined.get(key)
        if known is None:
            joined[key] = {**item}
        else:
            complaint = _add(known, item) or complaint
    return list(joined.values()), places, complaint


def _add(known: Item, item: Item) -> str:
    complaint = ""
    for name, value in item.items():
        have = known.get(name)
        if have is None:
            known[name] = value
        elif isinstance(have, list) and isinstance(value, list):
            known[name] = [*have, *value]
        elif isinstance(have, dict) and isinstance(value, dict) and have.keys() | value.keys() <= QUANTITY:
            if have.get("uom") != value.get("uom"):
                complaint = f"{name} is in {have.get('uom')} and in {value.get('uom')}"
            else:
                known[name] = {**have, "value": _number(have) + _number(value)}
    return complaint


def _number(quantity: dict[str, object]) -> Decimal:
    try:
        return Decimal(str(quantity.get("value", 0)))
    except InvalidOperation:
        # What is no number was told where it was read, and costs the fact whatever the sum.
        return Decimal(0)
