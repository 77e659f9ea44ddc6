"""Text without loss: every character set that is read gives back its bytes, and every offset its byte and line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.charset import CHARSETS, Text, charset_named, decoded
from crossdock.formats.reading import Fault


@pytest.mark.parametrize("charset", sorted(CHARSETS))
def test_every_character_set_gives_back_the_bytes_it_takes(charset: str) -> None:
    assert charset_named(charset) == charset
    for number in range(256):
        body = bytes([number, number])
        text = decoded(body, charset, "X")
        assert isinstance(text, Fault) or text.encoded(text.text) == body


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("UTF8", "utf-8"),
        ("ISO-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
        ("utf-7", ""),
        ("x\0", ""),
        ("rot13", ""),
    ],
)
def test_character_sets_are_known_by_any_of_their_names(name: str, ours: str) -> None:
    assert charset_named(name) == ours


@pytest.mark.parametrize(
    ("body", "charset", "at"), [(b"ab\xff", "utf-8", 2), (b"\xef\xbb\xbf\xc3", "ascii", 3), (b"a", "klingon", 0)]
)
def test_what_does_not_decode_is_a_fault_at_its_byte(body: bytes, charset: str, at: int) -> None:
    fault = decoded(body, charset, "X-1")
    assert isinstance(fault, Fault)
    assert (fault.code, fault.place.start) == ("X-1", at)


@given(st.text(max_size=30), st.integers(0, 5000), st.sampled_from([("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"")]))
def test_every_offset_has_its_byte_and_its_line(tail: str, filled: int, how: tuple[str, bytes]) -> None:
    charset, mark = how
    text = Text("ä\n" * filled + tail, charset, mark)
    for offset in (0, len(text.text) // 2, len(text.text)):
        before = text.text[:offset]
        assert text.byte(offset) == len(mark) + len(before.encode(charset))
        assert text.line(offset) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
