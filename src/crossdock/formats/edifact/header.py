"""Where interchanges begin, and the service characters they begin with (edifact-envelope.md §1).

An interchange begins with UNA or UNB; a message that stands in a file alone begins with UNH, a group with UNG. A UNA
that is not nine bytes long is repaired where its characters still make sense; the repair is a warning.
"""

from __future__ import annotations

import re

import msgspec

from crossdock.formats.edifact.marks import LEVEL_B, STANDARD, Delimiters

BLANKS = " \r\n\t\x00\x1a"
UNA_LENGTH = 9

_START = re.compile(r"UNA(?=[^A-Za-z0-9])|UNB(?=[^A-Za-z0-9 ])|UN[HG]\+|UIB\+")
# What may follow an interchange that cannot be read: its own messages are no interchange.
ENVELOPE = re.compile(r"UNA(?=[^A-Za-z0-9])|UNB(?=[^A-Za-z0-9 ])")
_BEHIND_UNA = re.compile(r"[ \r\n\t]*[A-Z]{3}([^A-Za-z0-9])")
_SHORT_UNA = re.compile(r"UNA([^A-Za-z0-9]{5})[\r\n]*(?=UN[BGH][^A-Za-z0-9])")
# An interchange without UNA that never comes to a terminator before the line its first message starts on.
LINE_WINDOW = 2_000
_LINE_ENDED = re.compile(r"UNB\+[^']*?(\r?\n|\r)UN[HG]\+[^']*?[\r\n][A-Z]{3}\+")
_VERSION = re.compile(r"[A-Z]{4}(.)([0-9])")


class Header(msgspec.Struct, frozen=True):
    """How an interchange begins: `advice` is its UNA as sent; `delimiters` is None when they cannot be known.

    `problems` are `(fault code, severity, sentence)`.
    """

    advice: str
    delimiters: Delimiters | None
    problems: tuple[tuple[str, str, str], ...] = ()


def find_start(text: str, position: int, pattern: re.Pattern[str] = _START) -> int:
    """Where the next interchange starts at or after `position`, -1 when none does.

    It starts where a segment can: at `position` itself, on a line of its own, or behind a character that is no letter.
    """
    for match in pattern.finditer(text, position):
        at = match.start()
        if at == position or not (text[at - 1].isalnum() or text[at - 1] in " +:"):
            return at
    return -1


def read_header(text: str, start: int) -> Header:
    """The service characters of the interchange that starts at `start`."""
    if not text.startswith("UNA", start):
        return _without_advice(text, start)
    advice = text[start : start + UNA_LENGTH]
    behind = _BEHIND_UNA.match(text, start + UNA_LENGTH)
    if len(advice) == UNA_LENGTH and behind is not None and behind[1] == advice[4]:
        return _judged(text, start, advice, advice[3:], ())
    short = _SHORT_UNA.match(text, start)
    if short is None:
        sentence = (
            f"behind the nine bytes of UNA stands no segment that separates by {advice[4:5]!r}: send UNA, then UNB"
        )
        return Header(advice, None, (("EDI-UNA", "error", sentence),))
    signs = short[1]
    advice = text[start : start + 3 + len(signs)]
    # One of six is left out: the reserved one, or the terminator of the standard ones.
    repaired = ":+.? '" if signs == ":+.? " else signs[:4] + " " + signs[4]
    sentence = f"{advice!r} is not nine bytes: its characters were read as {repaired!r}; send `UNA` and six characters"
    return _judged(text, start, advice, repaired, (("UCI-22", "warning", sentence),))


def _without_advice(text: str, start: int) -> Header:
    sign = text[start + 3 : start + 4]
    if sign == STANDARD.element:
        ended = _LINE_ENDED.match(text, start, start + LINE_WINDOW)
        marks = STANDARD if ended is None else msgspec.structs.replace(STANDARD, segment=ended[1][0])
        sentence = (
            f"no segment ends with {STANDARD.segment!r}, each stands on a line: lines were read as segments; send UNA"
        )
        problems = () if ended is None else (("UCI-22", "warning", sentence),)
        return Header("", _with_repetition(text, start, marks, "*"), problems)
    if sign == LEVEL_B.element:
        return Header("", LEVEL_B)
    sentence = f"the interchange separates by {sign!r} but sends no UNA that says so: send UNA before UNB"
    return Header("", None, (("EDI-UNA", "error", sentence),))


def _judged(text: str, start: int, advice: str, signs: str, problems: tuple[tuple[str, str, str], ...]) -> Header:
    component, element, decimal, release, reserved, terminator = tuple(signs)
    marks = Delimiters(component, element, decimal, "" if release == " " else release, "", terminator)
    begin = start + len(advice)
    used = component + element + marks.release + terminator
    blank = any(sign in BLANKS for sign in component + element + marks.release) or terminator == " "
    wrong = blank or len({*used}) != len(used) or any(sign.isalnum() for sign in used)
    if wrong:
        sentence = f"the service characters {signs!r} of UNA must differ and be no letters, digits or blanks"
        return Header(advice, None, (*problems, ("EDI-UNA", "error", sentence)))
    return Header(advice, _with_repetition(text, begin, marks, reserved), problems)


def _with_repetition(text: str, begin: int, marks: Delimiters, sign: str) -> Delimiters:
    """Only syntax version 4 repeats with a character of its own; which version it is stands in UNB (or nowhere)."""
    unb = text[begin : begin + 40].lstrip(BLANKS)
    version = _VERSION.match(unb, 4) if unb.startswith("UNB") else None
    is_fourth = version is not None and version[1] == marks.component and version[2] == "4"
    if not is_fourth or sign in marks.all or sign.isspace() or sign.isalnum():
        return marks
    return msgspec.structs.replace(marks, repetition=sign)
