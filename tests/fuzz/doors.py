"""What else reads bytes of others: maps and code tables of a project, AS2, SOAP, and canonical facts and commands."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from itertools import product

from crossdock.app.intake import MessageReceipt
from crossdock.app.soap import Version, read_submission, version_of, write_fault, write_reply
from crossdock.bootstrap.library import CONVERTERS, SHIPPED, shipped
from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.wire import decode_command, decode_fact
from crossdock.formats.xml.parse import Parsed, parse_xml
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Document
from crossdock.mapping.codes import parse_codes
from crossdock.mapping.compiled import compile_map
from crossdock.mapping.spec import Spec, overlay, parse_map
from crossdock.mediation.library import syntax_of
from crossdock.mediation.opening import open_message as open_any
from crossdock.mediation.reading import Words, map_context
from crossdock.ports.connector import IntakeContext
from crossdock.testing.samples import sample, sample_command
from crossdock.transports.as2.faults import As2Fault
from crossdock.transports.as2.mdn import read_mdn, wish_of
from crossdock.transports.as2.message import open_message, require_protection
from tests.fuzz.dialects import NOW, TZ
from tests.fuzz.readers import JSON_TOKENS, XML_TOKENS, edifact_seeds, json_seeds, x12_seeds, xml_seeds
from tests.fuzz.target import Target
from tests.unit.transports.as2 import made
from tests.unit.transports.as2.test_message import built

CONTEXT = IntakeContext("p1", "ERP", NOW, TZ)
ALL_CONVERTERS = {name: one for shelf in CONVERTERS.values() for name, one in shelf.items()}
COMMANDS = sorted(COMMAND_TYPES)
FINDINGS_BYTES_MAX = 200_000


def check_map(body: bytes) -> None:
    """A map that compiles reads any document of its syntax without an exception; one that does not says why."""
    with suppress(Rejected):
        spec = parse_map("fuzz/map", body.decode("utf-8", "replace"))
        if spec.extends in shipped_specs():
            spec = overlay(shipped_specs()[spec.extends], spec)
        ready = compile_map(spec, syntax_of(spec), shipped_tables(), ALL_CONVERTERS)
        for document in documents()[spec.head("syntax")] if ready.facts_in else ():
            context = map_context(document, CONTEXT, Words())
            mapped = ready.read(document, context)
            assert all(one.detail for one in mapped.findings)
            assert len(ready.explain(document, context).fields) >= len(mapped.facts)


def check_codes(body: bytes) -> None:
    """A table with rows, or a sentence."""
    with suppress(Rejected):
        table = parse_codes("fuzz", body.decode("utf-8", "replace"))
        table.column()
        table.reverse()


def check_as2(body: bytes) -> None:
    """A first line of headers and the rest as content: opened, or a fault of the protocol."""
    head, _, rest = body.partition(b"\x00")
    lines = (line.partition(":") for line in head.decode("latin-1").split("\n"))
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    us, them = pair()
    wish_of(headers)
    with suppress(As2Fault):
        opened = open_message(them, headers, rest, made.NOW)
        require_protection(them.settings, opened)
    with suppress(As2Fault):
        read_mdn(us, headers, rest, made.NOW)


def check_soap(body: bytes) -> None:
    """A document, or a fault that is well-formed whatever the envelope held."""
    try:
        submission = read_submission(body)
    except Rejected as error:
        written = write_fault(version_of(""), error.detail, sender=True)
    else:
        written = write_reply(submission.version, MessageReceipt(submission.content_type, "accepted"))
        assert submission.document
    assert isinstance(parse_xml(written, {}), Parsed)


def check_fact(body: bytes) -> None:
    """A fact of the catalogue, or a refusal; the same for the payload of a command."""
    with suppress(Rejected):
        assert decode_fact(body, NOW).type in EVENT_TYPES
    with suppress(Rejected):
        decode_command(COMMANDS[len(body) % len(COMMANDS)], body)


@cache
def pair() -> tuple[made.Relationship, made.Relationship]:
    """Two partners, made once."""
    return made.pair()


def as2_seeds() -> tuple[bytes, ...]:
    """A message with every combination of protections."""
    bodies = []
    for sign, encrypt, compress in product((True, False), repeat=3):
        us, _ = made.pair(sign=sign, encrypt=encrypt, compress=compress)
        message = built(us)
        head = "\n".join(f"{name}: {value}" for name, value in message.headers.items())
        bodies.append(head.encode() + b"\x00" + message.body)
    return tuple(bodies)


def map_seeds() -> tuple[bytes, ...]:
    """The maps we ship."""
    return tuple(path.read_bytes() for path in sorted(SHIPPED.glob("*/maps/*.toml")))


def code_seeds() -> tuple[bytes, ...]:
    """The code tables we ship."""
    return tuple(path.read_bytes()[:4000] for path in sorted(SHIPPED.glob("*/codes/*.csv")))


def soap_seeds() -> tuple[bytes, ...]:
    """A submission in both versions."""
    submit = (
        '<Submit xmlns="urn:crossdock:soap:1"><contentType>text/plain</contentType><document>SGk=</document></Submit>'
    )
    text = '<e:Envelope xmlns:e="{}"><e:Header/><e:Body>{}</e:Body></e:Envelope>'
    return tuple(text.format(version.value, submit).encode() for version in Version)


def fact_seeds() -> tuple[bytes, ...]:
    """A fact of every type, and the payload of every command."""
    return (*(sample(name) for name in EVENT_TYPES), *(encode_json(sample_command(name)) for name in COMMANDS))


@cache
def shipped_specs() -> dict[str, Spec]:
    """All maps we ship, by name."""
    return {spec.name: spec for shelf in shipped([]).values() for spec in shelf.maps}


@cache
def shipped_tables() -> dict[str, object]:
    """All tables we ship."""
    return {name: table for shelf in shipped([]).values() for name, table in shelf.tables.items()}


@cache
def documents() -> dict[str, list[Document]]:
    """Some documents of every syntax, for maps to read."""
    bodies = [body for lot in (x12_seeds(), edifact_seeds(), xml_seeds(), json_seeds()) for body in lot[:4]]
    found: dict[str, list[Document]] = {
        name: [] for name in ("x12", "edifact", "xml", "idoc", "json", "delimited", "fixed")
    }
    for body in bodies:
        for piece in open_any(body).pieces[:2]:
            found[piece.document.syntax].append(piece.document)
    return found


DOORS = {
    "map": Target(
        check_map,
        map_seeds,
        (
            b"[map]",
            b"[[fact]]",
            b"[[document]]",
            b'each = "',
            b'path = "',
            b'const = "',
            b"[codes.x]",
            b"extends = ",
            b"[fact.fields]",
            b"when = ",
            b'"LIN/QTY[01-1=21]/01-2"',
            b"#",
            b"..",
            b"[0]",
        ),
    ),
    "codes": Target(check_codes, code_seeds, (b",", b"\n", b'"', b"# source: x\n", b"# version: 1\n", b"code,value\n")),
    "as2": Target(
        check_as2,
        as2_seeds,
        (
            b"\x00",
            b"\n",
            b"content-type: ",
            b"multipart/signed; boundary=b",
            b"multipart/report; boundary=b",
            b"--b\r\n",
            b"application/pkcs7-mime; smime-type=compressed-data",
            b"content-transfer-encoding: base64",
            b"disposition: automatic-action/MDN-sent-automatically; processed",
            b"\r\n\r\n",
        ),
    ),
    "soap": Target(check_soap, soap_seeds, (*XML_TOKENS, b'mustUnderstand="1"', b"<e:Header>", b"SGk=")),
    "fact": Target(
        check_fact,
        fact_seeds,
        (
            *JSON_TOKENS,
            b'"subject":',
            b'"occurred":',
            b'"payload":',
            b'"revision":',
            b"2026-06-02T13:58:00Z",
            b'"amount":"1E9999"',
        ),
    ),
}
