"""The run: each document through both doors, into refusal or waiting room, and out of it when its numbers are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from crossdock.app.ingest.correlate import identifiers
from crossdock.app.queries import Fact as Line
from crossdock.app.queries import trace
from crossdock.testing.assembled import Assembled, assembled, write_project
from crossdock.testing.real_input.documents import Document, partners
from crossdock.testing.real_input.release import release

FOLDER, HTTP = "folder", "http"
# These warehouses say nothing before their 945, so nothing is worth waiting for.
TIMERS = {"timers": {"gap_grace_wms": 0}}
WAITING_MAX = 200


async def play(round_of: Sequence[Document], folder: Path, url: str, *, first: str) -> None:
    """One round in a hub of its own; what became of each document is written into it.

    `first` is the door every document comes through first; it then comes through the other one too.
    """
    write_project(folder, partners(round_of), timers=TIMERS)
    async with assembled(folder, url) as hub:
        for document in round_of:
            for door in (FOLDER, HTTP) if first == FOLDER else (HTTP, FOLDER):
                await send(hub, document, door)
        await read_waiting(hub, round_of)
        for document in round_of:
            if document.facts:
                await release(hub, document)
        for document in round_of:
            await read_outcome(hub, document)


async def send(hub: Assembled, document: Document, door: str) -> None:
    """Through one door; the first time tells what it is, the second must tell the same or that it is known."""
    body = document.path.read_bytes()
    if door == FOLDER:
        await hub.drop(document.partner, document.path.name, body)
    else:
        await hub.post(document.partner, body, "application/edi-x12")
    identity, status, findings = await hub.last_message(document.partner)
    document.statuses += (status,)
    if len(document.statuses) == 1:
        document.message, document.findings = identity, errors(findings)


def errors(findings: bytes) -> tuple[str, ...]:
    """The errors among the findings of a kept message: code, what is wrong, where."""
    told = msgspec.json.decode(findings, type=list[dict[str, str]])
    wrong = [one for one in told if one.get("severity", "error") == "error"]
    return tuple(f"**{one['code']}** {one['detail']} ({one.get('where', 'whole file')})" for one in wrong)


async def read_waiting(hub: Assembled, round_of: Iterable[Document]) -> None:
    """Who waits under which identifiers, as the API tells it; in the order of the document.

    Raises:
        ValueError: a fact waits under other identifiers than its document names.
    """
    key = await hub.key("")
    answer = await hub.http.get(f"/v1/waiting?limit={WAITING_MAX}", headers=key)
    found = answer.json()["items"]
    for document in round_of:
        said = [identifiers(fact) for fact in document.facts]
        waits = [tuple(one["idents"]) for one in found if one["partner"] == document.partner]
        document.waited = tuple(sorted(waits, key=said.index))


async def read_outcome(hub: Assembled, document: Document) -> None:
    """What became of each of its facts, from the logs of the orders and loads that took it."""
    found: dict[str, Line] = {}
    for ident in sorted(document.idents):
        history = await trace(hub.views, ident)
        for line in history.facts if history is not None else ():
            if line.message == document.message:
                found[line.id] = line
    document.lines = sorted(
        found.values(), key=lambda line: (line.occurred, line.disposition, line.transitions, line.reason)
    )
