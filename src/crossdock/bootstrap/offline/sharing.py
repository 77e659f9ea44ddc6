"""Which document of a message is whose: the connector that makes the most of it, its facts, and what it remarked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from crossdock.bootstrap.offline.speaking import ANYTHING, NO_MAP, Heard, Voice, byte_of
from crossdock.formats.reading import WARNING
from crossdock.mediation.opening import Opened, Piece, errors
from crossdock.ports.connector import DecodedFact, Finding

ASSUMED = "ASSUMED"
NOT_OURS = "INT-02"
# How a decoder says that it knows a document which says nothing we have a word for.
NO_MEANING = "no canonical meaning"
# Steps of a path from the root to what a connector must have understood (`$.data.order`, `/line_items/0`).
DEEP = 2


class Share(msgspec.Struct):
    """What one connector made of one document. `strange`: it knows no such document."""

    heard: Heard
    facts: list[DecodedFact] = []
    findings: list[Finding] = []
    strange: bool = False

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """The better the lower: with facts before without, documents it knows before others, then who says what it
        lacks before who says nothing, then fewer errors."""
        return (not self.facts, self.strange, not self.findings, errors(self.findings))


def claimants(opened: Opened, heard: Sequence[Heard], *, certain: bool) -> list[Heard]:
    """Those whose message it may be; where that cannot be told, nobody, and a finding says so.

    Without a fact from anybody, and not `certain` whose it is, a message is of the one connector whose complaint is
    about something deep in it: that one knew the rest.
    """
    if heard and (certain or any(one.facts for one in heard)):
        return list(heard)
    connectors = list(dict.fromkeys(one.voice.connector for one in heard))
    claiming = {one.voice.connector for one in heard if any(map(_is_deep, one.findings))} - {ANYTHING}
    if len(claiming) == 1:
        return [one for one in heard if one.voice.connector in claiming]
    asked = f"asked were {', '.join(sorted(connectors))}" if connectors else "there is none for this syntax"
    text = f"no connector makes a fact of it: name the one it is meant for to see what it lacks; {asked}"
    for piece in opened.pieces:
        if not errors(piece.findings):
            piece.findings.append(Finding(NOT_OURS, text, f"byte {piece.start}"))
    return []


def shared(opened: Opened, heard: Sequence[Heard]) -> list[Share]:
    """The best share of each document, of equal ones the first; what it remarked is kept with the document.

    In a file of several kinds of documents one role does not speak them all, so each is looked at on its own.
    """
    by_hearer = [_divided(opened, one) for one in heard]
    best = [min((shares[at] for shares in by_hearer), key=lambda share: share.rank) for at in range(len(opened.pieces))]
    for piece, share in zip(opened.pieces, best, strict=True):
        for finding in share.findings:
            opened.keep(_worded(opened, piece, finding, share.heard.voice), piece.start)
        if assumed := share.heard.voice.assumed:
            piece.findings.append(_assumption(piece, assumed))
    for finding in heard[0].findings if heard else ():
        if opened.owner(byte_of(finding.where)) is None:
            opened.keep(finding, byte_of(finding.where))
    return best


def _divided(opened: Opened, heard: Heard) -> list[Share]:
    shares = [Share(heard) for _ in opened.pieces]
    for fact in heard.facts if shares else ():
        shares[opened.owner(byte_of(fact.where)) or 0].facts.append(fact)
    for finding in heard.findings:
        owner = opened.owner(byte_of(finding.where))
        if owner is not None:
            shares[owner].findings.append(finding)
            shares[owner].strange |= finding.detail.startswith(NO_MAP)
    return shares


def _is_deep(finding: Finding) -> bool:
    """Whether a finding is about something in a document: not about the whole, nor that nobody knows it."""
    path = finding.where.partition(" ")[0]
    deep = path.count("/") + path.count(".") >= DEEP
    return deep and finding.severity == "error" and not finding.detail.startswith(NO_MAP)


def _worded(opened: Opened, piece: Piece, finding: Finding, voice: Voice) -> Finding:
    """Without a partner, whose role would be a guess, a document nobody reads is one without a map."""
    if not finding.detail.startswith(NO_MAP) or NO_MEANING in finding.detail or not voice.is_nobody:
        return finding
    text = (
        f"no shipped map reads {opened.kind(piece)[:40]}: write one in maps/ of a project, or ask for another document"
    )
    return msgspec.structs.replace(finding, detail=text)


def _assumption(piece: Piece, assumed: Mapping[str, str]) -> Finding:
    told = ", ".join(f"{name} {value}" for name, value in assumed.items())
    text = f"read as if the settings of its partner agreed on {told}: name the partner to read it as it is agreed"
    return Finding(ASSUMED, text, f"byte {piece.start}", WARNING)
