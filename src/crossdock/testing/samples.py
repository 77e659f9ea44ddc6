"""A sample of every event, command and entity, made from the contract itself: valid, deterministic, and in full.

Where a field's name says what belongs in it, a believable value is taken; everything else is made up from the name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import inspect

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.entities.base import Entity
from crossdock.canonical.entity_types import ENTITY_TYPES
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.errors import Bug
from crossdock.kernel.instant import Occurrence

S = TypeVar("S", bound=msgspec.Struct)

AT = datetime(2026, 6, 2, 13, 58, tzinfo=UTC)

SUBJECT_IDS = {
    "order": "SO-100234",
    "fulfilment_order": "SO-100234/WH-NL1/1",
    "request": "SO-100234/WH-NL1/1",
    "shipment": "SHP-88001",
    "load": "LD-4501",
    "declaration": "NL1-20260601-0007",
    "package": "387123450000001019",
    "stock": "WH-NL1|IT-501",
    "warehouse": "WH-NL1",
    "channel_order": "web/100045",
}

_TEXTS = {
    **SUBJECT_IDS,
    "order_no": "SO-100234",
    "request_id": "SO-100234/WH-NL1/1",
    "tms_id": "SHP-88001",
    "load_id": "LD-4501",
    "pro_no": "NV7745120",
    "bol": "BOL-88001",
    "bol_no": "BOL-88001",
    "carrier": "NVTR",
    "scac": "NVTR",
    "sscc": "387123450000001019",
    "gln": "5012345007779",
    "gtin": "4006381333931",
    "lrn": "NL1-20260601-0007",
    "mrn": "26NL00051012AB34A6",
    "item": "IT-501",
    "line": "10",
    "line_no": "10",
    "no": "10",
    "currency": "EUR",
    "country": "NL",
    "origin_country": "NL",
    "unlocode": "NLRTM",
    "tz": "Europe/Amsterdam",
    "uom": "EA",
    "date": "2026-06-02",
    "day": "2026-06-02",
    "hour": "2026-06-02T13",
    "period": "2026-06",
    "mime": "application/pdf",
    "hs": "847130",
    "hs_code": "847130",
    "reason": "carrier.mechanical",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


def sample(name: str, *, full: bool = True) -> bytes:
    """A canonical envelope of that event type; `full=False` leaves out all that may be left out."""
    kind = EVENT_TYPES[name]
    subject = Subject(kind.subject if kind.subjects else "order", SUBJECT_IDS.get(kind.subject, f"{kind.subject}-1"))
    source = Source(min(kind.owners), "sample", message_id="m-1" if full else "")
    refs = (Reference("order", "SO-100234"),) if full else ()
    return make_envelope(name, subject, source, Occurrence(AT), build(kind.payload, full=full), refs=refs)


def sample_command(name: str, *, full: bool = True) -> msgspec.Struct:
    """The payload of that command."""
    return build(COMMAND_TYPES[name].payload, full=full)


def sample_entity(name: str, *, full: bool = True) -> Entity:
    """That entity."""
    return build(ENTITY_TYPES[name], full=full)


def build(kind: type[S], *, full: bool = True) -> S:
    """An instance of any contract struct, with every field or only the required ones."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return kind(**{field.name: _value(field.type, field.name, full) for field in info.fields if full or field.required})


def _value(kind: inspect.Type, name: str, full: bool) -> object:
    match kind:
        case inspect.StructType():
            return build(kind.cls, full=full)
        case inspect.UnionType():
            return _value(next(each for each in kind.types if not isinstance(each, inspect.NoneType)), name, full)
        case inspect.Metadata():
            return _value(kind.type, name, full)
        case inspect.VarTupleType():
            return (_value(kind.item_type, name.removesuffix("s"), full),)
        case inspect.TupleType():
            return tuple(_value(each, name, full) for each in kind.item_types)
        case inspect.DictType():
            return {"sample": _value(kind.value_type, name, full)}
        case inspect.EnumType():
            # The last, because the first is often the default, and defaults are left out on the wire.
            return list(kind.cls)[-1]
        case _:
            return _scalar(kind, name)


def _scalar(kind: inspect.Type, name: str) -> object:
    match kind:
        case inspect.StrType():
            return _TEXTS.get(name, f"{name}-1")
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 3
        case inspect.DecimalType():
            return Decimal("12.5")
        case inspect.DateTimeType():
            return AT
        case _:
            raise Bug(f"no sample for {kind} in field {name}: add it here")
