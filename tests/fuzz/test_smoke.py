"""Every fuzz target over its seeds and some damage, the same every time; `make fuzz` goes on from here."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crossdock.mediation.opening import open_message
from tests.fuzz.mutations import damaged
from tests.fuzz.targets import TARGETS

SEEDS_MAX = 12
DAMAGED = 60
SLACK = 10.0


def chosen_of(seeds: Sequence[bytes]) -> list[bytes]:
    """Some of every size, and the smallest of each document type: no map is left to chance."""
    ordered = sorted(seeds, key=len)
    smallest: dict[str, bytes] = {}
    for body in ordered:
        opened = open_message(body)
        for piece in opened.pieces:
            smallest.setdefault(opened.kind(piece), body)
    spread = ordered[:: max(1, len(ordered) // SEEDS_MAX)]
    return list(dict.fromkeys([*spread, *smallest.values()]))


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_a_reader_a_decoder_or_a_door(name: str) -> None:
    target = TARGETS[name]
    chosen = chosen_of(target.seeds())
    for body in (b"", *chosen, *damaged(name, chosen, target.tokens, DAMAGED)):
        try:
            target.run(body, SLACK)
        except Exception as error:  # noqa: BLE001  (whatever it is, it must not be, and is told with its input)
            pytest.fail(f"{name} {type(error).__name__}: {error}\n{body[:2000]!r}")
