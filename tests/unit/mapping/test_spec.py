"""Maps as written: all mistakes at once, overlays that say who made each rule, and a reference page that runs."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from crossdock.kernel.errors import Rejected
from crossdock.mapping.codes import CodeTable, parse_codes
from crossdock.mapping.compiled import CompiledMap, MapError, compile_map
from crossdock.mapping.spec import Spec, overlay, parse_map
from tests.unit.mapping.documents import CONTEXT, PlainSyntax, purchase_order

ORDER = (Path(__file__).parent / "order.toml").read_text()
PAGE = (Path(__file__).parents[3] / "docs" / "concepts" / "mapping.md").read_text()
HEAD = '[map]\nsyntax = "x12"\ndocument = "850"\nversion = "1"\nsource = "made up"\n'
HELD = f"""{HEAD}
[[fact]]
type = "order.held"
subject = {{ id = "BEG.03" }}
[fact.fields]
hold_id = "BEG.03"
type = "=credit"
"""
UNITS = CodeTable("units", {"CA": {"value": "CS"}})


def base() -> Spec:
    return parse_map("x12/850", ORDER)


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(MapError) as refused:
        compile_map(parse_map("m", text), PlainSyntax())
    return {one.rule: one.detail for one in refused.value.problems}


def compiled(text: str) -> CompiledMap:
    return compile_map(overlay(base(), parse_map("acme", text)), PlainSyntax())


def payload(made: CompiledMap) -> dict[str, dict[str, object]]:
    mapped = made.read(purchase_order(), CONTEXT)
    assert mapped.findings == ()
    read: dict[str, dict[str, dict[str, object]]] = msgspec.json.decode(mapped.facts[0].body)
    return read["payload"]


def test_all_mistakes_of_a_map_are_told_at_once_each_with_its_rule() -> None:
    found = mistakes(
        '[map]\nsyntax = "x12"\nsurprise = 1\n'
        '[[fact]]\ntype = "order.vanished"\n'
        '[[fact]]\ntype = "order.held"\nwhen = "BEG.01 ="\nsubject = { kind = "parcel", id = "BEG.03" }\n'
        'refs = [{ scheme = "nonsense", id = "BEG.03" }]\noccurred = { date = "DTM.02", format = "=XYZ" }\n'
        "[fact.fields]\n"
        'type = "=frozen"\nreason = { from = "BEG.!x" }\ncolour = "BEG.01"\n'
        'scope = "LIN.01"\n"ext.a.b" = { from = "BEG.01", first = ["BEG.02"] }\n'
        '[[document]]\ncommand = "dance"\n'
    )
    fact = "fact.order.held"
    assert found.keys() == {
        *("map", "map.document", "map.version", "map.source", "fact.order.vanished.type", f"{fact}.when"),
        *(f"{fact}.subject.kind", f"{fact}.refs[0].scheme", f"{fact}.occurred", f"{fact}.fields.type"),
        *(f"{fact}.fields.reason", f"{fact}.fields.colour", f"{fact}.fields.scope", f"{fact}.fields.ext.a.b"),
        *(f"{fact}.fields.hold_id", "document.dance.command"),
    }
    assert "hold_id, type, reason, scope" in found[f"{fact}.fields.colour"]
    assert "OrderHeld cannot be without it" in found[f"{fact}.fields.hold_id"]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ('{ from = "BEG.02", codes = "nowhere" }', "is no code table"),
        ('{ from = "BEG.02", column = "x" }', "go with 'codes'"),
        ('{ from = "BEG.02", codes = "units", column = "x" }', "nothing in column"),
        ('{ from = "BEG.02", codes = "units", unknown = "guess" }', "refuse, omit, same"),
        ('{ from = "BEG.02", as = "shout" }', "is no converter"),
        ('{ from = "BEG.02", as = { implied = 99 } }', "whole number from 0 to 12"),
        ('{ from = "BEG.02", as = { substring = [0] } }', "first character from 1"),
        ('{ from = "BEG.02", default = "BEG.03" }', "a default is a constant"),
        ('{ from = "BEG.02", required = "yes" }', "true or false"),
        ('{ from = "BEG.02", colour = 1 }', "has colour"),
        ('{ measure = "BEG.02", unit = "=LB", to = "miles" }', "needs 'unit' and 'to'"),
        ('["BEG.02"]', "neither a path, a constant nor a table"),
        ("{ first = [] }", "list of expressions"),
        ('"N1[01=ST"', "bracket that is not closed"),
        ('{ from = "BEG.02", when = 5 }', "a condition is a text"),
    ],
)
def test_a_mistake_in_an_expression_is_told_in_words(field: str, told: str) -> None:
    found = mistakes(f'{HELD}reason = {field}\n[codes.units]\nCA = "CS"')
    assert [told in detail for detail in found.values()] == [True]


def test_codes_that_mean_what_the_contract_does_not_know_are_a_mistake() -> None:
    text = HELD.replace('"=credit"', '{ from = "BEG.02", codes = "hold", unknown = "=other" }')
    found = mistakes(f'{text}[codes.hold]\nCR = "credit"\nFR = "frozen"')
    assert "frozen, other" in found["fact.order.held.fields.type"]


@pytest.mark.parametrize("text", ["[map", "colour = 1", "a." * 4000 + "b = 1", "x = " + "[" * 40 + "]" * 40])
def test_what_is_no_map_at_all_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        parse_map("m", text)


def test_an_overlay_replaces_fields_adds_references_and_codes() -> None:
    made = compiled("""
extends = "x12/850"
[map]
version = "2"
[[fact]]
id = "order"
refs = [{ scheme = "portal", id = "REF[01=IA].02" }]
remove = ["fields.customer.name"]
[fact.fields]
"ship_to.name" = "N1[01=BY].02"
"lines.item" = { concat = ["=A-", ".07"] }
"ext.acme.colour" = "=red"
[codes.units]
CA = "XX"
""")
    read = payload(made)
    assert read["customer"] == {"no": "C-1"}
    assert (read["ship_to"].get("location_no"), read["ship_to"].get("name")) == ("ST-12", None)
    assert read["ext"] == {"acme": {"vendor": "VENDOR-9", "colour": "red"}}
    lines = msgspec.convert(read["lines"], list[dict[str, object]])
    assert (lines[0]["item"], lines[0]["qty"]) == ("A-SKU-1", {"value": "10", "uom": "XX"})
    assert (made.spec.version, made.spec.versions) == ("3+acme.2", ("004010",))


def test_each_rule_tells_which_file_and_version_made_it() -> None:
    made = compiled("""
extends = "x12/850"
[map]
version = "2"
[[fact]]
id = "order"
refs = [{ scheme = "portal", id = "REF[01=IA].02" }]
[fact.fields]
"ship_to.location_no" = "=D-7"
"lines.item" = ".01"
""")
    (fields,) = made.explain(purchase_order(), CONTEXT).fields
    by = {path: (origin.map, origin.version) for path, origin in fields.items()}
    assert by["payload.lines[0].item"] == by["payload.ship_to.location_no"] == by["refs[2].id"] == ("acme", "2")
    assert by["payload.lines[0].no"] == by["payload.ship_to.name"] == by["refs[0].id"] == ("x12/850", "3")


def test_an_overlay_can_add_a_fact_and_cannot_name_one_that_is_not_there() -> None:
    more = HELD.replace(HEAD, 'extends = "x12/850"\n')
    assert compiled(more).facts_in == ("order.approved", "order.held")
    with pytest.raises(Rejected, match=r"fact\.ordre is in no base"):
        overlay(base(), parse_map("acme", 'extends = "x12/850"\n[[fact]]\nid = "ordre"\nrevision = 1'))
    with pytest.raises(Rejected, match="to remove"):
        overlay(base(), parse_map("acme", 'extends = "x12/850"\n[[fact]]\nid = "order"\nremove = ["fields.no.x"]'))


def test_an_overlay_does_not_change_its_base() -> None:
    spec = base()
    before = msgspec.json.encode(spec.data)
    overlay(spec, parse_map("acme", '[[fact]]\nid = "order"\nremove = ["fields.ext"]\n[fact.fields]\nlines.no = "=1"'))
    assert msgspec.json.encode(spec.data) == before


def test_an_overlay_alone_is_no_map() -> None:
    assert "extends" in mistakes(HELD.replace("[map]", 'extends = "x12/850"\n[map]'))


def test_the_reference_page_is_a_map_that_compiles() -> None:
    # What comes after these shows a package that brings maps, not a map.
    inbound, outbound, codes, over, *_ = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    spec = parse_map("x12/850", f"{inbound}\n{outbound}\n{codes}")
    made = compile_map(overlay(spec, parse_map("acme", over)), PlainSyntax())
    assert (made.facts_in, made.commands_out) == (("order.approved",), ("create_fulfilment_order",))
    mapped = made.read(purchase_order(), CONTEXT)
    assert mapped.findings == ()
    assert len(mapped.facts) == 1


def test_the_reference_page_names_every_converter() -> None:
    named = PAGE.partition("**Converters**")[2].partition("## Objects")[0]
    with pytest.raises(MapError) as refused:
        compile_map(parse_map("m", f'{HELD}reason = {{ from = "BEG.03", as = "?" }}'), PlainSyntax())
    known = refused.value.problems[0].detail.partition("there are ")[2].split(", ")
    assert [name for name in known if not re.search(rf"\b{name}\b", named)] == []


def test_a_code_table_is_csv_that_says_where_it_comes_from() -> None:
    table = parse_codes(
        "t", "# source: X12 92\n# version: 4010\ncode,value,class\nSA,sales,ACT\nXX,,EST\nRE,sales,ACT\n"
    )
    assert (table.source, table.version) == ("X12 92", "4010")
    assert table.column() == {"SA": "sales", "XX": "", "RE": "sales"}
    assert table.column("class")["XX"] == "EST"
    assert table.reverse() == {"sales": "SA"}
    assert table.extended({"RX": {"value": "sales"}}, "acme").reverse() == {"sales": "RX"}


@pytest.mark.parametrize("text", ["", "code\nA", "code,value\nA", "code,value\nA,b\nA,c", 'code,value\nA,"b'])
def test_a_code_table_with_a_mistake_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="code table t"):
        parse_codes("t", text)
