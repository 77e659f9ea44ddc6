"""990 Response to a load tender to `carrier.accepted` or `carrier.rejected`.

Source: X12 004010 and 005010 set 990 (reference/x12-sets.md); domain.md §2.3 (element 558), CG-05. A conditional
acceptance, a counter-offer or a change is never taken for a yes: it goes to a person.
"""

from __future__ import annotations

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events.planning import CarrierAccepted, CarrierRejected
from crossdock.canonical.parts import Equipment
from crossdock.connectors.x12.codes import TENDER_ACCEPTED, TENDER_NUMBER, TENDER_REJECTED, TENDER_REVIEW
from crossdock.connectors.x12.facts import (
    BAD_CODE,
    BAD_DATE,
    MISSING_ELEMENT,
    UNKNOWN_CODE,
    About,
    Desk,
    distinct,
    reference,
    text_of,
)
from crossdock.connectors.x12.times import midday
from crossdock.formats.x12.tree import ERROR, Row, element
from crossdock.formats.x12.values import to_date
from crossdock.kernel.instant import Occurrence
from crossdock.ports.connector import DecodedFact

# Of what this reader makes, as provenance tells it; raise it with every change.
VERSION = "1"
REVIEW = "X12-990-{}"


class Answer(msgspec.Struct):
    """What a 990 holds."""

    index: int
    carrier: str
    load: str
    action: str
    day: str
    refs: list[Reference] = []
    tender: str = ""
    pro: str = ""
    unit: str = ""
    remarks: list[str] = []


def read_990(desk: Desk) -> list[DecodedFact]:
    """The one fact of a 990, or none when it needs a person."""
    answer = _scan(desk)
    if answer is None:
        return []
    occurred = _when(desk, answer)
    if occurred is None or not _is_answer(desk, answer):
        return []
    about = About(Subject("load", answer.load), distinct(_references(answer)))
    tender = answer.tender or answer.load
    at = (answer.index, 4)
    if answer.action in TENDER_ACCEPTED:
        equipment = Equipment(no=answer.unit) if answer.unit else None
        accepted = CarrierAccepted(tender_no=tender, carrier=answer.carrier, pro_no=answer.pro, equipment=equipment)
        return [desk.fact("carrier.accepted", about, occurred, accepted, at)]
    reason = " ".join(answer.remarks)
    rejected = CarrierRejected(tender_no=tender, carrier=answer.carrier, reason=reason)
    return [desk.fact("carrier.rejected", about, occurred, rejected, at)]


def _scan(desk: Desk) -> Answer | None:
    divide = desk.transaction.interchange.divide
    answer: Answer | None = None
    for index, text in enumerate(desk.transaction.texts):
        row = divide(text)
        match row[0]:
            case "B1" if answer is None:
                answer = _head(desk, index, row)
                if answer is None:
                    return None
            case "N9" if answer is not None:
                _take_reference(answer, element(row, 1), element(row, 2))
            case "L11" if answer is not None:
                _take_reference(answer, element(row, 2), element(row, 1))
            case "N7" if answer is not None:
                answer.unit = answer.unit or (element(row, 1) + element(row, 2)).strip()
            case "K1" if answer is not None:
                answer.remarks.extend(text_of(value) for value in row[1:] if value)
            case _:
                pass
    if answer is None:
        desk.missing("B1", "a 990 needs B1: send the SCAC, the shipment id of the tender and the answer")
    return answer


def _head(desk: Desk, index: int, row: Row) -> Answer | None:
    carrier = element(row, 1).strip() or desk.settings.scac
    load, day, action = (element(row, number).strip() for number in (2, 3, 4))
    for number, value, what in (
        (1, carrier, "the SCAC"),
        (2, load, "the tender's shipment id"),
        (4, action, "the answer"),
    ):
        if not value:
            desk.fault(MISSING_ELEMENT, f"B1-{number:02d}, {what}, is missing", index, number)
    if not (carrier and load and action):
        return None
    return Answer(index, carrier, load, action, day, refs=[], remarks=[])


def _take_reference(answer: Answer, qualifier: str, value: str) -> None:
    value = value.strip()
    if qualifier == TENDER_NUMBER:
        answer.tender = answer.tender or value
        return
    found = reference(qualifier, value, answer.carrier)
    if found is not None:
        answer.refs.append(found)
        if found.scheme == "pro":
            answer.pro = answer.pro or value


def _references(answer: Answer) -> list[Reference]:
    return [Reference("load", answer.load), Reference("shipment", answer.load), *answer.refs]


def _is_answer(desk: Desk, answer: Answer) -> bool:
    if answer.action in TENDER_ACCEPTED or answer.action in TENDER_REJECTED:
        return True
    what = TENDER_REVIEW.get(answer.action)
    if what is not None:
        detail = f"{answer.carrier} answered load {answer.load} with {what}: a person must settle it with the carrier"
        desk.remark(REVIEW.format(answer.action), detail, answer.index, 4, ERROR)
    else:
        detail = f"B1-04 {answer.action!r} is no answer to a tender"
        desk.fault(BAD_CODE, detail, answer.index, 4, business=UNKNOWN_CODE)
    return False


def _when(desk: Desk, answer: Answer) -> Occurrence | None:
    """B1-03 is a day. The group written on that day tells the time too; else noon stands for the day (TS-07)."""
    if not answer.day:
        return desk.spoken
    on = to_date(answer.day, desk.year)
    if on is None:
        desk.fault(BAD_DATE, f"B1-03 {answer.day!r} is no date CCYYMMDD", answer.index, 3)
        return None
    if element(desk.group.header, 4).strip() == answer.day:
        return desk.spoken
    return midday(on, desk.context.tz, answer.day)
