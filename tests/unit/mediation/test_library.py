"""Which map reads and writes for a partner: shipped maps, overlays, own maps, code tables."""

from __future__ import annotations

import pytest

from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Document
from crossdock.mapping.codes import parse_codes
from crossdock.mapping.compiled import Mapped
from crossdock.mapping.run import MapContext
from crossdock.mapping.spec import Spec, parse_map
from crossdock.mediation.library import Library, Shelf

SCAN = """
[map]
syntax = "json"
document = "scan"
versions = [{versions}]
version = "{version}"
source = "written for this test"
[[fact]]
id = "scan"
type = "tracking.milestone"
subject = {{ id = ".shipment" }}
[fact.fields]
milestone = {{ from = ".code", codes = "scans" }}
[[document]]
command = "request_pod"
[[document.node]]
name = "ask"
fields = {{ shipment = ".shipment" }}
"""
CODES = parse_codes("scans", "code,value\nOD,OUT_FOR_DELIVERY\n")


def spec(name: str = "web/scan", version: str = "1", versions: str = "") -> Spec:
    return parse_map(name, SCAN.format(version=version, versions=versions))


class Own:
    """A map in Python."""

    def read(self, document: Document, context: MapContext) -> Mapped:
        return Mapped()


def test_partners_without_a_shelf_of_their_own_share_one_book() -> None:
    library = Library({"web": Shelf((spec(),), {"scans": CODES})}, {"special": Shelf()})
    assert library.book("web", "one") is library.book("web", "other") is library.book("web")
    assert library.book("web", "special") is not library.book("web")


def test_a_book_knows_what_it_reads_and_writes() -> None:
    book = Library({"web": Shelf((spec(),), {"scans": CODES})}).book("web")
    assert (book.kinds, book.commands) == (("scan",), ("request_pod",))
    assert book.writer("request_pod") is not None
    assert book.writer("plan_shipment") is None
    assert book.reader("scan", "") is not None
    assert book.reader("order", "") is None


@pytest.mark.parametrize(("asked", "wanted"), [("5010X", "b"), ("4010", "a"), ("3040", "any")])
def test_the_map_made_for_a_grammar_goes_before_the_one_for_any(asked: str, wanted: str) -> None:
    maps = (spec("web/any", "any"), spec("web/a", "a", '"4010"'), spec("web/b", "b", '"5010"'))
    reader = Library({"web": Shelf(maps, {"scans": CODES})}).book("web").reader("scan", asked)
    assert getattr(reader, "spec").version == wanted  # noqa: B009  (a reader may be Python without a spec)


def test_a_grammar_nobody_made_a_map_for_is_read_by_the_last_there_is() -> None:
    maps = (spec("web/a", "a", '"4010"'), spec("web/b", "b", '"5010"'))
    reader = Library({"web": Shelf(maps, {"scans": CODES})}).book("web").reader("scan", "8020")
    assert getattr(reader, "spec").version == "b"  # noqa: B009


def test_an_overlay_changes_the_map_for_its_partner_alone() -> None:
    over = parse_map("acme/scan", 'extends = "web/scan"\n[map]\nversion = "2"\n[codes.scans]\nX9 = "DELIVERED"\n')
    library = Library({"web": Shelf((spec(),), {"scans": CODES})}, {"acme": Shelf((over,))})
    assert [one.spec.version for one in library.book("web", "acme").maps] == ["1+acme/scan.2"]
    assert [one.spec.version for one in library.book("web").maps] == ["1"]


def test_a_map_of_the_partners_own_goes_before_what_is_shipped() -> None:
    library = Library({"web": Shelf((spec(),), {"scans": CODES})}, {"acme": Shelf((spec("acme/scan", "own"),))})
    reader = library.book("web", "acme").reader("scan", "")
    assert getattr(reader, "spec").name == "acme/scan"  # noqa: B009


def test_python_goes_before_every_map() -> None:
    own = Own()
    book = Library({"web": Shelf((spec(),), {"scans": CODES}, {"scan": own, "note": own})}).book("web")
    assert book.reader("scan", "4010") is own
    assert book.kinds == ("note", "scan")


def test_an_overlay_of_nothing_says_what_there_is() -> None:
    over = parse_map("acme/x", 'extends = "web/order"\n')
    library = Library({"web": Shelf((spec(),), {"scans": CODES})}, {"acme": Shelf((over,))})
    with pytest.raises(Rejected, match=r"acme/x of acme extends web/order, which is not there; there are: web/scan"):
        library.book("web", "acme")


def test_a_partners_table_is_laid_over_the_shipped_one() -> None:
    more = parse_codes("scans", "# source: their guide\ncode,value\nZZ,DELIVERED\n")
    library = Library({"web": Shelf((spec(),), {"scans": CODES})}, {"acme": Shelf((), {"scans": more})})
    assert library.book("web", "acme").reader("scan", "") is not None


def test_a_map_in_no_known_syntax_is_refused() -> None:
    odd = parse_map("web/odd", SCAN.format(version="1", versions="").replace('"json"', '"cobol"'))
    with pytest.raises(Rejected, match="there is no syntax 'cobol'"):
        Library({"web": Shelf((odd,))}).book("web")
