"""Settings of a partner that sends and takes IDocs; keys of the transport stand beside these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from crossdock.formats.idoc.flat_writer import FlatStyle
from crossdock.formats.idoc.layouts import CONTROL_RECORD, HEADER_LENGTH, Segment, make_segment
from crossdock.ports.settings import read_settings

FIELDS_OF_CONTROL = frozenset(cut.name for cut in CONTROL_RECORD.cuts)


class OwnSegment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A segment of the partner's own, or a newer version of a standard one: `fields = "QUALF:3 BELNR:35"`."""

    fields: str
    parent: str = ""


class Config(msgspec.Struct, frozen=True):
    """One partner's SAP system.

    Attributes:
        form: how what we send is written; what arrives is recognised.
        charset: of flat files, both ways; without it UTF-8 is tried, then Latin-1.
        control: fields of EDI_DC40 in what we send: `MANDT`, `DOCREL`, `SNDPOR`, `SNDPRT`, `SNDPRN`, `RCVPOR` …
        names: external names of segments in flat files we send, where that system wants another version than the
            first: `{ E1EDL20 = "E2EDL20004" }`.
        segments: the partner's own segments by name, for flat files.
        words: what the partner's IDocs never say and maps may ask for as `$name`: `incoterm`, `currency`, `site`,
            `carrier`; of a channel's order that SAP enters, `sales_organisation`, `distribution_channel`, `division`,
            `order_type` (E1EDK14) and `freight_condition` (the condition type of its carriage).
        path: what we send is posted there, below `base_url`, where the partner has one.
    """

    form: Literal["xml", "flat"] = "xml"
    charset: str = ""
    control: dict[str, str] = {}
    names: dict[str, str] = {}
    segments: dict[str, OwnSegment] = {}
    words: dict[str, str] = {}
    path: str = ""

    def __post_init__(self) -> None:
        """Refuse fields and segments that there cannot be."""
        if strange := sorted(self.control.keys() - FIELDS_OF_CONTROL):
            raise ValueError(f"control: EDI_DC40 has no field {', '.join(strange)}")
        self.own_segments()

    def own_segments(self) -> dict[str, Segment]:
        """The partner's segments as records are cut by them."""
        made = {}
        for name, segment in self.segments.items():
            try:
                made[name] = make_segment(name, segment.fields, segment.parent, HEADER_LENGTH)
            except ValueError as error:
                raise ValueError(f"segments.{name}: write NAME:LENGTH for each field, such as QUALF:3") from error
        return made

    def style(self) -> FlatStyle:
        """How flat files are written."""
        return FlatStyle(self.names, self.own_segments(), self.charset or "utf-8")


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("idoc", Config, settings)
