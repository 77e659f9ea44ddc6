"""`crossdock inspect`: what a file is, whether it is valid, what we would make of it, and what we would answer."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.connectors import KINDS, MANIFESTS
from crossdock.bootstrap.library import library_of, open_library
from crossdock.bootstrap.offline.commands import written
from crossdock.bootstrap.offline.samples import COMMAND, is_kept_beside, samples_folder
from crossdock.bootstrap.offline.sharing import Share, claimants, shared
from crossdock.bootstrap.offline.speaking import (
    Heard,
    Voice,
    hear_all,
    is_certain,
    partner_of,
    replies_of,
    voice_of,
    voices,
)
from crossdock.bootstrap.offline.why import why_read
from crossdock.bootstrap.offline.why_written import why_written
from crossdock.bootstrap.options import InspectOptions
from crossdock.bootstrap.project import PartnerConfig, Project, read_project
from crossdock.bootstrap.settings import FILE
from crossdock.formats.reading import BYTES_MAX
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.mediation.library import Library
from crossdock.mediation.opening import Opened, Piece, open_message
from crossdock.ports.connector import Finding
from crossdock.ports.inspecting import CRASH, OK, REFUSED, Inspected, Reasons, Remark, Report

FILES_MAX = 1_000_000
FACTS_SHOWN_MAX = 10_000
COMMANDED = "command"
TOO_LARGE = "FORMAT-SIZE"


class Wanted(msgspec.Struct, frozen=True):
    """What to look for. `partner` and `connector` absent: whoever makes the most of it."""

    received: datetime
    partner: PartnerConfig | None = None
    connector: str = ""
    roundtrip: bool = False
    acknowledge: bool = False
    facts: bool = False
    why: bool = False


def inspected(options: InspectOptions) -> Iterator[Report]:
    """Every file, one after the other as it is looked at. A sample of the project is read as its partner sends it.

    Raises:
        Permanent: a path or a partner is not there, or the project has mistakes (`ConfigurationError`).
        Rejected: there is no such connector.
    """
    if not options.paths:
        raise Permanent("name the files or folders to look at")
    if options.connector and options.connector not in KINDS:
        raise Rejected(f"no connector {options.connector}; there are: {', '.join(sorted(KINDS))}")
    partner, project = None, None
    if options.partner or options.project is not None:
        project = read_project((options.project or Path()).absolute(), MANIFESTS)
        library = library_of(project)
        partner = partner_of(project, options.partner) if options.partner else None
    else:
        library = open_library()
    received = SystemClock().now()
    wanted = Wanted(
        received,
        partner,
        options.connector,
        options.roundtrip,
        options.acknowledge,
        options.facts,
        options.why,
    )
    for path in files_below(options.paths):
        sender = _sender(path, project) if project is not None and not (partner or options.connector) else None
        yield inspect_file(path, library, msgspec.structs.replace(wanted, partner=sender) if sender else wanted)


def _sender(path: Path, project: Project) -> PartnerConfig | None:
    """The partner a sample is of, by the folder it is kept in."""
    kept = samples_folder(project.folder).resolve()
    return next((one for one in project.partners if kept / one.partner.id in path.resolve().parents), None)


def project_around(path: Path) -> Path | None:
    """The project among whose samples this file or folder is kept, whether or not it may run."""
    within = (path, *path.parents)
    return next((one for one in within if (one / FILE).is_file() and samples_folder(one) in within), None)


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those in folders named but what nobody sent: hidden files, links to elsewhere, and what
    `crossdock test` keeps beside a sample.

    Raises:
        Permanent: nothing is there under a name.
    """
    for path in paths:
        if not path.exists():
            raise Permanent(f"{path} is not there: name a file or a folder")
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith(".") and not is_kept_beside(name, names):
                    yield Path(folder, name)


def inspect_file(path: Path, library: Library, wanted: Wanted) -> Report:
    """One file; whatever happens, there is a report."""
    try:
        if not path.is_file():
            return _unread(path, Finding("FILE", "is no file: name one that can be read to its end", str(path)))
        if path.stat().st_size > BYTES_MAX:
            text = f"the file has more than {BYTES_MAX} bytes, which is what one message may have: split it"
            return _unread(path, Finding(TOO_LARGE, text, "byte 0"))
        body = path.read_bytes()
    except OSError as error:
        reason = error.strerror or errno.errorcode.get(error.errno or 0, "unreadable")
        return _unread(path, Finding("FILE", f"cannot be read: {reason}", str(path)))
    try:
        return inspect_bytes(str(path), body, library, wanted)
    except Exception as error:  # noqa: BLE001  (the last resort: one file must not end the whole run)
        return Report(str(path), "unknown", CRASH, error=f"{type(error).__name__}: {error}")


def inspect_bytes(name: str, body: bytes, library: Library, wanted: Wanted) -> Report:
    """What a message is and what would become of it."""
    if wanted.partner is not None and name.endswith(COMMAND):
        return _inspect_command(name, body, wanted.partner, library, wanted)
    opened = open_message(body)
    able = _able(opened, library, wanted)
    certain = wanted.partner is not None or bool(wanted.connector) or is_certain(able, opened.guess)
    heard = claimants(opened, hear_all(able, body, opened.guess), certain=certain)
    shares: Sequence[Share | None] = shared(opened, heard) if heard else [None] * len(opened.pieces)
    pairs = zip(opened.pieces, shares, strict=True)
    documents = tuple(_document(opened, piece, share, wanted) for piece, share in pairs)
    loose = tuple(map(_remark, opened.loose))
    if not documents:
        documents = (Inspected("", "", 0, loose),)
    return Report(
        file=name,
        format=opened.guess.syntax,
        status=_status(documents, loose),
        documents=documents,
        roundtrip=opened.rewrite() == body if wanted.roundtrip and opened.rewrite is not None else None,
        why=opened.guess.why,
        findings=loose,
        acknowledgments=_answers(shares, heard, body) if wanted.acknowledge else (),
        reasons=_reasons(shares, library, body) if wanted.why else (),
    )


def _inspect_command(name: str, body: bytes, partner: PartnerConfig, library: Library, wanted: Wanted) -> Report:
    """A sample command: the document the partner would get for it."""
    try:
        if wanted.why:
            _, reasons = why_written(body, partner, library)
        else:
            asyncio.run(written(body, partner, library))
            reasons = ()
    except Rejected as refusal:
        told = (Remark("COMMAND", refusal.where, refusal.detail, "error"),)
        return Report(name, COMMANDED, REFUSED, (Inspected("", "", 0, told),), findings=told)
    kind = reasons[0].document if reasons else ""
    why = f"a command of ours to {partner.partner.id}"
    return Report(name, COMMANDED, OK, (Inspected(kind, "", 0),), why=why, reasons=reasons)


def _reasons(shares: Sequence[Share | None], library: Library, body: bytes) -> tuple[Reasons, ...]:
    """Of everybody who takes a document of the message; nobody's reasons where nobody takes any."""
    taken = {id(share.heard): share.heard.voice for share in shares if share is not None and share.facts}
    return tuple(one for voice in taken.values() for one in why_read(voice, library, body))


def _unread(path: Path, finding: Finding) -> Report:
    told = (_remark(finding),)
    return Report(str(path), "unknown", REFUSED, (Inspected("", "", 0, told),), findings=told)


def _able(opened: Opened, library: Library, wanted: Wanted) -> list[Voice]:
    if wanted.partner is not None:
        return [voice_of(wanted.partner, library, wanted.received)]
    return voices(library, opened.guess, wanted.received, wanted.connector)


def _document(opened: Opened, piece: Piece, share: Share | None, wanted: Wanted) -> Inspected:
    facts = share.facts if share is not None else []
    connector = share.heard.voice.connector if share is not None and facts else ""
    envelopes = tuple(msgspec.Raw(one.body) for one in facts[:FACTS_SHOWN_MAX]) if wanted.facts else ()
    remarks = tuple(dict.fromkeys(map(_remark, piece.findings)))
    return Inspected(opened.kind(piece), piece.document.version, len(facts), remarks, connector, envelopes)


def _remark(finding: Finding) -> Remark:
    return Remark(finding.code, finding.where, finding.detail, finding.severity)


def _status(documents: Sequence[Inspected], loose: Sequence[Remark]) -> str:
    """As the hub would answer: refused when something is wrong and nothing of it can be used."""
    wrong = any(one.severity == "error" for one in (*loose, *(each for doc in documents for each in doc.findings)))
    return REFUSED if wrong and not any(document.facts for document in documents) else OK


def _answers(shares: Sequence[Share | None], heard: Sequence[Heard], body: bytes) -> tuple[str, ...]:
    """What whoever reads the first document would answer; an answer is owed for a whole interchange."""
    first = shares[0].heard if shares and shares[0] is not None else next(iter(heard), None)
    return tuple(reply.decode("utf-8", "replace") for reply in replies_of(first, body)) if first is not None else ()
