"""The verdict on a history can fail: it finds every planted bug, for its own reason, and nothing in a sound hub
(peers.md idea 3.4).
"""

from __future__ import annotations

import pytest

from tests.unit.app.planted import PLANTS, SOUND, verdict

# What the verdict must say of each; that it says something would be true of a plant that breaks the test itself.
SAID = {
    "late status wins": "another end when backwards",
    "lost timer": "nobody noticed that the carrier left",
    "acknowledged before commit": "another end when said twice",
    "retraction ignored": "a delivery that was taken back stands",
    "double posting": "post_goods_issue: {'HO-GB-77': 2, 'HO-NL-3391': 2}",
    "accrual twice": "post_freight_accrual: {'1180.00': 2}",
    "credit ignored": "a claim less its credit agrees, and is not approved once",
    "duplicate invoice accepted": "a claim twice is no case",
    "rounding by float": "request_invoice: {'3199.99': 1, '6464.99': 1}",
    "customs released before declared": "released before it was declared",
    "return counted twice": "more came back than left",
    "snapshot ignores its watermark": "105 in stock, 55 lie there",
}
# These are wrong in so many places that nobody can say which will be named besides.
FELT_EVERYWHERE = ("late status wins", "acknowledged before commit")


async def test_a_sound_hub_has_nothing_wrong_with_it() -> None:
    assert await verdict(SOUND) == []


@pytest.mark.parametrize("name", PLANTS)
async def test_every_planted_bug_is_found_for_its_own_reason(name: str) -> None:
    found = await verdict(PLANTS[name])
    assert SAID[name] in found
    assert name in FELT_EVERYWHERE or found == [SAID[name]]


def test_there_are_twelve() -> None:
    assert len(PLANTS) == 12
    assert SAID.keys() == PLANTS.keys()
