"""Which consumer a contract leaves standing, told by name, and who reads what changed."""

from __future__ import annotations

import pytest

from crossdock.app.governance import Verdict
from crossdock.canonical.compatibility import changes
from crossdock.canonical.consumers import Consumer, Reads, names_in, readers, unmet
from crossdock.canonical.shapes import CONTRACT, Field, Shape, shape

REASON = Field("Reason", "", "enum", True, ("closed", "damaged"))


def contracts(*fields: Field) -> Shape:
    """One fact, `goods.moved`, with lines of items, a list of codes, and what is given beside or instead."""
    base = (
        Field(CONTRACT, "events/goods.moved", "GoodsMoved", True),
        Field("GoodsMoved", "at", "string", True),
        Field("GoodsMoved", "reason", "Reason", False),
        Field("GoodsMoved", "lines", "array<app.parts.Line>", True),
        Field("GoodsMoved", "ext", "map<map<string>>", False),
        Field("app.parts.Line", "item", "string", True),
        Field("app.parts.Line", "lot", "string", False),
        REASON,
    )
    return {(one.struct, one.name): one for one in (*base, *fields)}


def without(struct: str, name: str) -> Shape:
    return {key: field for key, field in contracts().items() if key != (struct, name)}


def portal(*reads: Reads) -> Consumer:
    return Consumer("portal", "the portal team", reads)


@pytest.mark.parametrize("path", ["at", "lines.item", "*.lot", "reason", "ext.customs_nl.office"])
def test_what_is_there_is_met(path: str) -> None:
    assert list(unmet([portal(Reads("goods.moved", (path,)))], contracts())) == []


@pytest.mark.parametrize(
    ("reads", "said"),
    [
        (Reads("goods.lost", ("at",)), "portal reads goods.lost, and there is no such contract"),
        (Reads("goods.moved", ("lines.weight",)), "portal reads lines.weight of goods.moved, which is not there"),
        (Reads("goods.moved", ("*.weight",)), "portal reads *.weight of goods.moved, which is not there"),
        (Reads("goods.moved", always=("lines.lot",)), "portal needs lines.lot of goods.moved every time"),
        (Reads("goods.moved", knows={"reason": ("closed",)}), "portal does not know damaged in reason of goods.moved"),
    ],
)
def test_what_is_not_names_the_consumer_the_field_and_whom_to_ask(reads: Reads, said: str) -> None:
    (found,) = unmet([portal(reads)], contracts())
    assert found.detail.startswith(said)
    assert found.detail.endswith("agree with the portal team first")


def test_a_change_tells_who_reads_what_it_takes_away() -> None:
    reader, stranger = (
        portal(Reads("goods.moved", ("lines.item",))),
        Consumer("bi", "", (Reads("goods.moved", ("at",)),)),
    )
    (change,) = changes(contracts(), without("app.parts.Line", "item"))
    verdict = Verdict({1: (change,)}, (), (), readers=dict(readers([reader, stranger], contracts())))
    assert verdict.hit(change) == ("portal",)
    assert change.contracts == ("events/goods.moved",)


def test_a_new_code_hits_those_who_read_a_field_of_that_list() -> None:
    grown = contracts(Field("Reason", "", "enum", True, ("closed", "damaged", "stolen")))
    places = readers([portal(Reads("goods.moved", ("reason",)))], contracts())
    hit = [places.get(change.where) for change in changes(contracts(), grown)]
    assert hit == [("portal",)]


def test_an_unmet_expectation_is_no_kept_promise() -> None:
    wrong = tuple(unmet([portal(Reads("goods.lost"))], contracts()))
    assert not Verdict({}, (), (), wrong).is_kept


def test_the_names_of_a_contract_are_those_of_its_parts_too() -> None:
    assert {"lines", "item", "qty", "value"} <= names_in("create_fulfilment_order", shape())
    assert names_in("no_such_command", shape()) == frozenset()
