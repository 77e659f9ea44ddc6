"""CloudEvents in: what an event carries is read by the decoder its schema or type stands for.

Source: CloudEvents 1.0.2. Events of a batch are taken each on its own, so that a bad one costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from crossdock.connectors.cloudevents import codes
from crossdock.connectors.cloudevents.config import Config, chosen, read_config
from crossdock.connectors.cloudevents.wire import Event, binary_event, entries, structured_event
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.connector import Decoded, DecodedFact, Decoder, Finding, IntakeContext
from crossdock.ports.statements import refused

# The decoder of a connector by its kind, `None` where there is no such connector.
Find = Callable[[str], Decoder | None]


class Inbound:
    """One message, the facts of all its events. `find` knows the decoders there are beside this one."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        decoded = Decoded(facts=[], findings=[], replies=[])
        try:
            config = read_config(context.settings)
            event = binary_event(body, content_type)
            listed = entries(body, content_type) if event is None else []
        except Permanent as unset:
            return refused("CONFIG", Rejected(unset.detail))
        except (Rejected, RecursionError) as error:
            return refused("INT-02", _readable(error))
        if event is not None:
            self._take(event, config, context, decoded)
        for raw, where in listed:
            try:
                self._take(structured_event(raw, where), config, context, decoded)
            except (Rejected, RecursionError) as error:
                told = _readable(error)
                decoded.findings.append(Finding("INT-02", told.detail, told.where or where))
        del decoded.findings[codes.FINDINGS_MAX :]
        return decoded

    def _take(self, event: Event, config: Config, context: IntakeContext, decoded: Decoded) -> None:
        kind = dialect_of(event, config)
        decoder = self._find(kind) if kind else None
        if decoder is None:
            told = f"{kind}, which {event.type} is given to, is no connector" if kind else f"no list has {event.type}"
            detail = f"{told}: name the connector that reads it in types, then replay the message"
            decoded.findings.append(Finding("MDM-03", detail, f"{event.where}.type"))
            return
        inner = msgspec.structs.replace(context, settings=config.dialects.get(kind, {}))
        made = decoder.decode(event.data, event.data_type, inner)
        place = f"{event.where}.data"
        decoded.facts += [DecodedFact(fact.body, _within(place, fact.where)) for fact in made.facts]
        decoded.findings += [
            msgspec.structs.replace(finding, where=_within(place, finding.where)) for finding in made.findings
        ]
        decoded.replies += made.replies


def dialect_of(event: Event, config: Config) -> str:
    """The connector that reads the data of an event, empty where the partner's file names none."""
    own = codes.CANONICAL if event.type.startswith(codes.OWN_TYPES) else ""
    return chosen(config.schemas, event.schema) or chosen(config.types, event.type) or own or config.default


def _within(place: str, where: str) -> str:
    inside = where.removeprefix("$")
    return place + inside if inside.startswith((".", "[")) else f"{place} {inside}".rstrip()


def _readable(error: Rejected | RecursionError) -> Rejected:
    return error if isinstance(error, Rejected) else Rejected("nested too deep: flatten the message")
