"""The small closed vocabularies of domain.md §0: who speaks, what kind of statement, what became of it, how urgent."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """Who speaks (domain.md §0.1); `CHN` is ours, a sales channel (mission S-24, S-25)."""

    ERP = "ERP"
    WMS = "WMS"
    TMS = "TMS"
    CAR = "CAR"
    LMD = "LMD"
    CUS = "CUS"
    DOCK = "DOCK"
    PRT = "PRT"
    CHN = "CHN"
    OPS = "OPS"
    SYNC = "SYNC"


class FactClass(StrEnum):
    """What kind of statement a fact is (domain.md §0.4). Only ACT, and COR/RET about an ACT, move a physical state."""

    ACT = "ACT"
    EST = "EST"
    PLN = "PLN"
    REQ = "REQ"
    COR = "COR"
    RET = "RET"


class Disposition(StrEnum):
    """What became of a fact (domain.md §0.5). Every accepted fact has exactly one at any time."""

    APPLY = "APPLY"
    SUPPRESS = "SUPPRESS"
    RECORD = "RECORD"
    HOLD = "HOLD"
    SUPERSEDE = "SUPERSEDE"
    REJECT = "REJECT"
    ESCALATE = "ESCALATE"
    QUARANTINE = "QUARANTINE"


class Priority(IntEnum):
    """Latency class (domain.md §0.6); P0 has its own lane everywhere and never waits behind another."""

    P0 = 0
    P1 = 1
    P2 = 2
    P3 = 3


class Flag(StrEnum):
    """Marks on a fact that never change its disposition by themselves (domain.md §0.4)."""

    LATE = "late"
    REPLAYED = "replayed"
    INFERRED = "inferred"
    BACKFILL = "backfill"
    SYNTHETIC = "synthetic"


class Lane(StrEnum):
    """The parts of one order that block independently of each other when a fact is quarantined (peers.md idea 3.1)."""

    ORDER = "order"
    WAREHOUSE = "warehouse"
    PLANNING = "planning"
    TRACKING = "tracking"
    CUSTOMS = "customs"
    MONEY = "money"


class Severity(IntEnum):
    """S1 stop the line … S4 batch handling (domain.md §5)."""

    S1 = 1
    S2 = 2
    S3 = 3
    S4 = 4
