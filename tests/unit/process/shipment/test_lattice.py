"""The milestone lattice (domain.md §4.2): progress only grows, the same sightings give the same frontier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.milestones import RUNGS, Chain, Milestone
from crossdock.canonical.vocabulary import Role
from crossdock.process.shipment.lattice import SECOND, Sighting, Track, Verdict, Windows, observe

WINDOWS = Windows(merge=15 * 60, conflict=2 * 3600, horizon=14 * 86_400)
MINUTE = 60 * SECOND
RANKED = [milestone for milestone, rung in RUNGS.items() if rung.rank]


def see(
    track: Track, milestone: Milestone, minute: int, *, role: Role = Role.CAR, place: str = "", attempt: int = 0
) -> tuple[Verdict, Track]:
    """One sighting, owned by the TMS."""
    return observe(track, Sighting(milestone, place, minute * MINUTE, role, attempt), Role.TMS, WINDOWS)


def after(*milestones: Milestone) -> Track:
    """A track that has seen these, an hour apart."""
    track = Track()
    for hour, milestone in enumerate(milestones):
        _, track = see(track, milestone, hour * 60)
    return track


def test_a_later_rank_advances_and_an_earlier_one_is_history() -> None:
    """Old scans enrich history and never push the state back."""
    track = after(Milestone.DEPARTED_ORIGIN, Milestone.OUT_FOR_DELIVERY)
    verdict, late = see(track, Milestone.ARRIVED_FACILITY, 30)
    assert verdict is Verdict.HISTORY
    assert late.frontier == track.frontier
    assert len(late.slots) == len(track.slots) + 1


def test_a_repeating_scan_advances_at_another_place_and_later() -> None:
    """Rep: same rank, later time."""
    track = after(Milestone.ARRIVED_FACILITY)
    assert see(track, Milestone.DEPARTED_FACILITY, 40, place="RTM")[0] is Verdict.ADVANCE
    assert see(track, Milestone.DEPARTED_FACILITY, -40, place="RTM")[0] is Verdict.HISTORY


@pytest.mark.parametrize(
    ("minutes", "role", "verdict"),
    [
        (10, Role.CAR, Verdict.CORROBORATION),
        (10, Role.TMS, Verdict.CORROBORATION),
        (60, Role.CAR, Verdict.CORRECTION),
        (60, Role.TMS, Verdict.CORROBORATION),
        (180, Role.TMS, Verdict.CONTRADICTION),
    ],
)
def test_a_filled_slot_is_corroborated_corrected_or_contradicted(minutes: int, role: Role, verdict: Verdict) -> None:
    """Merge window 15 min, conflict window 2 h; the same source corrects itself."""
    assert see(after(Milestone.DEPARTED_ORIGIN), Milestone.DEPARTED_ORIGIN, minutes, role=role)[0] is verdict


def test_the_owners_time_replaces_an_observers() -> None:
    """Beyond the merge window the owner's value wins."""
    _, track = see(after(Milestone.DEPARTED_ORIGIN), Milestone.DEPARTED_ORIGIN, 60, role=Role.TMS)
    assert track.slots["DEPARTED_ORIGIN||1"].at_us == 60 * MINUTE


def test_setting_out_again_opens_the_next_cycle() -> None:
    """DELIVERY_ATTEMPTED closes cycle n; OUT_FOR_DELIVERY opens n+1 and is greater."""
    track = after(Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERY_ATTEMPTED)
    verdict, again = see(track, Milestone.OUT_FOR_DELIVERY, 600)
    assert verdict is Verdict.ADVANCE
    assert (again.cycle, again.frontier[Chain.PHYSICAL].rank) == (2, 80)


def test_the_way_back_freezes_the_physical_chain() -> None:
    """Opening chain R."""
    track = after(Milestone.OUT_FOR_DELIVERY, Milestone.RETURN_STARTED)
    verdict, more = see(track, Milestone.ARRIVED_DELIVERY, 600)
    assert verdict is Verdict.HISTORY
    assert more.frontier == track.frontier


@pytest.mark.parametrize("milestone", [milestone for milestone, rung in RUNGS.items() if not rung.rank])
def test_flags_move_nothing(milestone: Milestone) -> None:
    """ETA, delays and checkpoints are never progress."""
    track = after(Milestone.DEPARTED_ORIGIN)
    assert see(track, milestone, 600) == (Verdict.FLAG, track)


sightings = st.lists(
    st.builds(
        Sighting,
        milestone=st.sampled_from(RANKED),
        place=st.sampled_from(["", "RTM", "LON"]),
        at_us=st.integers(0, 10_000).map(lambda minute: minute * MINUTE),
        role=st.sampled_from([Role.TMS, Role.CAR]),
        attempt=st.sampled_from([0, 0, 1, 2]),
    ),
    max_size=12,
)


def folded(seen: list[Sighting]) -> Track:
    """All of them in canonical order."""
    track = Track()
    for one in sorted(seen, key=lambda one: (one.at_us, one.milestone, one.place, one.role, one.attempt)):
        _, track = observe(track, one, Role.TMS, WINDOWS)
    return track


@given(sightings, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_track(seen: list[Sighting], random: st.random.Random) -> None:  # type: ignore[name-defined]
    """I3 for milestones: what is folded canonically does not depend on what came first."""
    shuffled = list(seen)
    random.shuffle(shuffled)
    assert folded(shuffled) == folded(seen)


@given(sightings)
def test_progress_never_goes_back(seen: list[Sighting]) -> None:
    """I4: component-wise, in whatever order the sightings are taken in."""
    track = Track()
    for one in seen:
        _, after_it = observe(track, one, Role.TMS, WINDOWS)
        for chain, reach in track.frontier.items():
            later = after_it.frontier[chain]
            assert (later.cycle, later.rank) >= (reach.cycle, reach.rank)
        assert after_it.cycle >= track.cycle
        track = after_it


@given(sightings)
def test_told_twice_is_told_once(seen: list[Sighting]) -> None:
    """A sighting repeated at once fills no second slot and moves nothing."""
    track = Track()
    for one in seen:
        _, track = observe(track, one, Role.TMS, WINDOWS)
        verdict, again = observe(track, one, Role.TMS, WINDOWS)
        assert verdict is not Verdict.ADVANCE
        assert again == track
