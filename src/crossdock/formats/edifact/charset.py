"""Character sets of UNB S001 0001 (edifact-envelope.md §3): which codec reads a value, and what does not belong.

Senders declare one set and send another: the declared one is used where the bytes fit it, else UTF-8 where they are
UTF-8, else Latin-1, and the deviation is told.
"""

from __future__ import annotations

import re

import msgspec

ASCII = "ascii"
UTF_8 = "utf-8"
LATIN_1 = "iso-8859-1"

# Level to codec; the IATA levels are the same subsets under the names of the airlines' interactive services.
CODECS = {
    "UNOA": ASCII,
    "UNOB": ASCII,
    "IATA": ASCII,
    "IATB": ASCII,
    "UNOC": LATIN_1,
    "UNOD": "iso-8859-2",
    "UNOE": "iso-8859-5",
    "UNOF": "iso-8859-7",
    "UNOG": "iso-8859-3",
    "UNOH": "iso-8859-4",
    "UNOI": "iso-8859-6",
    "UNOJ": "iso-8859-8",
    "UNOK": "iso-8859-9",
    "UNOL": "iso-8859-15",
    "UNOW": UTF_8,
    "UNOY": UTF_8,
}

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LEVEL_A = _LETTERS + b"0123456789 .,-()/='+:?!\"%&*;<>"
_PRINTABLE = bytes(range(0x20, 0x7F))
_HIGH = bytes(range(0x80, 0x100))
_LINE = b"\r\n\t"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class Choice(msgspec.Struct, frozen=True):
    """How an interchange's text is read; `sentence` tells what is wrong, empty when nothing is, `at` where it starts.

    `certain` is False when what the text says had to be guessed.
    """

    codec: str
    sentence: str = ""
    at: int = 0
    certain: bool = True
    clean: bool = True


def choose(level: str, text: str, delimiters: str) -> Choice:
    """Judge `text` (one character a byte) of an interchange that declares `level`."""
    body = text.encode(LATIN_1)
    strange = body.translate(None, _repertoire(level) + _LINE + delimiters.encode(LATIN_1))
    codec = CODECS.get(level, ASCII)
    clean = b"\x1f" not in strange and b"\x1e" not in strange
    if text.isascii():
        return _remarked(ASCII, level, text, strange, clean=clean)
    if _decodes(body, codec):
        if codec not in (UTF_8, ASCII) and _decodes(body, UTF_8):
            return Choice(
                UTF_8, f"{level} is declared, the text is UTF-8 and was read so", _first_high(body), clean=clean
            )
        return _remarked(codec, level, text, strange, clean=clean)
    if _decodes(body, UTF_8):
        return Choice(UTF_8, f"{level} cannot hold what is sent: it was read as UTF-8", _first_high(body), clean=clean)
    sentence = f"{level} cannot hold what is sent, and it is no UTF-8: it was read as ISO 8859-1"
    return Choice(LATIN_1, sentence, _first_high(body), certain=codec == ASCII, clean=clean)


def _remarked(codec: str, level: str, text: str, strange: bytes, *, clean: bool) -> Choice:
    if not strange:
        return Choice(codec, clean=clean)
    first = chr(strange[0])
    return Choice(codec, f"{first!r} is not in the character set {level}", text.find(first), clean=clean)


def _repertoire(level: str) -> bytes:
    if level in ("UNOA", "IATA"):
        return _LEVEL_A
    return _PRINTABLE if CODECS.get(level, ASCII) == ASCII else _PRINTABLE + _HIGH


def _decodes(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _first_high(body: bytes) -> int:
    found = _NOT_ASCII.search(body)
    return found.start() if found else 0


def legible(text: str, codec: str) -> str:
    """Text of one character a byte as the characters it means; bytes that mean none become U+FFFD."""
    return text if text.isascii() else text.encode(LATIN_1).decode(codec, "replace")


def is_ambiguous(value: str, level: str) -> bool:
    """Whether the bytes of `value` in `level`, which can hold it, are UTF-8 as well, so that `choose` reads that."""
    codec = CODECS.get(level, ASCII)
    return codec not in (ASCII, UTF_8) and not value.isascii() and _decodes(value.encode(codec), UTF_8)


def refused_sign(value: str, level: str) -> str:
    """The first character of `value` that `level` cannot hold, empty when it can hold all."""
    if level in ("UNOA", "IATA"):
        return next((sign for sign in value if ord(sign) > 0x7E or ord(sign) not in _LEVEL_A), "")
    try:
        value.encode(CODECS.get(level, ASCII))
    except UnicodeEncodeError as error:
        return value[error.start]
    return next((sign for sign in value if sign < " " or "\x7f" <= sign <= "\x9f"), "")
