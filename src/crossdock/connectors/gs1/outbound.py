"""Canonical commands to GS1 XML, by maps. Pure: the same command always gives the same bytes.

The header is ours to write: both parties by their GLN, the document's own identification, when the command was given.
"""

from __future__ import annotations

from crossdock.connectors.gs1.codes import HEADER_NAMESPACE, MESSAGE, MESSAGES, SUFFIX, TYPE_VERSION, Message
from crossdock.connectors.gs1.config import Config
from crossdock.formats.xml.writer import write_xml
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mediation.drafting import File, draft, file_name
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import Compose
from crossdock.ports.connector import IntakeContext, Outbound

GS1 = "GS1"


def composer(partner: IntakeContext, book: MapBook, config: Config) -> Compose:
    """Writes commands for one partner; the kind of the map's document says which message it is."""

    def compose(command: Outbound, number: int) -> File:
        made = draft(command, book, partner, {**config.words, "us": config.us, "partner_gln": config.partner})
        message = MESSAGES.get(made.kind)
        if message is None:
            known = ", ".join(MESSAGES)
            raise Rejected(f"a map writes {made.kind}, and the messages known here are {known}", where="document.kind")
        if not config.us or not config.partner:
            raise Rejected("set `us` and `partner`, the two GLNs of the header, in the partner's settings", where="us")
        root = Node(f"{message.prefix}:{made.kind}{MESSAGE}", {}, 0, [_header(message, command, config), made.root])
        body = write_xml(root, {message.prefix: message.namespace, "sh": HEADER_NAMESPACE})
        return File(file_name(made.kind, command, SUFFIX), body)

    return compose


def _header(message: Message, command: Outbound, config: Config) -> Node:
    identification = [
        _leaf("Standard", GS1),
        _leaf("TypeVersion", TYPE_VERSION),
        _leaf("InstanceIdentifier", command.idempotency_key),
        _leaf("Type", message.title),
        _leaf("MultipleType", "false"),
        _leaf("CreationDateAndTime", command.created.isoformat().replace("+00:00", "Z")),
    ]
    parts = [
        _leaf("HeaderVersion", "1.0"),
        _node("Sender", [_leaf("Identifier", config.us, Authority=GS1)]),
        _node("Receiver", [_leaf("Identifier", config.partner, Authority=GS1)]),
        _node("DocumentIdentification", identification),
    ]
    return _node("StandardBusinessDocumentHeader", parts)


def _node(name: str, children: list[Node]) -> Node:
    return Node(f"sh:{name}", {}, 0, children)


def _leaf(name: str, text: str, **attributes: str) -> Node:
    return Node(f"sh:{name}", {"": text, **{f"@{key}": value for key, value in attributes.items()}}, 0)
