"""The records of a flat IDoc: control record, data record header, segments (SAP IDoc record types, version 3)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

import msgspec

from crossdock.formats.idoc.segments_delivery import DELIVERY
from crossdock.formats.idoc.segments_orders import ORDERS

CONTROL = "EDI_DC40"
CONTROL_LENGTH = 524
HEADER_LENGTH = 63
DATA_LENGTH = 1000
REST = "SDATA"


class Cut(msgspec.Struct, frozen=True):
    """One field of a record: its place counted from 0, and its length."""

    name: str
    start: int
    length: int


class Segment(msgspec.Struct, frozen=True):
    """One segment: where it usually stands (empty: beside the others), its fields, and their length in sum."""

    name: str
    parent: str
    cuts: tuple[Cut, ...]
    length: int


def make_segment(name: str, fields: str, parent: str = "", start: int = 0) -> Segment:
    """A segment from a line such as `QUALF:3 BELNR:35`; partners' own segments are declared the same way."""
    pairs = [field.partition(":") for field in fields.split()]
    lengths = [int(length) for _, _, length in pairs]
    starts = accumulate([start, *lengths])
    cuts = tuple(Cut(key, at, length) for (key, _, _), at, length in zip(pairs, starts, lengths, strict=False))
    return Segment(name, parent, cuts, start + sum(lengths))


CONTROL_RECORD = make_segment(
    CONTROL,
    """TABNAM:10 MANDT:3 DOCNUM:16 DOCREL:4 STATUS:2 DIRECT:1 OUTMOD:1 EXPRSS:1 TEST:1 IDOCTYP:30 CIMTYP:30 MESTYP:30
    MESCOD:3 MESFCT:3 STD:1 STDVRS:6 STDMES:6 SNDPOR:10 SNDPRT:2 SNDPFC:2 SNDPRN:10 SNDSAD:21 SNDLAD:70 RCVPOR:10
    RCVPRT:2 RCVPFC:2 RCVPRN:10 RCVSAD:21 RCVLAD:70 CREDAT:8 CRETIM:6 REFINT:14 REFGRP:14 REFMES:14 ARCKEY:70
    SERIAL:20""",
)
HEADER = make_segment("", "SEGNAM:30 MANDT:3 DOCNUM:16 SEGNUM:6 PSGNUM:6 HLEVEL:2")
SEGMENTS: Mapping[str, Segment] = {
    name: make_segment(name, fields, parent.strip("-"), HEADER_LENGTH)
    for name, (parent, fields) in {**ORDERS, **DELIVERY}.items()
}


def segment_name(external: str) -> str:
    """The segment's own name: `E2EDK01005` is version 005 of `E1EDK01`, `E2EDK14` the first of `E1EDK14`.

    Partners' segments begin with Z: `Z2LOTS000` is `Z1LOTS`, and `ZE1EDT856000` is `ZE1EDT856`.
    """
    name = external
    if (len(name) > 9 and name[-3:].isdecimal()) or (len(name) == 9 and name.endswith("000")):
        name = name[:-3]
    return name[0] + "1" + name[2:] if name[:2] in ("E2", "Z2") else name


def external_name(name: str) -> str:
    """The name of the first version of a segment in flat files, the way back of `segment_name`."""
    if name.startswith("Z1"):
        return f"Z2{name[2:]}000"
    return f"E2{name[2:]}" if name.startswith("E1") else name


def kind_and_version(control: Mapping[str, str], fallback: str = "") -> tuple[str, str]:
    """Basic type, and release with extension: `INVOIC02` and `620/ZINVOIC02_EXT`."""
    version = "/".join(part for part in (control.get("DOCREL", ""), control.get("CIMTYP", "")) if part)
    return control.get("IDOCTYP", "") or fallback, version
