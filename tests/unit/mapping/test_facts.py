"""Documents to facts: what is there is mapped, what is not is a finding with its place, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.kernel.tree import Node
from crossdock.mapping.compiled import CompiledMap, Mapped, compile_map
from crossdock.mapping.run import ERROR, FINDINGS_MAX, WARNING
from crossdock.mapping.spec import parse_map
from tests.unit.mapping.documents import (
    CONTEXT,
    RECEIVED,
    PlainDocument,
    PlainSyntax,
    document,
    purchase_order,
    segment,
)

ORDER = (Path(__file__).parent / "order.toml").read_text()
HEAD = '[map]\nsyntax = "x12"\ndocument = "850"\nversion = "1"\nsource = "made up"\n'


@pytest.fixture(scope="module")
def order_map() -> CompiledMap:
    return compile_map(parse_map("x12/850", ORDER), PlainSyntax())


def held(fields: str, *segments: Node, subject: str = "'BEG.03'", more: str = "") -> Mapped:
    """`order.held` out of a few segments: a small payload with a number, a word of a list, a text and a list."""
    text = f'{HEAD}[[fact]]\ntype = "order.held"\nsubject = {{ id = {subject} }}\n{more}\n[fact.fields]\n{fields}'
    compiled = compile_map(parse_map("x12/850", text), PlainSyntax())
    return compiled.read(document(segment("BEG*00*SA*PO-1"), *segments), CONTEXT)


def payload(mapped: Mapped) -> dict[str, object]:
    (fact,) = mapped.facts
    read: dict[str, dict[str, object]] = msgspec.json.decode(fact.body)
    return read["payload"]


def without(name: str) -> PlainDocument:
    whole = purchase_order()
    return document(*[one for one in whole.root.children if one.name != name])


def test_a_purchase_order_becomes_one_fact_the_hub_takes(order_map: CompiledMap) -> None:
    mapped = order_map.read(purchase_order(20), CONTEXT)
    assert mapped.findings == ()
    (made,) = mapped.facts
    fact = decode_fact(made.body, RECEIVED)
    order = fact.payload
    assert isinstance(order, OrderApproved)
    assert (fact.type, fact.subject.id, len(order.lines)) == ("order.approved", "PO-4711", 20)
    assert [one.ident for one in fact.refs] == ["order||PO-4711", "po||SO-1"]
    assert (str(order.lines[19].qty.value), order.lines[19].qty.uom) == ("200", "CS")
    assert order.requested.latest is not None
    assert order.requested.latest.isoformat() == "2026-03-10T18:00:00+00:00"
    assert order.ship_to.address is not None
    assert (order.ship_to.address.lines, order.ship_to.address.country) == (("1 Main Street",), "US")
    assert order.ext == {"acme": {"vendor": "VENDOR-9"}}


def test_a_fact_whose_condition_fails_is_not_made(order_map: CompiledMap) -> None:
    cancelled = document(segment("BEG*01*SA*PO-1"))
    assert order_map.read(cancelled, CONTEXT) == Mapped()


def test_what_is_missing_is_told_with_place_rule_and_remedy(order_map: CompiledMap) -> None:
    mapped = order_map.read(document(segment("BEG*00*SA***20260301"), *purchase_order().root.children[1:]), CONTEXT)
    assert mapped.facts == ()
    told = {one.rule: one for one in mapped.findings}
    number = told["fact.order.fields.order_no"]
    assert (number.code, number.place.words, number.severity) == ("INT-02", "segment 1 BEG-03", ERROR)
    assert number.detail == "order_no is not there: send the purchase order number"
    assert "send the number of the order" in told["fact.order.subject.id"].detail


def test_a_missing_object_or_list_that_the_contract_demands_costs_the_fact(order_map: CompiledMap) -> None:
    for name, field in (("N1", "customer.no"), ("N1", "ship_to"), ("PO1", "lines"), ("DTM", "requested")):
        mapped = order_map.read(without(name), CONTEXT)
        assert mapped.facts == ()
        assert f"fact.order.fields.{field}" in {one.rule for one in mapped.findings}


@pytest.mark.parametrize(
    ("gone", "field", "missing"), [("N1", "ship_to", "N1"), ("PO1", "lines", "PO1"), ("DTM", "requested", "")]
)
def test_what_is_missing_names_the_node_that_was_looked_for(
    order_map: CompiledMap, gone: str, field: str, missing: str
) -> None:
    told = {one.rule: one for one in order_map.read(without(gone), CONTEXT).findings}
    spot = told[f"fact.order.fields.{field}"].spot
    assert spot is not None
    assert (spot.field, spot.missing) == ("", missing)


def test_half_a_path_names_its_first_missing_step() -> None:
    mapped = held("hold_id = 'N1[01=ST]/N4.02'\ntype = '=credit'", segment("N1*ST*Store 12"))
    (finding,) = mapped.findings
    assert finding.spot is not None
    assert (finding.spot.node.name, finding.spot.missing) == ("N1", "N4")


def test_our_control_number_is_no_identifier_of_an_order_and_may_be_named() -> None:
    mapped = held(
        "hold_id = '=1'\ntype = '=credit'", more="refs = [{ scheme = 'control', id = 'BEG.03', scope = '$partner' }]"
    )
    (fact,) = mapped.facts
    assert decode_fact(fact.body, RECEIVED).refs[0].ident == "control|acme|PO-1"


def test_an_unknown_code_is_a_finding_and_never_a_default(order_map: CompiledMap) -> None:
    odd = document(segment("BEG*00*XX*PO-1**20260301"), *purchase_order().root.children[1:])
    mapped = order_map.read(odd, CONTEXT)
    assert mapped.facts == ()
    (finding,) = mapped.findings
    assert (finding.code, finding.place.words) == ("MDM-03", "segment 1 BEG-02")
    assert "'XX'" in finding.detail


CODED = 'hold_id = "BEG.03"\ntype = {{ from = "HLD.01", codes = "hold"{} }}\n[codes.hold]\nCR = "credit"'


@pytest.mark.parametrize(
    ("unknown", "type_there", "severity"),
    [("", None, ERROR), (', unknown = "=quality"', "quality", WARNING), (', unknown = "omit"', None, WARNING)],
)
def test_what_becomes_of_an_unknown_code_is_declared(unknown: str, type_there: str | None, severity: str) -> None:
    mapped = held(CODED.format(unknown), segment("HLD*ZZ"))
    assert (mapped.findings[0].code, mapped.findings[0].severity) == ("MDM-03", severity)
    assert [msgspec.json.decode(one.body)["payload"]["type"] for one in mapped.facts] == [type_there] * (
        type_there is not None
    )


def test_a_default_stands_in_only_where_it_is_declared() -> None:
    mapped = held('hold_id = "BEG.03"\ntype = { from = "HLD.01", default = "=fraud" }\nreason = "HLD.02"')
    assert payload(mapped) == {"hold_id": "PO-1", "type": "fraud"}


def test_a_word_that_is_none_of_the_enumeration_is_a_finding() -> None:
    mapped = held('hold_id = "BEG.03"\ntype = "HLD.01"', segment("HLD*frozen"))
    assert mapped.findings[0].code == "MDM-03"
    assert "credit" in mapped.findings[0].detail


def test_what_the_contract_refuses_is_told_at_the_bytes_it_came_from() -> None:
    mapped = held('hold_id = "HLD.02"\ntype = "=credit"', segment("HLD*x*" + "9" * 200))
    assert mapped.facts == ()
    (finding,) = mapped.findings
    assert finding.place.words == "segment 2 HLD-02"
    assert finding.rule == "fact.order.held.fields.hold_id"
    assert finding.detail.startswith("payload.hold_id: ")


def test_each_refusal_of_the_contract_is_told_at_its_own_place_and_only_so_many() -> None:
    each = "each = 'HLD'"
    bad = [segment("HLD*x*" + "9" * (200 + number)) for number in range(FINDINGS_MAX + 50)]
    mapped = held('hold_id = ".02"\ntype = "=credit"', *bad, more=each, subject="'/BEG.03'")
    assert mapped.facts == ()
    assert [one.place.words for one in mapped.findings] == [f"segment {at} HLD-02" for at in range(2, FINDINGS_MAX + 2)]


def test_text_no_database_can_keep_is_a_finding() -> None:
    for text in ("a\x00b", "a\ud800b"):
        mapped = held('hold_id = "BEG.03"\ntype = "=credit"\nreason = "HLD.01"', segment(f"HLD*{text}"))
        assert mapped.facts == ()
        assert [one.code for one in mapped.findings] == ["INT-02"]


@pytest.mark.proves("PF-13")
def test_each_node_gives_a_fact_and_a_bad_one_costs_only_itself() -> None:
    fields = 'hold_id = ".01"\ntype = ".02"\nscope = { each = "LIN", value = ".01" }'
    mapped = held(
        fields,
        segment("HLD*A*credit", segment("LIN*1"), segment("LIN*2")),
        segment("HLD*B*wrong"),
        segment("HLD*C*fraud"),
        more='each = "HLD"',
        subject="'/BEG.03'",
    )
    found = [msgspec.json.decode(one.body)["payload"] for one in mapped.facts]
    assert [one["hold_id"] for one in found] == ["A", "C"]
    assert found[0]["scope"] == ["1", "2"]
    assert [one.place.words for one in mapped.findings] == ["segment 5 HLD-02"]


def test_without_a_time_of_its_own_a_fact_happened_when_the_message_was_received() -> None:
    mapped = held('hold_id = "BEG.03"\ntype = "=credit"')
    occurred = msgspec.json.decode(mapped.facts[0].body)["occurred"]
    assert occurred == {"instant": "2026-03-02T09:30:00Z", "quality": "assumed"}


def test_the_time_of_the_message_can_be_named_where_no_other_is_there() -> None:
    spoken = Occurrence(RECEIVED.replace(hour=8), 60, "Europe/Berlin", TimeQuality.ASSUMED, "260302 0900")
    text = f"""{HEAD}[[fact]]\ntype = "order.held"\nsubject = {{ id = "BEG.03" }}
occurred = {{ first = [{{ date = "DTM.02", time = "DTM.03" }}, "$spoken"] }}
[fact.fields]\nhold_id = "BEG.03"\ntype = "=credit\""""
    compiled = compile_map(parse_map("m", text), PlainSyntax())
    context = msgspec.structs.replace(CONTEXT, spoken=spoken)
    bare, dated = (
        msgspec.json.decode(compiled.read(document(segment("BEG*00*SA*PO-1"), *more), context).facts[0].body)
        for more in ([], [segment("DTM*1*20260301*1200")])
    )
    assert msgspec.convert(bare["occurred"], Occurrence) == spoken
    assert dated["occurred"]["instant"] == "2026-03-01T18:00:00Z"


def test_a_time_that_is_declared_and_missing_is_a_finding_not_a_guess() -> None:
    mapped = held('hold_id = "BEG.03"\ntype = "=credit"', more='occurred = { date = "DTM.02" }')
    assert mapped.facts == ()
    assert mapped.findings[0].rule == "fact.order.held.occurred"


def test_constants_alone_make_no_object(order_map: CompiledMap) -> None:
    bare = document(*[one for one in purchase_order().root.children if one.name != "DTM"])
    text = ORDER.replace("requested.latest = {", 'promise.earliest = { date = "DTM[01=009].02" }\nrequested.latest = {')
    (fact,) = compile_map(parse_map("x12/850", text), PlainSyntax()).read(purchase_order(), CONTEXT).facts
    assert "promise" not in msgspec.json.decode(fact.body)["payload"]
    assert [one.rule for one in order_map.read(bare, CONTEXT).findings] == ["fact.order.fields.requested"]


def test_half_an_object_costs_the_fact_unless_it_may_be_left_out() -> None:
    fields = """hold_id = "BEG.03"
type = "=credit"
scope = { each = "LIN", value = ".01" }"""
    assert payload(held(fields))["hold_id"] == "PO-1"
    text = ORDER.replace('{ from = "N4.04", default = "=US" }', '"N4.04"')
    strict = compile_map(parse_map("x12/850", text), PlainSyntax())
    domestic = purchase_order()
    domestic.root.children[6].children[1].fields = ["N4", "Dallas", "TX", "75201"]
    assert [one.rule for one in strict.read(domestic, CONTEXT).findings] == [
        "fact.order.fields.ship_to.address.country"
    ]
    at = text.index('"address.lines"')
    end = text.index('"N4.04" }') + len('"N4.04"')
    address = 'address = { incomplete = "omit", fields = { ' + text[at:end].replace('"address.', '"') + " } }"
    lenient = compile_map(parse_map("x12/850", text[:at] + address + text[end:]), PlainSyntax())
    mapped = lenient.read(domestic, CONTEXT)
    assert [(one.severity, one.place.words) for one in mapped.findings] == [(WARNING, "segment 9 N4-04")]
    assert "address" not in msgspec.json.decode(mapped.facts[0].body)["payload"]["ship_to"]


def test_references_are_listed_once_and_only_when_there() -> None:
    mapped = held(
        'hold_id = "BEG.03"\ntype = "=credit"',
        segment("REF*PO*77"),
        segment("REF*PO*77"),
        segment("REF*PO*"),
        segment("REF*CN*1Z", segment("REF*X*SCAC")),
        more="""refs = [
  { scheme = "po", id = ".02", each = "REF[01=PO]" },
  { scheme = "pro", id = ".02", scope = "REF.02", each = "REF[01=CN]" },
  { scheme = "bol", id = "BOL.01" },
]""",
    )
    refs = msgspec.json.decode(mapped.facts[0].body)["refs"]
    assert refs == [{"scheme": "po", "id": "77"}, {"scheme": "pro", "id": "1Z", "scope": "SCAC"}]


PICKED = """order_no = "BEG.03"
warehouse = "=WH"
[fact.fields.lines]
each = "W12"
when = ".02 > 0"
join = ["line", "lot"]
fields = { line = ".01", "qty.value" = ".02", "qty.uom" = ".03", lot = ".04", serials = { each = "SN", value = ".01" } }
"""


def picked(*segments: Node) -> Mapped:
    text = f'{HEAD}[[fact]]\ntype = "pick.completed"\nsubject = {{ id = "BEG.03" }}\n[fact.fields]\n{PICKED}'
    compiled = compile_map(parse_map("x12/945", text), PlainSyntax())
    made = document(segment("BEG*00*SA*PO-1"), *segments)
    mapped = compiled.read(made, CONTEXT)
    explained = compiled.explain(made, CONTEXT).fields
    assert len(explained) == len(mapped.facts)
    for fields in explained:
        assert fields["payload.lines[0].qty.value"].raw == ("2", "3.5")
        assert [fields[f"payload.lines[0].serials[{index}]"].raw for index in range(2)] == [("S0",), ("S3",)]
        assert fields["payload.lines[2].serials[0]"].raw == ("S4",)
    return mapped


def test_a_line_over_several_packages_is_one_line_with_the_sum() -> None:
    rows = ["W12*1*2*EA*", "W12*2*4*EA*", "W12*1*0*EA*", "W12*1*3.5*EA*", "W12*1*1*EA*L7"]
    mapped = picked(*[segment(row, segment(f"SN*S{number}")) for number, row in enumerate(rows)])
    assert payload(mapped)["lines"] == [
        {"line": "1", "qty": {"value": "5.5", "uom": "EA"}, "serials": ["S0", "S3"]},
        {"line": "2", "qty": {"value": "4", "uom": "EA"}, "serials": ["S1"]},
        {"line": "1", "qty": {"value": "1", "uom": "EA"}, "lot": "L7", "serials": ["S4"]},
    ]


def test_a_line_in_two_units_cannot_be_added_up() -> None:
    mapped = picked(segment("W12*1*2*EA*"), segment("W12*1*3*CS*"))
    assert mapped.facts == ()
    assert mapped.findings[0].detail == "qty is in EA and in CS: send one unit for each"


def test_class_revision_and_kind_of_subject_can_be_said_by_the_document() -> None:
    text = f"""{HEAD}[[fact]]
type = "tracking.milestone"
each = "AT7"
class = {{ from = ".01", codes = "status", column = "class", default = "=ACT" }}
subject = {{ kind = "load", id = "../BEG.03" }}
revision = {{ from = ".03", as = "int" }}
[fact.fields]
milestone = {{ from = ".01", codes = "status" }}
attempt_no = "$index"
raw = {{ code = ".01" }}
[codes.status]
D1 = {{ value = "DELIVERED", class = "" }}
AG = {{ value = "ETA", class = "EST" }}
"""
    compiled = compile_map(parse_map("m", text), PlainSyntax())
    rows = [segment(f"AT7*{code}**{revision}") for code, revision in (("D1", ""), ("AG", "3"), ("ZZ", ""))]
    mapped = compiled.read(document(segment("BEG*00*SA*LD-1"), *rows), CONTEXT)
    told = [decode_fact(one.body, RECEIVED) for one in mapped.facts]
    assert [(one.cls, one.revision, one.subject.type) for one in told] == [("ACT", None, "load"), ("EST", 3, "load")]
    assert [msgspec.to_builtins(one.payload)["attempt_no"] for one in told] == [1, 2]
    assert {one.code for one in mapped.findings} == {"MDM-03"}
    assert {one.place.words for one in mapped.findings} == {"segment 4 AT7-01"}


@pytest.mark.parametrize(
    ("row", "weight", "code"),
    [("W*10*LB", "4.535924", ""), ("W*10*KG", "10", ""), ("W*10*PCE", None, "MDM-04"), ("W*ten*KG", None, "INT-02")],
)
def test_a_weight_is_told_in_the_unit_of_the_contract(row: str, weight: str | None, code: str) -> None:
    text = f"""{HEAD}[[fact]]\ntype = "pack.completed"\nsubject = {{ id = "BEG.03" }}\n[fact.fields]
order_no = "BEG.03"\nwarehouse = "=WH"\ncomplete = true
packages = {{ each = "W", fields = {{ sscc = "/BEG.03", kgm = {{ measure = ".01", unit = ".02", to = "KGM" }} }} }}"""
    mapped = compile_map(parse_map("m", text), PlainSyntax()).read(
        document(segment("BEG*00*SA*PO-1"), segment(row)), CONTEXT
    )
    assert [one.code for one in mapped.findings] == ([code] if code else [])
    assert len(mapped.facts) == (weight is not None)
    if weight is not None:
        assert f'"kgm":"{weight}"' in mapped.facts[0].body.decode()


def test_no_items_are_an_answer_where_the_map_says_so() -> None:
    lines = '[fact.fields.lines]\neach = "W12"\n{}fields = {{ line = ".01", "qty.value" = ".02", "qty.uom" = "=EA" }}\n'
    head = f'{HEAD}[[fact]]\ntype = "allocation.confirmed"\nsubject = {{ id = "BEG.03" }}\n'
    fields = '[fact.fields]\norder_no = "BEG.03"\nwarehouse = "=WH"\n'
    for more, facts in (("", 0), ("empty = true\n", 1)):
        compiled = compile_map(parse_map("x12/945", head + fields + lines.format(more)), PlainSyntax())
        mapped = compiled.read(document(segment("BEG*00*SA*PO-1")), CONTEXT)
        assert (len(mapped.facts), len(mapped.findings)) == (facts, 1 - facts)
