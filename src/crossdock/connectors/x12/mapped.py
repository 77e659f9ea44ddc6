"""Sets read by maps: what a map remarks becomes a fault of the set, so that its acknowledgment tells the place.

Source: X12 elements 720 and 723 (reference/x12-envelope.md §4). What the sender must correct (INT-02) refuses the
set; a code, unit or zone nobody has mapped yet (MDM-03 to -05) is acknowledged with an error and goes to a person.
"""

from __future__ import annotations

from msgspec.structs import replace

from crossdock.connectors.x12.facts import (
    BAD_CHARACTER,
    BAD_CODE,
    BAD_DATE,
    BAD_TIME,
    MISSING_ELEMENT,
    MISSING_SEGMENT,
    Desk,
)
from crossdock.formats.x12.document import X12Document
from crossdock.formats.x12.grammar import Element, family, make
from crossdock.formats.x12.tree import ERROR, WARNING, TransactionSet, element
from crossdock.mapping.compiled import DocumentMap
from crossdock.mapping.run import CONTRACT, Spot
from crossdock.mapping.run import Finding as Remark
from crossdock.mediation.reading import Words, as_finding, facts_of, map_context
from crossdock.ports.connector import DecodedFact

_UNUSABLE = {"DT": BAD_DATE, "TM": BAD_TIME, "ID": BAD_CODE}
_DIGITS = 2
# Element 98, strongest first: warehouse, ship from.
_WAREHOUSES = ("WH", "SF")


def read_mapped(reader: DocumentMap, desk: Desk) -> list[DecodedFact]:
    """What a map makes of the set on the desk."""
    document = X12Document(desk.transaction)
    mapped = reader.read(document, map_context(document, desk.context, _words(desk)))
    for remark in mapped.findings:
        _tell(desk, remark)
    if not mapped.facts and not mapped.findings:
        _tell_nothing(desk)
    return facts_of(mapped, document)


def _words(desk: Desk) -> Words:
    """`$control`, `$group_control`, `$set_control`, `$sender`, `$receiver`, `$usage`, `$scac`, `$site`, and the
    partner's own `words`."""
    transaction, group, settings = desk.transaction, desk.group, desk.settings
    interchange = transaction.interchange
    values = {
        "control": interchange.control,
        "group_control": group.control,
        "set_control": transaction.control,
        "sender": interchange.sender[1],
        "receiver": interchange.receiver[1],
        "usage": interchange.header[15].strip() if len(interchange.header) > 15 else "",
        "scac": settings.scac,
        "site": _site(desk),
    }
    return Words(interchange.control, desk.spoken, {**values, **settings.words})


def _site(desk: Desk) -> str:
    """Our id of the warehouse a set names (`sites` translates the partner's), else the partner's `site`."""
    parties = [row for row in desk.transaction.rows if row[0] == "N1" and element(row, 1).strip() in _WAREHOUSES]
    party = min(parties, key=lambda row: _WAREHOUSES.index(element(row, 1).strip()), default=[])
    theirs = element(party, 4).strip()
    return desk.settings.sites.get(theirs, theirs) or desk.settings.site


def _tell(desk: Desk, remark: Remark) -> None:
    """A remark as a fault of the set; what is only a warning is told to us and held against nobody."""
    spot = remark.spot
    if remark.severity != ERROR or spot is None or not 0 <= spot.node.at < len(desk.transaction.texts):
        desk.findings.append(as_finding(remark))
        return
    business = "" if remark.code == CONTRACT else remark.code
    number, value, element_of = _element(desk, spot)
    code, index = _flaw(desk, spot, value, element_of.type if element_of else "", unmapped=bool(business))
    severity = WARNING if business else ERROR
    fault = desk.transaction.fault(
        code, remark.detail, index, number, severity=severity, value=value, business=business
    )
    reference = element_of.number if element_of else ""
    told = replace(fault, tag=spot.missing or fault.tag, rule=remark.rule, number=reference)
    # What every line lacks because the head lacks it is told once.
    faults = desk.transaction.faults
    if all((one.code, one.segment, one.element, one.tag) != (code, told.segment, number, told.tag) for one in faults):
        faults.append(told)


def _element(desk: Desk, spot: Spot) -> tuple[int, str, Element | None]:
    """Which element a remark is about (0: the whole segment), what stands there, and how the grammar knows it."""
    number = int(spot.field[:_DIGITS]) if spot.field[:_DIGITS].isdecimal() else 0
    fields = spot.node.fields
    value = fields[number].strip() if isinstance(fields, list) and 0 < number < len(fields) else ""
    made = make(spot.node.name, family(desk.group.version))
    known = made is not None and 0 < number <= len(made.elements)
    return number, value, made.elements[number - 1] if made is not None and known else None


def _flaw(desk: Desk, spot: Spot, value: str, kind: str, *, unmapped: bool) -> tuple[str, int]:
    """The code of AK3 or AK4, and the segment it is told at."""
    index = spot.node.at
    if not spot.field:
        # What is missing from the whole set is missing where it ends.
        return MISSING_SEGMENT, index if index or not spot.missing else len(desk.transaction.texts) - 1
    if unmapped:
        return BAD_CODE, index
    return _UNUSABLE.get(kind, BAD_CHARACTER) if value else MISSING_ELEMENT, index


def _tell_nothing(desk: Desk) -> None:
    """No rule of the map applies to what the set says, so a person must look before it is lost."""
    transaction: TransactionSet = desk.transaction
    detail = (
        f"no rule of our map for {transaction.code} applies to what this one says (its purpose, type or status): "
        "agree with the partner what it means, add it to the map and replay"
    )
    desk.fault(BAD_CODE, detail, min(1, len(transaction.texts) - 1), 1, business=CONTRACT)
