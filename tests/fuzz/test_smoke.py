"""Every fuzz target over its seeds and some damage, the same every time; `make fuzz` goes on from here."""

from __future__ import annotations

import pytest

from tests.fuzz.mutations import damaged
from tests.fuzz.targets import TARGETS

SEEDS_MAX = 12
DAMAGED = 60
SLACK = 10.0


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_a_reader_a_decoder_or_a_door(name: str) -> None:
    target = TARGETS[name]
    seeds = sorted(target.seeds(), key=len)
    chosen = seeds[:: max(1, len(seeds) // SEEDS_MAX)]
    for body in (b"", *chosen, *damaged(name, chosen, target.tokens, DAMAGED)):
        try:
            target.run(body, SLACK)
        except Exception as error:  # noqa: BLE001  (whatever it is, it must not be, and is told with its input)
            pytest.fail(f"{name} {type(error).__name__}: {error}\n{body[:2000]!r}")
