"""EPCIS 2.0 documents of events: JSON-LD and XML. Pure.

Source: GS1 EPCIS 2.0 chapters 9 (XML) and 10 (JSON-LD); CBV 2.0 for the URNs XML spells its words with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from crossdock.connectors.epcis.outbound import Event, in_utc, offset_of
from crossdock.formats.json_text.writer import JsonShape, write_json
from crossdock.formats.xml.writer import write_xml
from crossdock.kernel.tree import Node

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
NAMESPACES = {"epcis": "urn:epcglobal:epcis:xsd:2"}
CBV = "urn:epcglobal:cbv:"
_SHAPE = JsonShape(
    numbers=frozenset({"quantity"}),
    lists=frozenset(
        {"@context", "eventList", "epcList", "childEPCs", "childQuantityList", "quantityList", "bizTransactionList"}
    ),
)


def json_ld(events: Sequence[Event], created: datetime) -> bytes:
    """A capture document in JSON-LD.

    Raises:
        Rejected: a value of an event cannot be written in JSON.
    """
    body = Node("epcisBody", {}, 0, [_json_event(event) for event in events])
    head = {"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": in_utc(created)}
    return write_json(Node("$", head, 0, [_leaf("@context", CONTEXT), body]), _SHAPE)


def event_json(event: Event) -> bytes:
    """One event in JSON, as it stands in a list.

    Raises:
        Rejected: as `json_ld`.
    """
    node = _json_event(event)
    return write_json(Node("$", node.fields, 0, node.children), _SHAPE)


def _json_event(event: Event) -> Node:
    fields = {"type": event.type, "eventID": event.event_id, "action": event.action, "bizStep": event.biz_step}
    fields |= {"eventTime": in_utc(event.at), "eventTimeZoneOffset": offset_of(event.at)}
    if event.disposition:
        fields["disposition"] = event.disposition
    if event.parent:
        fields["parentID"] = event.parent
    children = [_leaf(_epcs_name(event), epc) for epc in event.epcs]
    for amount in event.quantities:
        uom = {"uom": amount.uom} if amount.uom else {}
        told = {"epcClass": amount.epc_class, "quantity": amount.quantity, **uom}
        children.append(Node(_quantities_name(event), told, 0))
    if event.read_point:
        children.append(Node("readPoint", {"id": event.read_point}, 0))
    for kind, number in event.transactions:
        children.append(Node("bizTransactionList", {"type": kind, "bizTransaction": number}, 0))
    return Node("eventList", fields, 0, children)


def xml(events: Sequence[Event], created: datetime) -> bytes:
    """A capture document in XML.

    Raises:
        Rejected: a value of an event cannot be written in XML.
    """
    listed = Node("EventList", {}, 0, [_xml_event(event) for event in events])
    head = {"@schemaVersion": "2.0", "@creationDate": in_utc(created)}
    root = Node("epcis:EPCISDocument", head, 0, [Node("EPCISBody", {}, 0, [listed])])
    return write_xml(root, NAMESPACES)


def _xml_event(event: Event) -> Node:
    """The elements in the order of the schema: what an event is about stands before its action."""
    children = [_leaf("eventTime", in_utc(event.at)), _leaf("eventTimeZoneOffset", offset_of(event.at))]
    children.append(_leaf("eventID", event.event_id))
    if event.type == "AggregationEvent":
        children.append(_leaf("parentID", event.parent))
        children.append(_list("childEPCs", _epcs(event)))
    else:
        children.append(_list("epcList", _epcs(event)))
    children += [_leaf("action", event.action), _leaf("bizStep", f"{CBV}bizstep:{event.biz_step}")]
    if event.disposition:
        children.append(_leaf("disposition", f"{CBV}disp:{event.disposition}"))
    if event.read_point:
        children.append(_list("readPoint", [_leaf("id", event.read_point)]))
    if event.transactions:
        told = [
            Node("bizTransaction", {"@type": f"{CBV}btt:{kind}", "": number}, 0) for kind, number in event.transactions
        ]
        children.append(_list("bizTransactionList", told))
    if event.quantities:
        children.append(_list(_quantities_name(event), _amounts(event)))
    return Node(event.type, {}, 0, children)


def _epcs(event: Event) -> list[Node]:
    return [_leaf("epc", epc) for epc in event.epcs]


def _amounts(event: Event) -> list[Node]:
    made = []
    for amount in event.quantities:
        parts = [_leaf("epcClass", amount.epc_class), _leaf("quantity", amount.quantity)]
        made.append(_list("quantityElement", [*parts, *([_leaf("uom", amount.uom)] if amount.uom else [])]))
    return made


def _epcs_name(event: Event) -> str:
    return "childEPCs" if event.type == "AggregationEvent" else "epcList"


def _quantities_name(event: Event) -> str:
    return "childQuantityList" if event.type == "AggregationEvent" else "quantityList"


def _leaf(name: str, text: str) -> Node:
    return Node(name, {"": text}, 0)


def _list(name: str, children: Iterable[Node]) -> Node:
    return Node(name, {}, 0, list(children))
