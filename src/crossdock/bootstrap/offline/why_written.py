"""Why a document of ours says what it says: by the map that wrote it, or by asking the Python that did."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from crossdock.bootstrap.offline.commands import CALL_SUFFIX, Command, Document, written
from crossdock.bootstrap.offline.why import because, package_version
from crossdock.bootstrap.project import PartnerConfig
from crossdock.formats.json_text.document import read_json
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mapping.provenance import fields_of
from crossdock.mediation.asking import Answer, Author, Cell, asked, leaves
from crossdock.mediation.library import Library
from crossdock.mediation.opening import open_message
from crossdock.mediation.witness import WatchedLibrary, Witness, WritingSeen, cells_of
from crossdock.ports.inspecting import Reasons


def why_written(body: bytes, config: PartnerConfig, library: Library) -> tuple[Document, tuple[Reasons, ...]]:
    """The document a partner would get for a sample command, and where each field of it comes from.

    Raises:
        Rejected: it is no command, or cannot be said to this partner.
    """
    witness = Witness()
    document = asyncio.run(written(body, config, WatchedLibrary(library, witness)))
    if witness.writings:
        # It is written once before it gets a number and once with it; both say the same.
        return document, (_of_map(witness.writings[-1]),)
    told = _asked_writer(body, document, config, library)
    return document, (told,) if told is not None else ()


def _of_map(seen: WritingSeen) -> Reasons:
    counts: Counter[str] = Counter()
    names: dict[int, str] = {}
    for one in seen.told.fields:
        if one.at not in names:
            names[one.at] = f"{one.node}[{counts[one.node]}]"
            counts[one.node] += 1
    rows = (because(f"{names[one.at]}.{one.field}", one.text, one.origin) for one in seen.told.fields)
    return Reasons(seen.told.kind, (tuple(rows),), seen.told.unsaid)


def _asked_writer(body: bytes, document: Document, config: PartnerConfig, library: Library) -> Reasons | None:
    """A connector's Python asked again with one value of the command changed at a time (decision 15)."""
    command = msgspec.json.decode(body, type=Command)
    payload = bytes(command.payload)
    (said,) = read_json(payload, command.type).documents

    def ask(cell: Cell | None, text: str) -> Answer:
        again = payload
        if cell is not None:
            place = said.where(cell.node, cell.field)
            value = encode_json(text) if payload[place.start : place.start + 1] == b'"' or not text else text.encode()
            again = payload[: place.start] + value + payload[place.start + place.length :]
        changed = encode_json(msgspec.structs.replace(command, payload=msgspec.Raw(again)))
        try:
            made = asyncio.run(written(changed, config, library))
        except (Rejected, msgspec.MsgspecError) as error:
            return Answer((), (str(error),))
        return Answer((("document", made.body),), ())

    connector = config.partner.connector
    author = Author(command.type, f"{connector} (Python)", package_version())
    flatten: Callable[[bytes], dict[str, object]] = _call if document.suffix == CALL_SUFFIX else _file
    told = asked(said, cells_of(said.root), ask, author, flatten)
    if told is None:
        return None
    texts = flatten(document.body)
    rows = tuple(because(path, texts[path], origin) for path, origin in told.fields[0].items())
    unread = frozenset(told.unread)
    unsaid = (cell for cell in cells_of(said.root) if (cell.node.at, cell.field) in unread)
    return Reasons(command.type, (rows,), tuple(said.where(cell.node, cell.field).words for cell in unsaid))


def _call(body: bytes) -> dict[str, object]:
    """A call by its line and the values of its JSON."""
    line, _, text = body.partition(b"\n\n")
    found: dict[str, object] = {"call": line.decode()}
    return found | dict(leaves(msgspec.json.decode(text), "$")) if text.strip() else found


def _file(body: bytes) -> dict[str, object]:
    """A file by the fields of its documents: `W05[0].02`, `LX[1].W01[0].05`."""
    found: dict[str, object] = {}
    for number, piece in enumerate(open_message(body).pieces):
        root = piece.document.root
        found |= dict(_fields(root, f"{root.name}[{number}]" if number else root.name))
    return found


def _fields(node: Node, path: str) -> Iterator[tuple[str, object]]:
    for field, text in fields_of(node):
        if text:
            yield f"{path}.{field}" if field else path, text
    counts: Counter[str] = Counter()
    for child in node.children:
        yield from _fields(child, f"{path}/{child.name}[{counts[child.name]}]")
        counts[child.name] += 1
