"""Deterministic damage for the smoke: the same target and seeds give the same inputs on every machine."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

SPLICE_MAX = 120
EVERYWHERE = (
    *(b"", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc3", b"\r\n", b"\n\n", b" ", b"-", b"9" * 40, b"1e999", b"NaN"),
    *(b"0", b"-0", b"\xef\xbb\xbf", b"\\ud800", b"%", b"\x1a", b"A" * 300, b"2026-13-41", b"20260230", b"\xe2\x80\xae"),
)


def damaged(name: str, seeds: Sequence[bytes], tokens: Sequence[bytes], count: int) -> Iterator[bytes]:
    """`count` inputs made of these seeds by one to five edits each."""
    dice = random.Random(name)
    words = (*EVERYWHERE, *tokens)
    for _ in range(count):
        body = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 5)):
            _edit(body, dice, words, seeds)
        yield bytes(body)


def _edit(body: bytearray, dice: random.Random, words: Sequence[bytes], seeds: Sequence[bytes]) -> None:
    at = dice.randint(0, len(body))
    match dice.randrange(7):
        case 0:
            body[at:at] = dice.choice(words)
        case 1:
            del body[at : at + dice.randint(1, 40)]
        case 2:
            body[at : at + 1] = bytes([dice.randrange(256)])
        case 3:
            body[at : at + dice.randint(1, 12)] = dice.choice(words)
        case 4:
            begin = dice.randint(0, len(body))
            body[at:at] = body[begin : begin + dice.randint(1, SPLICE_MAX)]
        case 5:
            other = dice.choice(seeds)
            begin = dice.randint(0, len(other))
            body[at:at] = other[begin : begin + dice.randint(1, SPLICE_MAX)]
        case _:
            del body[at:]
