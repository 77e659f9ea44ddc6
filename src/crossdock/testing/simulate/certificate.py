"""The convergence certificate: a short signed text that says what was tried on which code, for anybody to check."""

from __future__ import annotations

import base64
import hashlib
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import crossdock
from crossdock.kernel.errors import Rejected
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.golden.twists import TWISTS
from crossdock.testing.simulate.campaign import Report
from crossdock.testing.world import MONEY_ON_THE_WAY, TAKEN_BACK, TRANSIENT_COMMANDS

TITLE = "CROSSDOCK CONVERGENCE CERTIFICATE"
SIGNED_BY, SIGNATURE = "public key", "signature"
KEY_BYTES = 32
LINE_MAX = 110
BYTES_MAX = 65_536

ALLOWED = {
    "commands outdone by a later one": TRANSIENT_COMMANDS,
    "money on its way to the same sum": MONEY_ON_THE_WAY,
    "commands taken back by their counterpart": TAKEN_BACK,
    "what a deadline causes": frozenset({"commands that follow from timer.elapsed, where a fault made a message late"}),
    "cases that tell of a fault": frozenset({"INT-02 of a torn message,", "INT-10 of a partner not called again"}),
}


class Checked(msgspec.Struct, frozen=True):
    """A certificate whose signature is right: who signed it, for which code, and whether that is the code here."""

    signed_by: str
    code: str
    is_ours: bool
    result: str


def certificate(report: Report, key: Ed25519PrivateKey) -> str:
    """The text, with its signature in the last line."""
    text = "\n".join(_lines(report, key)) + "\n"
    return f"{text}{_row(SIGNATURE, base64.b64encode(key.sign(text.encode())).decode())}\n"


def verified(text: str) -> Checked:
    """Check the signature against the key in the text.

    Raises:
        Rejected: it is no certificate, or not as it was signed.
    """
    body, mark, last = text.rpartition(SIGNATURE)
    fields = dict(_fields(body))
    if not text.startswith(TITLE) or not mark or SIGNED_BY not in fields:
        raise Rejected("this is no convergence certificate of ours")
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(fields[SIGNED_BY], validate=True))
        public.verify(base64.b64decode(last.strip(), validate=True), body.encode())
    except (InvalidSignature, ValueError) as error:
        raise Rejected("its signature does not fit: the text was changed after it was signed") from error
    code = fields.get("code", "")
    return Checked(fields[SIGNED_BY], code, code == code_hash(), fields.get("result", ""))


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The key in this file, 32 bytes; a new one is put there, readable by its owner alone, where there is none.

    Raises:
        Rejected: the file holds something else.
    """
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes_raw())
        return key
    raw = path.read_bytes()
    if len(raw) != KEY_BYTES:
        raise Rejected(f"{path} is no ed25519 key of {KEY_BYTES} bytes: name another file, or remove it")
    return Ed25519PrivateKey.from_private_bytes(raw)


def code_hash() -> str:
    """SHA-256 over every source file of the package, by path and content."""
    root = Path(crossdock.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def corpus_hash() -> str:
    """SHA-256 over every fact histories are made of, in order."""
    digest = hashlib.sha256()
    for body in (row.body() for row in TRACE if row.partner):
        digest.update(body)
    for name, facts in TWISTS.items():
        digest.update(name.encode())
        for _, body in facts:
            digest.update(body)
    return digest.hexdigest()


def _lines(report: Report, key: Ed25519PrivateKey) -> Iterator[str]:
    last = report.first + report.seeds - 1
    failed = ", ".join(map(str, report.failed))
    yield TITLE
    yield ""
    yield _row("crossdock", version("crossdock"))
    yield _row("code", code_hash())
    yield _row("corpus", corpus_hash())
    yield _row("python", f"{platform.python_version()}, msgspec {version('msgspec')}")
    yield _row("seeds", f"{report.first} to {last}, {report.told_of}")
    yield _row("messages", f"{report.told:,} with faults; {report.checks:,} checks after an effect or commit")
    yield _row("throughput", f"{report.days_per_minute:,.0f} simulated days a minute, {report.days:,.0f} in all")
    yield ""
    yield "faults that struck"
    for name, count in report.struck.items():
        yield f"  {name:<38}{count:>10,}"
    yield ""
    yield "and what came of them"
    for name, count in report.met.items():
        yield f"  {name:<38}{count:>10,}"
    yield ""
    yield "allowed to differ from the run without faults"
    for reason, commands in ALLOWED.items():
        yield from _wrapped(f"  {reason}: ", sorted(commands))
    yield ""
    yield _row("result", f"{len(report.failed)} of {report.seeds:,} seeds failed{': ' + failed if failed else ''}")
    yield _row("digest", report.digest)
    yield _row(SIGNED_BY, base64.b64encode(key.public_key().public_bytes_raw()).decode())


def _wrapped(head: str, words: list[str]) -> Iterator[str]:
    line = head.rstrip()
    for word in words:
        if len(line) + len(word) + 2 > LINE_MAX:
            yield line
            line = "   "
        line = f"{line} {word}"
    yield line


def _row(name: str, value: str) -> str:
    return f"{name:<12}{value}"


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if len(line) > 12 and line[0] != " ":
            yield line[:12].strip(), line[12:].strip()
