"""Trees of segment groups, and what is wrong with a message in the codes of 0085."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.formats.edifact.directories.tables import choose, elements, kinds, layout
from crossdock.formats.edifact.elements import check_elements, findings
from crossdock.formats.edifact.grammar import FAULTS_MAX, parse, validate
from crossdock.formats.edifact.layout import compiled
from crossdock.formats.edifact.marks import COMPONENT, REPETITION, Spot
from crossdock.kernel.tree import Node
from tests.unit.formats.edifact.documents import STATUS, first, interchange, message

ORDER = ("BGM+220+PO-1+9", "DTM+137:20260602:102", "NAD+BY+4012345000009::9", "LIN+1", "QTY+21:5", "UNS+S")


def shape(node: Node) -> object:
    """`TAG` of a node without children, `(TAG, ...)` of a group."""
    return (node.name, *map(shape, node.children)) if node.children else node.name


def of(*rows: str, kind: str = "ORDERS", version: str = "D:96A:UN", level: str = "UNOC:3") -> bytes:
    return interchange([message(kind, *rows, version=version)], level=level)


def found(body: bytes) -> list[tuple[str, str]]:
    """Code and place of each fault of the only message, the warnings behind a `?`."""
    one = first(body)
    validate(one)
    return [
        (("?" if fault.severity == "warning" else "") + fault.code, f"{fault.segment} {fault.spot.name(fault.tag)}")
        for fault in one.faults
    ]


def test_a_group_is_a_node_of_the_segment_that_opens_it() -> None:
    rows = (*STATUS, "STS+1+1", "CNI+2+SHP-2", "STS+1+31")
    assert shape(parse(first(of(*rows, kind="IFTSTA"))).root) == (
        "UNH",
        "BGM",
        "DTM",
        ("CNI", ("STS", "DTM"), "STS"),
        ("CNI", "STS"),
        "UNT",
    )


def test_an_order_has_its_lines_beside_its_parties_and_its_summary_below_uns() -> None:
    rows = (
        "BGM+220",
        "DTM+137:1",
        "NAD+BY",
        "CTA+OC",
        "NAD+SU",
        "LIN+1",
        "QTY+21:5",
        "PRI+AAA:1",
        "LIN+2",
        "UNS+S",
        "CNT+2:2",
    )
    assert shape(parse(first(of(*rows))).root) == (
        "UNH",
        "BGM",
        "DTM",
        ("NAD", "CTA"),
        "NAD",
        ("LIN", "QTY", "PRI"),
        "LIN",
        "UNS",
        "CNT",
        "UNT",
    )


def test_despatch_advice_nests_packages_below_packages() -> None:
    rows = ("BGM+351", "CPS+1", "PAC+2", "PCI+33E", "GIN+BJ+1", "LIN+1", "QTY+12:5", "CPS+2+1", "LIN+2")
    assert shape(parse(first(of(*rows, kind="DESADV"))).root)[2:4] == (  # type: ignore[index]
        ("CPS", ("PAC", ("PCI", "GIN")), ("LIN", "QTY")),
        ("CPS", "LIN"),
    )


def test_a_segment_behind_a_full_place_goes_to_the_next_that_fits() -> None:
    # INVOIC D.96A: RFF group takes five DTM; the sixth has no other place.
    one = first(of("BGM+380", "DTM+137:1", "RFF+ON:1", *["DTM+171:1"] * 6, kind="INVOIC"))
    parsed = parse(one)
    assert next((fault.code, fault.segment) for fault in parsed.faults) == ("UCS-35", 10)
    assert len(parsed.root.children[2].children) == 6


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (of(*ORDER), []),
        (of(*ORDER[:1], *ORDER[2:]), [("UCS-13", "3 NAD")]),
        (of(*ORDER[:5]), [("UCS-13", "7 UNT")]),
        (of(*ORDER[:2], "XYZ+1", *ORDER[2:]), [("UCS-15", "4 XYZ")]),
        (of(*ORDER, "LIN+2"), [("UCS-15", "8 LIN")]),
        (of(*ORDER[:3], "CUX+2:EUR", *ORDER[3:5], "CUX+2:EUR", "UNS+S"), [("UCS-15", "8 CUX")]),
        (of("BGM+220", "BGM+220", *ORDER[1:]), [("UCS-35", "3 BGM")]),
        (of(*ORDER[:3], *["DLM"] * 6, *ORDER[3:]), [("UCS-15", f"{n} DLM") for n in range(5, 11)]),
        (of("BGM:1+220", *ORDER[1:]), [("UCS-34", "2 BGM")]),
        (of("BGM+2200", *ORDER[1:]), [("UCD-39", "2 BGM-01-1")]),
        (of("BGM+220++++1", *ORDER[1:]), [("UCD-16", "2 BGM-05")]),
        (of(*ORDER[:1], "DTM+137:1:102:9", *ORDER[2:]), [("UCD-16", "3 DTM-01-4")]),
        (of(*ORDER[:1], "DTM", *ORDER[2:]), [("UCD-13", "3 DTM-01")]),
        (of(*ORDER[:1], "DTM+:1", *ORDER[2:]), [("UCD-13", "3 DTM-01-1")]),
        (of(*ORDER[:4], "QTY+21:five", *ORDER[5:]), [("UCD-37", "6 QTY-01-2")]),
        (of(*ORDER[:4], "QTY+21:-1.5", *ORDER[5:]), []),
        (of(*ORDER[:4], "QTY+21:1,5", *ORDER[5:]), []),
        (of(*ORDER[:4], "QTY+21:-", *ORDER[5:]), [("UCD-37", "6 QTY-01-2")]),
        (of(*ORDER[:4], "QTY+21:" + "1" * 16, *ORDER[5:]), [("UCD-39", "6 QTY-01-2")]),
        (of(*ORDER[:5], "UNS+1"), [("UCD-37", "7 UNS-01")]),
    ],
)
def test_what_a_message_lacks_or_has_too_much_is_told_at_its_segment(
    body: bytes, expected: list[tuple[str, str]]
) -> None:
    assert found(body) == expected


def test_repetitions_of_an_element_are_judged_one_by_one() -> None:
    body = of("BGM+220*2200*230", *ORDER[1:], version="D:01B:UN", level="UNOC:4")
    assert found(body) == [("UCD-39", "2 BGM-01#2-1")]


def test_too_many_groups_are_told_at_the_first_that_is_too_many() -> None:
    rows = ("BGM+23", "DTM+137:1", *["NAD+CA"] * 11, "CNI+1", "STS+1+1")
    assert found(of(*rows, kind="IFTSTA"))[0] == ("UCS-36", "13 NAD")


def test_a_misplaced_segment_stays_where_it_stands() -> None:
    one = parse(first(of(*ORDER[:4], "XYZ+1", "QTY+21:5", "UNS+S")))
    assert shape(one.root)[4] == ("LIN", "XYZ", "QTY")  # type: ignore[index]


def test_a_message_of_another_directory_is_judged_by_the_nearest_and_only_warned() -> None:
    one = first(of(*ORDER[:1], *ORDER[2:], version="D:97A:UN:EAN007"))
    assert validate(one).notes == ("ORDERS D:97A:UN:EAN007 was judged by directory D96A, the nearest that is here",)
    assert [(fault.code, fault.severity) for fault in one.faults] == [("UCS-13", "warning")]


def test_an_unknown_message_is_flat_and_not_judged() -> None:
    one = first(of("BGM+220", "XYZ+1", kind="NOSUCH"))
    parsed = validate(one)
    assert shape(parsed.root) == ("UNH", "BGM", "XYZ", "UNT")
    assert one.faults == []
    assert one.notes == ["no layout of 'NOSUCH' is here: its segments stand in no groups"]


def test_judging_twice_tells_once() -> None:
    one = first(of(*ORDER[:5], version="D:97A:UN"))
    validate(one)
    validate(one)
    assert (len(one.faults), len(one.notes)) == (1, 1)


def test_findings_of_a_message_are_bounded() -> None:
    for body in (of(*["XYZ+1"] * 500), of("BGM+" + "2200*" * 19_000, level="UNOC:4")):
        one = first(body)
        assert len(validate(one).faults) == FAULTS_MAX == len(one.faults)


@pytest.mark.parametrize(
    ("kind", "version", "syntax", "expected"),
    [
        ("ORDERS", "D:96A:UN:EAN008", 3, ("D96A", True)),
        ("ORDERS", "D:01B:UN", 3, ("D01B", True)),
        ("ORDERS", "D:97A:UN", 3, ("D96A", False)),
        ("ORDERS", "D:00A:UN", 3, ("D01B", False)),
        ("ORDERS", "D:21B:UN", 3, ("D01B", False)),
        ("CUSRES", "1:921:UN", 1, ("D96A", False)),
        ("IFTMIN", "S:93A:UN", 3, ("D95B", False)),
        ("CODECO", "D:95B:UN:SMDG20", 2, ("D95B", True)),
        ("ORDERS", "", 3, ("D96A", False)),
        ("CONTRL", "D:3:UN", 3, ("S3", True)),
        ("CONTRL", "4:1:UN", 4, ("S4", True)),
        ("NOSUCH", "D:96A:UN", 3, None),
    ],
)
def test_the_nearest_directory_is_chosen(
    kind: str, version: str, syntax: int, expected: tuple[str, bool] | None
) -> None:
    choice = choose(kind, version, syntax)
    assert (tuple(choice) if choice else None) == expected or (kind == "ORDERS" and not version)


NEEDED = (
    *("ORDERS", "ORDRSP", "DESADV", "RECADV", "INVRPT", "IFTMIN", "IFTSTA"),
    *("IFCSUM", "CUSDEC", "CUSRES", "INVOIC", "APERAK"),
)


def test_every_table_is_there_and_sound() -> None:
    assert all({"D96A", "D01B"} <= {*kinds()[kind]} for kind in NEEDED)
    for kind, directories in kinds().items():
        for directory in directories:
            steps = layout(kind, directory)
            assert (steps[0].tag, steps[-1].tag) == ("UNH", "UNT")
            for tag in compiled(kind, directory).tags:
                table = elements(tag, directory, 3)
                assert table, f"{kind} {directory} {tag}"
                assert all(part.high >= part.low >= 0 for element in table for part in element.parts)


CELLS = st.lists(
    st.sampled_from(["", "", "A", "1", "-1.5", "A" * 9, "9" * 18, "1,", f"1{REPETITION}A", f"{REPETITION}1"]),
    max_size=3,
).map(COMPONENT.join)
TAGS = ["DTM", "BGM", "QTY", "NAD", "STS", "LIN", "UNT", "UNS", "MEA", "CPS", "RFF", "UNB"]


@settings(deadline=None)
@given(st.sampled_from(TAGS), st.lists(CELLS, max_size=6), st.sampled_from(["D96A", "D01B"]))
def test_the_quick_look_at_a_segment_misses_nothing(tag: str, cells: list[str], directory: str) -> None:
    row = [tag, *cells]
    table = elements(tag, directory, 3)
    assert table is not None
    assert list(check_elements(row, directory, 3)) == list(findings(row, table))


def test_a_table_reads_as_its_line_says() -> None:
    (c507,) = elements("DTM", "D96A", 3) or ()
    assert (c507.id, c507.mandatory) == ("C507", True)
    assert [tuple(part) for part in c507.parts] == [
        ("2005", True, "an", 0, 3),
        ("2380", False, "an", 0, 35),
        ("2379", False, "an", 0, 3),
    ]
    unt = elements("UNT", "D96A", 4) or ()
    assert unt[0].parts[0].high == 10
    assert Spot(2, 1).name("UNT") == "UNT-02-1"


def test_a_message_whose_like_was_read_before_gets_the_same_tree_with_its_own_values() -> None:
    rows = ("BGM+220+{}+9", "DTM+137:20260601:102", "NAD+BY+A", "RFF+VA:1", "NAD+DP+B", "LIN+1", "QTY+21:{}", "UNS+S")
    trees = [parse(first(of(*(row.format(number) for row in rows)))).root for number in ("7", "8", "7")]
    assert shape(trees[0]) == shape(trees[1])
    assert [list(root.children[0].fields)[2] for root in trees] == ["7", "8", "7"]
    assert [child.at for child in trees[1].children] == [child.at for child in trees[0].children]


def test_a_message_with_faults_is_judged_anew_each_time() -> None:
    body = of("BGM+220+1+9", "DTM+137:20260601:102", "LIN+1", "UNS+S", "LIN+2")
    assert found(body) == found(body) != []
