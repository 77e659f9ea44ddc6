"""The end of a dossier's fold, kept so that a fact overtaken by a few others does not fold the whole log again.

The fold is a function of the facts in canonical order: what stands before the overtaken fact gives what it gave. So the
fold goes on from a `Mark` made before it, over the facts behind that mark and the new ones. `app.fold.session` decides
when that is the whole truth, and reads the log when it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from crossdock.app.fold.dossier import OpenedCase, Timer
from crossdock.app.fold.run import Told

# Facts kept behind the marks: an overtaken fact has mostly been passed by one or two others. Of too many, some are
# forgotten at once.
STEPS_MAX = 12
STEPS_LEFT = 6

# Type and ordering key of a command that shows a present state; nothing and the print of what another dossier was told.
Slot = tuple[str, str | int]


class Mark(NamedTuple):
    """Where a fold stood between two facts, with nothing on hold. None of it is ever changed, only replaced.

    `steps` is how many facts of the tail, counted from its beginning, come before it.
    """

    frontier: tuple[int, int, int, int]
    packed: dict[str, msgspec.Raw]
    unpacked: dict[str, msgspec.Struct]
    timers: list[Timer]
    cases: list[OpenedCase]
    aliases: dict[int, str]
    steps: int


class Step(NamedTuple):
    """A fact of the tail as the log has it, and what must follow from the tail again for it to be the whole truth."""

    told: Told
    slots: frozenset[Slot]


class Tail(msgspec.Struct):
    """`plain` as long as nothing in the whole log corrects, retracts or contradicts anything: then order is all that
    counts. `gone` is how many steps have been forgotten."""

    plain: bool = False
    marks: list[Mark] = []
    steps: list[Step] = []
    gone: int = 0

    @property
    def length(self) -> int:
        """How many steps there have been: what a mark made now notes."""
        return self.gone + len(self.steps)

    def clear(self) -> None:
        """Forget everything; the next overtaken fact reads the log."""
        self.gone = self.length
        self.marks.clear()
        self.steps.clear()

    def before(self, told: Told) -> int:
        """The place in `marks` of the last one before this fact, -1 for none."""
        for place in range(len(self.marks) - 1, -1, -1):
            if self.marks[place].frontier < told.where:
                return place
        return -1

    def behind(self, place: int) -> Sequence[Step]:
        """The facts behind this mark, in canonical order."""
        return self.steps[self.marks[place].steps - self.gone :]

    def add(self, told: Sequence[Told], slots: frozenset[Slot]) -> None:
        """Facts folded after all that is here."""
        if not self.marks:
            return
        self.steps += [Step(one, slots) for one in told]
        if len(self.steps) > STEPS_MAX:
            self._forget()

    def replace(self, place: int, told: Sequence[Told], slots: frozenset[Slot]) -> None:
        """What is behind this mark is now this."""
        del self.steps[self.marks[place].steps - self.gone :]
        del self.marks[place + 1 :]
        self.add(told, slots)

    def _forget(self) -> None:
        first = next((mark.steps for mark in self.marks if self.length - mark.steps <= STEPS_LEFT), self.length)
        del self.steps[: first - self.gone]
        self.marks = [mark for mark in self.marks if mark.steps >= first]
        self.gone = first
