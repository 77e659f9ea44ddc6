"""Personal data put out for whoever may not see it; and the list of it says nothing the language does not have."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
import pytest
from msgspec import inspect

from crossdock.app.masking import MASK, masked_text
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.personal import PERSONAL, is_personal

ORDER = {
    "order_no": "SO-1",
    "customer": {"no": "C1", "name": "Mia Kraus", "contacts": [{"kind": "email", "value": "mia@example.com"}]},
    "ship_to": {"name": "Kraus", "address": {"country": "DE", "lines": ["Hauptstr. 1"], "postal": "10115"}},
    "stops": [{"driver": "Jo", "geo": {"lat": 1, "lon": 2}, "photos": [], "recipient": ""}],
}


def paths(kind: inspect.Type, path: tuple[str, ...], seen: frozenset[type]) -> Iterator[tuple[str, ...]]:
    """Every path of a type's JSON."""
    match kind:
        case inspect.StructType() if kind.cls not in seen:
            for field in kind.fields:
                yield (*path, field.encode_name)
                yield from paths(field.type, (*path, field.encode_name), seen | {kind.cls})
        case inspect.UnionType():
            for one in kind.types:
                yield from paths(one, path, seen)
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            yield from paths(kind.item_type, path, seen)
        case inspect.DictType():
            yield from paths(kind.value_type, path, seen)
        case _:
            return


def test_what_is_about_a_person_is_put_out_and_nothing_else() -> None:
    shown = json.loads(masked_text(json.dumps(ORDER)))
    assert shown["order_no"] == "SO-1"
    assert shown["customer"] == {"no": "C1", "name": MASK, "contacts": [{"kind": "email", "value": MASK}]}
    assert shown["ship_to"]["address"] == {"country": "DE", "lines": MASK, "postal": MASK}
    assert shown["stops"] == [{"driver": MASK, "geo": MASK, "photos": [], "recipient": ""}]
    for said in ("Mia", "mia@", "Hauptstr", "10115", "Jo"):
        assert said not in json.dumps(shown)


@pytest.mark.parametrize("document", ["", "{", "not json Mia Kraus"])
def test_what_cannot_be_read_is_put_out_whole(document: str) -> None:
    assert masked_text(document) == MASK


def test_the_language_has_every_field_that_is_listed() -> None:
    there = {path for kind in EVENT_TYPES.values() for path in paths(inspect.type_info(kind.payload), (), frozenset())}
    listed = {one for one in PERSONAL if any(path[-len(one) :] == one for path in there)}
    assert listed >= PERSONAL - {("recipient",), ("signature_doc",)}, PERSONAL - listed
    assert is_personal(("lines", "customer", "name"))
    assert not is_personal(("warehouse", "name"))
    assert msgspec.json.decode(masked_text("[1, null]")) == [1, None]
