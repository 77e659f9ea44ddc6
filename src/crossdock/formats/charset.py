"""Bytes to text and back without losing one, and text offsets to byte offsets.

Only character sets that map back to the same bytes are taken; what does not decode is a fault at its byte.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

import msgspec

from crossdock.formats.reading import Fault, refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CHARSETS = frozenset(
    [
        "ascii", "utf-8", "utf-16-le", "utf-16-be", "latin-1", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9",
        "iso8859-15", "cp437", "cp500", "cp037", "cp850", "cp852", "cp1140", "cp1250", "cp1251", "cp1252", "cp1253",
        "cp1254", "cp1257",
    ]
)  # fmt: skip
_STRIDE = 4096
_SAME = {"iso8859-1": "latin-1", "utf-8-sig": "utf-8", "utf-16": "utf-16-le"}


class Text(msgspec.Struct, dict=True):
    """The text of a message. `mark` is the byte order mark it began with, `charset` one of `CHARSETS`."""

    text: str
    charset: str
    mark: bytes = b""

    @cached_property
    def _step(self) -> int:
        """Bytes a character, 0 where characters differ."""
        if self.charset == "utf-8":
            return 1 if self.text.isascii() else 0
        return 0 if self.charset.startswith("utf-16") else 1

    @cached_property
    def _marks(self) -> list[int]:
        """The byte at every `_STRIDE`th character, so that no question counts from the beginning."""
        sizes = (len(self.text[at : at + _STRIDE].encode(self.charset)) for at in range(0, len(self.text) + 1, _STRIDE))
        return list(accumulate(sizes, initial=len(self.mark)))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def byte(self, offset: int) -> int:
        """The byte of the message where the character at `offset` starts."""
        if self._step:
            return len(self.mark) + offset
        nearest = offset // _STRIDE
        return self._marks[nearest] + len(self.text[nearest * _STRIDE : offset].encode(self.charset))

    def line(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset`, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def encoded(self, text: str) -> bytes:
        """This text as a message in the same character set, with the same mark.

        Raises:
            UnicodeEncodeError: it holds what the character set does not.
        """
        return self.mark + text.encode(self.charset)


def charset_named(name: str) -> str:
    """Our name of a character set, empty when it is none we read."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    known = _SAME.get(known, known)
    return known if known in CHARSETS else ""


def marked(body: bytes) -> tuple[bytes, str]:
    """The byte order mark a message begins with and the character set it announces; both empty without one."""
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return mark, charset
    return b"", ""


def decoded(body: bytes, charset: str, code: str) -> Text | Fault:
    """The text of a message in this character set; a byte order mark wins over what was declared.

    Args:
        code: the fault's, when it does not decode.
    """
    mark, announced = marked(body)
    known = announced or charset_named(charset)
    if not known:
        return refused(code, f"{charset[:40]!r} is no character set that is read here: declare one of {_listed()}")
    try:
        text = body[len(mark) :].decode(known)
    except UnicodeDecodeError as error:
        at = len(mark) + error.start
        shown = body[at : at + 1].hex()
        detail = f"byte 0x{shown} is not {known}: declare the character set that was used, or send {known}"
        return refused(code, detail, at, max(error.end - error.start, 1))
    return Text(text, known, mark)


def _listed() -> str:
    return ", ".join(sorted(CHARSETS))
