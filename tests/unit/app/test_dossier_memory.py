"""What only grows is kept apart, the newest in front, so that an update leaves the end of the row as it was."""

from __future__ import annotations

import pytest

from crossdock.app.fold.dossier import ENTRY_BYTES, DossierState, memorize, pack, unpack


def entries(first: int, count: int) -> bytes:
    return b"".join(number.to_bytes(ENTRY_BYTES, "big") for number in range(first, first + count))


def test_a_state_comes_back_whole_from_state_and_memory() -> None:
    state = DossierState(next_seq=7, held=[3], aliases={5: "WH-1/1"}, seen=entries(0, 3), emitted=entries(100, 2))
    assert unpack(pack(state), memorize(b"", state.seen, state.emitted)) == state


def test_new_entries_stand_in_front_of_unchanged_memory_and_keep_their_order() -> None:
    state = DossierState(seen=entries(0, 3), emitted=entries(100, 1))
    before = memorize(b"", state.seen, state.emitted)
    state.seen += entries(3, 2)
    state.emitted += entries(101, 2)
    after = memorize(before, entries(3, 2), entries(101, 2))
    assert after.endswith(before)
    assert unpack(pack(state), after) == state


def test_nothing_new_leaves_memory_as_it_is() -> None:
    memory = memorize(b"", entries(0, 3), b"")
    assert memorize(memory, b"", b"") == memory


@pytest.mark.parametrize(("facts", "effects"), [(255, 255), (256, 0), (0, 600), (1000, 3)])
def test_many_entries_at_once_are_all_remembered(facts: int, effects: int) -> None:
    state = DossierState(seen=entries(0, facts), emitted=entries(5000, effects))
    assert unpack(pack(state), memorize(b"", state.seen, state.emitted)) == state


def test_the_changing_part_holds_no_entry() -> None:
    assert len(pack(DossierState(seen=entries(0, 50), emitted=entries(0, 50)))) == len(pack(DossierState()))
