"""Which document of a message is whose: the connector that makes the most of it, its facts, and what it remarked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from crossdock.bootstrap.offline.speaking import NO_MAP, Heard, byte_of
from crossdock.formats.reading import WARNING
from crossdock.mediation.opening import Opened, Piece
from crossdock.ports.connector import DecodedFact, Finding

ASSUMED = "ASSUMED"
NOT_OURS = "INT-02"


class Share(msgspec.Struct):
    """What one connector made of one document. `strange`: it knows no such document."""

    heard: Heard
    facts: list[DecodedFact] = []
    findings: list[Finding] = []
    errors: int = 0
    strange: bool = False

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The better the lower: with facts before without, documents it knows before others, then fewer errors."""
        return (not self.facts, self.strange, self.errors)


def shared(opened: Opened, heard: Sequence[Heard]) -> list[Share]:
    """The best share of each document, of equal ones the first; what it remarked is kept with the document.

    In a file of several kinds of documents one role does not speak them all, so each is looked at on its own.
    """
    by_hearer = [_divided(opened, one) for one in heard]
    best = [min((shares[at] for shares in by_hearer), key=lambda share: share.rank) for at in range(len(opened.pieces))]
    for piece, share in zip(opened.pieces, best, strict=True):
        for finding in share.findings:
            opened.keep(finding, piece.start)
        if assumed := share.heard.voice.assumed:
            piece.findings.append(_assumption(piece, assumed))
    for finding in heard[0].findings:
        if opened.owner(byte_of(finding.where)) is None:
            opened.keep(finding, byte_of(finding.where))
    return best


def is_clear(opened: Opened, heard: Sequence[Heard], connectors: Sequence[str]) -> bool:
    """Whether it can be told whose message it is; where not, a finding says so."""
    if not heard or (len(connectors) > 1 and all(not one.facts and one.has_errors for one in heard)):
        text = f"no connector makes a fact of it ({', '.join(connectors) or 'there is none for this syntax'}): "
        text += "name the one it is meant for to see what it lacks"
        for piece in opened.pieces:
            if not any(one.severity == "error" for one in piece.findings):
                piece.findings.append(Finding(NOT_OURS, text, f"byte {piece.start}"))
        return False
    return True


def _divided(opened: Opened, heard: Heard) -> list[Share]:
    shares = [Share(heard) for _ in opened.pieces]
    for fact in heard.facts if shares else ():
        shares[opened.owner(byte_of(fact.where)) or 0].facts.append(fact)
    for finding in heard.findings:
        owner = opened.owner(byte_of(finding.where))
        if owner is not None:
            share = shares[owner]
            share.findings.append(finding)
            share.errors += finding.severity == "error"
            share.strange |= finding.detail.startswith(NO_MAP)
    return shares


def _assumption(piece: Piece, assumed: Mapping[str, str]) -> Finding:
    told = ", ".join(f"{name} {value}" for name, value in assumed.items())
    text = f"read as if the settings of its partner agreed on {told}: name the partner to read it as it is agreed"
    return Finding(ASSUMED, text, f"byte {piece.start}", WARNING)
