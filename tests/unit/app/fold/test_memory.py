"""What is kept unpacked is used for the very state the store holds, once, and is bounded."""

from __future__ import annotations

from crossdock.app.fold.dossier import DossierState, pack
from crossdock.app.fold.memory import KEPT_MAX, Memory, Unpacked
from crossdock.app.fold.tail import Tail


def unpacked(seq: int) -> Unpacked:
    state = DossierState(next_seq=seq)
    return Unpacked(pack(state), state, {}, Tail())


def test_the_very_bytes_that_were_packed_are_not_unpacked_again() -> None:
    memory, kept = Memory(), unpacked(5)
    memory.keep(1, kept)
    assert memory.take(1, bytes(bytearray(kept.packed))) is kept


def test_a_state_another_worker_wrote_is_unpacked() -> None:
    memory = Memory()
    memory.keep(1, unpacked(5))
    assert memory.take(1, unpacked(6).packed) is None
    assert memory.take(1, unpacked(5).packed) is None, "what was found out of date is gone"


def test_what_is_taken_is_gone_so_that_a_batch_that_fails_leaves_nothing_half_changed() -> None:
    memory, kept = Memory(), unpacked(5)
    memory.keep(1, kept)
    assert memory.take(1, kept.packed) is kept
    assert memory.take(1, kept.packed) is None


def test_the_dossier_not_folded_for_longest_goes_first() -> None:
    memory = Memory()
    for dossier in range(KEPT_MAX):
        memory.keep(dossier, unpacked(dossier + 1))
    memory.keep(0, unpacked(1))
    memory.keep(KEPT_MAX, unpacked(7))
    assert memory.take(1, unpacked(2).packed) is None
    assert memory.take(0, unpacked(1).packed) is not None
