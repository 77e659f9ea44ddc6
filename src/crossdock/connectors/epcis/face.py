"""Our facts as EPCIS 2.0 events for its query interface. Source: GS1 EPCIS 2.0 chapters 8.2 and 12, CBV 2.0."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from crossdock.canonical.envelope import Fact
from crossdock.connectors.epcis.documents import event_json
from crossdock.connectors.epcis.identifiers import cbv_word, sscc
from crossdock.connectors.epcis.outbound import Event, events_of, logistic_unit
from crossdock.ports.faces import Spoken

# What a logistic unit may be known by here: its SSCC, or the number of a package or shipment of ours.
ABOUT_EPC = frozenset({"MATCH_epc", "MATCH_anyEPC", "MATCH_parentID"})
ABOUT_DOCUMENT = frozenset({"EQ_bizTransaction"})


class EpcisFace:
    """See `ports.faces.Face`. `vocabulary` is the URI below which numbers of ours are named."""

    def __init__(self, vocabulary: str) -> None:
        self._base = vocabulary.rstrip("/")

    def tell(self, fact: Fact) -> Sequence[Spoken]:
        """See `Face.tell`."""
        return [Spoken(event_json(event), event.at, _words(event)) for event in events_of([fact], self._base)]

    def idents(self, field: str, value: str) -> tuple[str, ...]:
        """See `Face.idents`."""
        if field not in ABOUT_EPC | ABOUT_DOCUMENT:
            return ()
        unit = sscc(value)
        if unit:
            return (f"sscc||{unit}",)
        scheme, _, number = value.removeprefix(f"{self._base}/").partition("/")
        if value.startswith(f"{self._base}/") and number:
            return (f"{'sscc' if scheme == 'package' else scheme}||{unquote(number)}",)
        return (f"unknown||{value}",)

    def word(self, field: str, value: str) -> str:
        """See `Face.word`: words of CBV without the prefix they are spelled with, units as their Digital Link."""
        if field in ABOUT_EPC:
            unit = sscc(value)
            return logistic_unit(unit, self._base) if unit else value
        return cbv_word(value) if field in ("EQ_bizStep", "EQ_disposition") else value


def _words(event: Event) -> dict[str, frozenset[str]]:
    units = frozenset((*event.epcs, *([event.parent] if event.parent else [])))
    return {
        "eventType": frozenset({event.type}),
        "EQ_action": frozenset({event.action}),
        "EQ_bizStep": frozenset({event.biz_step}),
        "EQ_disposition": frozenset({event.disposition}),
        "EQ_readPoint": frozenset({event.read_point}),
        "EQ_eventID": frozenset({event.event_id}),
        "EQ_bizTransaction": frozenset(number for _, number in event.transactions),
        "MATCH_epc": frozenset(event.epcs),
        "MATCH_anyEPC": units,
        "MATCH_parentID": frozenset({event.parent}),
    }
