"""Python that reads is asked what each field fed, by changing one at a time (decision 15)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.kernel.tree import Node, Place
from crossdock.mapping.provenance import Explanation
from crossdock.mediation.asking import CELLS_MAX, Answer, Author, Cell, asked, differences, texts_for
from crossdock.mediation.witness import cells_of

Hints = Mapping[tuple[str, str], tuple[str, ...]]
AUTHOR = Author("read_parcel", "acme/parcel (Python)", "3")


class Parcel(msgspec.Struct, frozen=True):
    """A document of one node."""

    root: Node
    syntax: str = "json"
    kind: str = "parcel"
    version: str = ""

    def where(self, node: Node, field: str) -> Place:
        return Place(f"{node.name}.{field}")


def parcel(**fields: str) -> Parcel:
    return Parcel(Node("parcel", fields, 0))


def read(fields: dict[str, str]) -> Answer:
    """A reader as people write them: the state chooses, the weight is computed, the note is not looked at."""
    if not fields.get("no"):
        return Answer((), ("no number",))
    payload: dict[str, object] = {"parcel": fields["no"], "unit": "KGM"}
    if fields.get("state") in ("delivered", "lost"):
        payload["state"] = fields["state"].upper()
    if fields.get("grams", "").isdecimal():
        payload["weight"] = f"{int(fields['grams']) / 1000:.3f}"
    payload["marks"] = [mark for mark in (fields.get("mark1"), fields.get("mark2")) if mark]
    body = {"subject": {"type": "package", "id": fields["no"]}, "occurred": {"raw": "x"}, "payload": payload}
    return Answer((("0", msgspec.json.encode(body)),), ())


def ask_about(document: Parcel, hints: Hints | None = None) -> Explanation | None:
    assert isinstance(document.root.fields, dict)
    fields = document.root.fields

    def ask(cell: Cell | None, text: str) -> Answer:
        return read(fields if cell is None else {**fields, cell.field: text})

    return asked(document, cells_of(document.root, hints), ask, AUTHOR)


FULL = {"no": "P-77", "state": "delivered", "grams": "1250", "note": "fragile", "mark1": "A1", "mark2": "B1"}
HINTS = {("parcel", "state"): ("lost",)}


def test_every_field_of_the_fact_is_told_with_its_place_rule_and_version() -> None:
    told = ask_about(parcel(**FULL), HINTS)
    assert told is not None
    (fields,) = told.fields
    assert {path: origin.raw for path, origin in fields.items()} == {
        "subject.id": ("P-77",),
        "class": (),
        "occurred": (),
        "payload.parcel": ("P-77",),
        "payload.unit": (),
        "payload.state": ("delivered",),
        "payload.weight": ("1250",),
        "payload.marks[0]": ("A1",),
        "payload.marks[1]": ("B1",),
    }
    assert {tuple(origin)[3:] for origin in fields.values()} == {tuple(AUTHOR)}


def test_a_field_that_changes_nothing_was_never_looked_at() -> None:
    told = ask_about(parcel(**FULL), HINTS)
    assert told is not None
    assert told.unread == ((0, "note"),)
    assert told.fed[0, "grams"] == ("0:payload.weight",)
    assert (0, "note") not in told.fed


def test_an_unknown_code_is_looked_at_though_it_feeds_nothing() -> None:
    told = ask_about(parcel(no="P-1", state="misplaced"), HINTS)
    assert told is not None
    assert told.fed[0, "state"] == ()


def test_what_only_decides_whether_a_field_is_there_is_told_apart() -> None:
    told = ask_about(parcel(no="P-1", state="lost"))
    assert told is not None
    origin = told.fields[0]["payload.state"]
    assert (origin.raw, [place.words for place in origin.decided]) == ((), ["parcel.state"])


def test_a_document_too_long_to_be_asked_is_not_half_asked() -> None:
    fields = {f"f{number}": "1" for number in range(CELLS_MAX + 1)}
    assert ask_about(parcel(no="P-1", **fields)) is None


def test_items_of_a_list_are_found_again_when_one_is_gone() -> None:
    old: dict[str, object] = {"a[0].x": 1, "a[0].y[0]": 5, "a[1].x": 2, "a[2].x": 3, "b": 1}
    new: dict[str, object] = {"a[0].x": 1, "a[0].y[0]": 5, "a[1].x": 3, "b": 1}
    assert list(differences(old, new)) == [("a[1].x", 2, None)]


@given(st.text(max_size=12))
def test_a_cell_is_asked_with_other_texts_only_each_once_the_empty_one_last(text: str) -> None:
    tried = list(texts_for(Cell(Node("n", {}, 0), "f", text, ("A", "B", "A"))))
    assert text not in tried
    assert len(set(tried)) == len(tried)
    assert not text or tried[-1] == ""


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("20260630", "20260615"),
        ("2359", "2315"),
        ("260615", "260616"),
        ("2026-06-30T23:59:00Z", "2026-06-15T23:59:00Z"),
    ],
)
def test_dates_and_times_are_asked_with_dates_and_times(text: str, other: str) -> None:
    assert next(iter(texts_for(Cell(Node("n", {}, 0), "f", text)))) == other
