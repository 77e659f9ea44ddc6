"""Code values of the sets this connector speaks, and what they mean in the canonical language.

Sources: reference/x12-milestones.csv (elements 1650, 1652), domain.md §2.2 (368), §2.3 (558), §4.3; qualifiers
from reference/x12-codes.csv. A partner's own meaning of a status code is `milestones` in its settings; it wins over
this table.
"""

from __future__ import annotations

from typing import NamedTuple

from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass
from crossdock.kernel.errors import Rejected


class Meaning(NamedTuple):
    """What a status code says. `side` is the end of the way it speaks of: pickup, delivery, or empty for under way."""

    milestone: Milestone
    cls: FactClass = FactClass.ACT
    side: str = ""


_ACT, _EST, _PLN, _REQ = FactClass.ACT, FactClass.EST, FactClass.PLN, FactClass.REQ

# AT7-01. X6 (en route to delivery) is OUT_FOR_DELIVERY only once the last hub is passed or on single-leg truckload; one
# message cannot tell, so the weaker statement stands and a truckload partner's settings say `X6 = "OUT_FOR_DELIVERY"`.
_STATUS: tuple[tuple[str, FactClass, str, str], ...] = (
    ("ARRIVED_PICKUP", _ACT, "pickup", "X3 X8"),
    ("LOADED", _ACT, "pickup", "AL AM CP"),
    ("DEPARTED_ORIGIN", _ACT, "pickup", "AF"),
    ("CARRIER_BOOKED", _ACT, "pickup", "BF"),
    ("ARRIVED_FACILITY", _ACT, "", "AR I1 RA UR X4 X9 Y1"),
    ("DEPARTED_FACILITY", _ACT, "", "OA P1 RD RL X6 Y2"),
    ("RECEIVED_BY_PARTNER", _ACT, "", "AN BA J1 R1"),
    ("AVAILABLE_FOR_DELIVERY", _ACT, "delivery", "AJ AV"),
    ("AVAILABLE_FOR_COLLECTION", _ACT, "delivery", "AW"),
    ("ARRIVED_DELIVERY", _ACT, "delivery", "S1 X1 X5"),
    ("DELIVERY_ATTEMPTED", _ACT, "delivery", "AH AP"),
    ("DELIVERED", _ACT, "delivery", "CB D1 D2"),
    ("COMPLETED_DEPARTURE", _ACT, "delivery", "CD"),
    ("RETURN_STARTED", _ACT, "", "A3"),
    ("REFUSED", _ACT, "delivery", "A7"),
    ("DAMAGED", _ACT, "", "A9"),
    ("RECONSIGNED", _ACT, "", "AI"),
    ("CANCELLED", _ACT, "", "CA"),
    ("DELAYED", _ACT, "", "SD"),
    ("HELD", _ACT, "", "BO PR"),
    ("HOLD_CLEARED", _ACT, "", "BR RH"),
    ("AT_IMPORT_CUSTOMS", _ACT, "", "K1"),
    ("IMPORT_RELEASED", _ACT, "", "K2"),
    ("CHECKPOINT", _ACT, "", "BC C2 C3 CL DO L1 LC NB OO OP PA UC XB"),
    ("CHECKPOINT", _ACT, "pickup", "PU SN"),
    ("CHECKPOINT", _PLN, "", "DE PD"),
    ("ETA", _EST, "pickup", "A1 AA"),
    ("ETA", _EST, "delivery", "AG X2"),
    ("ETA", _EST, "", "B6 C1"),
)

# AT7-03: appointments. Never told by the code alone: X9 here is not the X9 of AT7-01.
_APPOINTMENT: tuple[tuple[str, FactClass, str, str], ...] = (
    ("CHECKPOINT", _PLN, "pickup", "AA"),
    ("CHECKPOINT", _PLN, "delivery", "AB"),
    ("CHECKPOINT", _EST, "delivery", "AC"),
    ("CHECKPOINT", _REQ, "delivery", "ED LD"),
    ("CHECKPOINT", _REQ, "pickup", "EP LP"),
    ("CHECKPOINT", _ACT, "delivery", "X9"),
    ("CHECKPOINT", _ACT, "pickup", "XA"),
)


def _spread(table: tuple[tuple[str, FactClass, str, str], ...]) -> dict[str, Meaning]:
    return {code: Meaning(Milestone(name), cls, side) for name, cls, side, codes in table for code in codes.split()}


STATUS = _spread(_STATUS)
APPOINTMENT = _spread(_APPOINTMENT)

# B1-04, element 558 (domain.md §2.3). Many 4010 partners decline with D, so D is a refusal before and a withdrawal
# after acceptance; which one it is, the tender's state decides. B and C are answers only a person may accept.
TENDER_ACCEPTED = frozenset("A")
TENDER_REJECTED = frozenset("DE")
TENDER_REVIEW = {"B": "a conditional acceptance", "C": "a counter-offer", "U": "a change", "N": "a new reservation"}

# Element 368 on W12-01 (domain.md §2.2): the quantities decide, the code is evidence.
LINE_STATUS = frozenset(("CC", "CL", "CM", "CP", "BP", "PR", "BO", "BK", "CS", "IS", "CU", "IC", "DS"))

# L11-02 and N9-01, element 128: which kind of identifier a reference is (domain.md §1.8 CG-04, CG-05).
REFERENCE_SCHEMES = {
    "BM": "bol",
    "MB": "bol",
    "CN": "pro",
    "2I": "pro",
    "PO": "po",
    "SO": "order",
    "OQ": "order",
    "LO": "load",
    "SI": "shipment",
    "EQ": "container",
    "OC": "container",
}
STOP_NUMBER = "QN"
# Our tender number goes out in the 204 under this qualifier; a carrier that returns it ends all doubt.
TENDER_NUMBER = "TN"
# Line number and release in N9 (940 out, 945 in); sealed with; manifest or bill of the warehouse.
LINE_NUMBER = "LI"
RELEASE_NUMBER = "RE"
SEAL_NUMBER = "SN"
LOT_NUMBER = "LT"

# Element 88 on MAN-01: SSCC with or without its application identifier; a carrier's package number.
SSCC_MARKS = frozenset(("GM", "AA"))
CARRIER_PACKAGE = "CP"

# Element 235 on W12-07, -17, -21 and W01-04, -06: product identifiers in the order they are trusted.
ITEM_QUALIFIERS = ("VN", "SK", "BP", "IN", "PN", "MG", "UK", "UP", "EN", "UI", "UA")
GTIN_QUALIFIERS = frozenset(("UK", "UP", "EN", "UI", "UA"))

# Element 623 on AT7-07 and G62-05 (domain.md TS-03): minutes from UTC. 01–12 are UTC+n, 13–24 UTC−(25−n).
FIXED_OFFSETS = {
    "UT": 0,
    "GM": 0,
    **{f"{hours:02d}": hours * 60 for hours in range(1, 13)},
    **{f"{code}": -(25 - code) * 60 for code in range(13, 25)},
    "25": -150,
    "26": -210,
    "27": 330,
    "28": 570,
    "29": 630,
    "ES": -300,
    "ED": -240,
    "CS": -360,
    "CD": -300,
    "MS": -420,
    "MD": -360,
    "PS": -480,
    "PD": -420,
    "AS": -540,
    "AD": -480,
    "HS": -600,
    "HD": -540,
    "NS": -210,
    "ND": -150,
    "TS": -240,
    "TD": -180,
}

# Element 623, zones whose offset follows the calendar (domain.md TS-04).
GENERIC_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AT": "America/Anchorage",
    "HT": "Pacific/Honolulu",
    "NT": "America/St_Johns",
    "TT": "America/Halifax",
}
LOCAL_TIME = "LT"

# Element 355 to UN/ECE Rec 20 where they differ; a code not listed is kept as it is.
UNITS = {"CA": "CS", "LB": "LBR", "KG": "KGM", "PL": "PF", "PA": "PK", "PC": "EA", "UN": "EA"}
UNITS_OUT = {"CS": "CA", "LBR": "LB", "KGM": "KG", "PF": "PL", "C62": "EA"}

# Element 479 (GS01) of each set.
FUNCTIONAL = {
    "180": "AN",
    "204": "SM",
    "210": "IM",
    "214": "QM",
    "753": "RF",
    "754": "RG",
    "810": "IN",
    "820": "RA",
    "824": "AG",
    "846": "IB",
    "850": "PO",
    "855": "PR",
    "856": "SH",
    "860": "PC",
    "861": "RC",
    "940": "OW",
    "943": "AR",
    "944": "RE",
    "945": "SW",
    "947": "AW",
    "990": "GF",
}

# Sets we know that say nothing canonical, each with the reason (docs/reference/x12-sets.md).
NO_MEANING = {
    "204": "a tender reaches us from the TMS as carrier.tendered, and goes to the carrier from us",
    "753": "a supplier asks a retailer for routing, and we are neither; our own request is the 753 we send",
    "943": "no fact says that stock is on its way to a warehouse; its receipt is a 944 or an 861",
}


def functional_of(code: str) -> str:
    """GS01 for a set.

    Raises:
        Rejected: the set is none of the table.
    """
    if code not in FUNCTIONAL:
        raise Rejected(f"set {code} has no functional code: add it to the connector's table", where="GS01")
    return FUNCTIONAL[code]
