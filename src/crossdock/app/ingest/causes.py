"""Messages of which something could not be used: one case a cause, however many messages and faults there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.app.ingest.rows import case_row
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.ports.connector import Finding
from crossdock.ports.store import CaseRow, MessageRow

# How much of one message a case tells; the message keeps all of it.
LISTED_MAX = 10
DETAIL_MAX = 4_000

_findings = msgspec.json.Decoder(list[Finding])


def message_cases(messages: Sequence[MessageRow], now: datetime) -> list[CaseRow]:
    """Cases for messages of which something could not be used: one a partner, kind of channel and cause.

    A channel may name its file behind a colon; a thousand files of one cause are still one case (peers.md §5 no 19).
    A document wrong in several places is one case that lists them, under the gravest cause.
    """
    cases: list[CaseRow] = []
    for message in messages:
        if message.status not in ("refused", "partial"):
            continue
        # A message run again keeps the name of the one people know.
        name = message.original or message.id
        for (code, slot), found in causes_of(message.channel, _findings.decode(message.findings)).items():
            cases.append(case_row(code, message.partner, slot, _listed(found, name), now))
    return cases


def causes_of(channel: str, findings: Sequence[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Code and slot of each case a message counts in, with what the case is to list, the cause first."""
    documents: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity == "error":
            documents.setdefault(_document_of(finding.where), []).append(finding)
    cases: dict[tuple[str, str], list[Finding]] = {}
    for found in documents.values():
        # Whatever their order in the document: the same faults are the same case.
        lead = min(found, key=lambda one: (EXCEPTION_TYPES[_code_of(one)].severity, one.code, one.cause))
        slot = " ".join(part for part in (channel.partition(":")[0], lead.code, lead.cause) if part)
        cases.setdefault((_code_of(lead), slot), []).extend((lead, *(one for one in found if one is not lead)))
    return cases


def _document_of(where: str) -> str:
    """Which document of an interchange a place is in; messages of other syntaxes are one document to a case."""
    path, mark, _ = where.partition(" / segment ")
    return path if mark else ""


def _code_of(finding: Finding) -> str:
    return finding.code if finding.code in EXCEPTION_TYPES else "INT-02"


def _listed(found: Sequence[Finding], message: str) -> str:
    first, *others = found
    told = [f"{first.detail} (message {message}, {first.where or 'whole message'})"]
    told += [f"{one.detail} ({one.where or 'whole message'})" for one in others[: LISTED_MAX - 1]]
    if len(found) > LISTED_MAX:
        told.append(f"{len(found) - LISTED_MAX} more are kept with the message")
    return "; also: ".join(told)[:DETAIL_MAX]
