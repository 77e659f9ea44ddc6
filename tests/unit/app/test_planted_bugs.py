"""The verdict on a history can fail: it finds every planted bug and nothing in a sound hub (peers.md idea 3.4)."""

from __future__ import annotations

import pytest

from tests.unit.app.planted import PLANTS, SOUND, verdict


async def test_a_sound_hub_has_nothing_wrong_with_it() -> None:
    assert await verdict(SOUND) == []


@pytest.mark.parametrize("name", PLANTS)
async def test_every_planted_bug_is_found(name: str) -> None:
    assert await verdict(PLANTS[name])


def test_there_are_twelve() -> None:
    assert len(PLANTS) == 12
