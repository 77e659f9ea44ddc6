"""What a command of ours becomes for a partner, without a partner: the file put into a folder of ours, or the call."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import msgspec

from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.places import Wiring
from crossdock.bootstrap.project import PartnerConfig
from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.kernel.errors import CrossdockError, Permanent, Rejected
from crossdock.mediation.library import Library
from crossdock.ports.as2 import SentMessage, SentTurn
from crossdock.ports.connector import Outbound, OutcomeKind
from crossdock.ports.json_calls import CallFor, to_call
from crossdock.transports.settings import FolderSettings

CREATED = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
CALL_SUFFIX = ".http"


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sample command: its type, what it says, and the key that makes it one and the same however often it is sent."""

    type: str
    payload: msgspec.Raw
    idempotency_key: str = "sample"


class Document(msgspec.Struct, frozen=True):
    """What went out: the bytes, and how a file of them would end (`.edi`; `.http` for a call)."""

    body: bytes
    suffix: str


class _FirstNumbers:
    """Every document is the first one to this partner (`ports.messages.ControlNumbers`)."""

    async def number(self, partner: str, kind: str, key: str) -> int:
        return 1


class _NoReceipts:
    """Nothing is sent that could be receipted (`ports.as2.SentMessages`)."""

    async def add(self, message: SentMessage) -> None:
        raise Permanent(f"{message} cannot be sent from a test")

    async def find(self, partner: str, message_id: str) -> SentMessage | None:
        return None

    async def await_receipt(self, partner: str, message_id: str, since: datetime, answer_by: datetime) -> None:
        raise Permanent(f"{message_id} cannot be sent from a test")

    def turn(self) -> AbstractAsyncContextManager[SentTurn]:
        raise Permanent("nothing awaits a receipt in a test")


async def written(body: bytes, config: PartnerConfig, library: Library) -> Document:
    """What this partner would get for a command.

    Raises:
        Rejected: the command is none, or cannot be said to this partner; the text says why.
    """
    try:
        command = msgspec.json.decode(body, type=Command)
    except msgspec.MsgspecError as error:
        raise Rejected(f"no command: {error}; write type and payload") from error
    if command.type not in COMMAND_TYPES:
        raise Rejected(f"there is no command {command.type}: see docs/reference/commands.md")
    sent = Outbound(1, command.type, command.idempotency_key, "", bytes(command.payload), "", 1, CREATED)
    kind = KINDS[config.partner.connector]
    calls = _calls(config.partner.connector)
    try:
        if calls is not None:
            return _call(sent, calls)
        if kind.sender is None or not kind.by_files:
            raise Rejected(f"connector {config.partner.connector} does not write documents that could be compared")
        return await _file(sent, config, library)
    except Rejected:
        raise
    except CrossdockError as error:
        raise Rejected(error.detail) from error


def _calls(connector: str) -> Mapping[str, CallFor] | None:
    """The calls of a connector that speaks JSON over HTTP, which it keeps in its `outbound` module."""
    try:
        found = getattr(import_module(f"crossdock.connectors.{connector}.outbound"), "CALLS", None)
    except ModuleNotFoundError:
        return None
    return found if isinstance(found, Mapping) else None


def _call(command: Outbound, calls: Mapping[str, CallFor]) -> Document:
    call = to_call(command, calls)
    body = msgspec.json.format(call.body, indent=2) if call.body else b""
    return Document(f"{call.method} {call.path}\n\n".encode() + body + b"\n", CALL_SUFFIX)


async def _file(command: Outbound, config: PartnerConfig, library: Library) -> Document:
    sender = KINDS[config.partner.connector].sender
    assert sender is not None
    with tempfile.TemporaryDirectory(prefix="crossdock-test-") as folder:
        here = Path(folder)
        wiring = Wiring(here, here, _FirstNumbers(), _NoReceipts(), SystemClock(), library)
        local = msgspec.structs.replace(config, transport=FolderSettings(outbox=folder))
        (outcome,) = await sender(local, wiring).send([command])
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise Rejected(outcome.detail)
        return _only(here)


def _only(folder: Path) -> Document:
    (path,) = folder.iterdir()
    return Document(path.read_bytes(), path.suffix)
