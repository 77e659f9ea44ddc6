"""When a file may be taken: it has stood still between two looks, so that one still being written is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Size in bytes and time of change, in whatever unit the place counts it: only equality and order are asked of it.
Stamp = tuple[int, int]


class Ripeness:
    """What a place looked like at the look before; one a place and process.

    A look gives at most `files_max` files of together `bytes_max`, because all of them are in memory at once; one file
    is given whatever its size.
    """

    def __init__(self, files_max: int, bytes_max: int) -> None:
        self._files_max = files_max
        self._bytes_max = bytes_max
        self._seen: Mapping[str, Stamp] = {}
        self._given: frozenset[str] = frozenset()
        self._failed: frozenset[str] = frozenset()

    def ripe(self, looked: Mapping[str, Stamp]) -> list[str]:
        """The names that have not changed since the last look that gave none, oldest first.

        A look that gave some is followed by the next at once, and standing still for no time proves nothing: so what
        is new then is first seen by the look that gives none, after which there is a rest. One that gives only what was
        given before and not moved away counts as none: a file that cannot be moved must not keep others from ripening,
        and comes after them; one that could not be read comes last of all.
        """
        self._failed &= looked.keys()
        still = {name: stamp for name, stamp in looked.items() if self._seen.get(name) == stamp}
        stuck = self._given & still.keys()
        self._seen = still if len(still) > len(stuck) else dict(looked)
        names = self._bounded(still, sorted(still, key=lambda name: (*self._late(name, stuck), still[name][1], name)))
        self._given = frozenset(names)
        return names

    def forget(self, name: str) -> None:
        """It was moved away, or is not what it seemed: under this name it is looked at anew."""
        self._seen = {one: stamp for one, stamp in self._seen.items() if one != name}
        self._given -= {name}
        self._failed -= {name}

    def failed(self, name: str) -> None:
        """It could not be read: others go first from now on, for it may fail for ever, and take the line with it."""
        self._failed |= {name}

    def _late(self, name: str, stuck: frozenset[str]) -> tuple[bool, bool]:
        return name in self._failed, name in stuck

    def _bounded(self, stamps: Mapping[str, Stamp], names: Sequence[str]) -> list[str]:
        left = self._bytes_max
        given: list[str] = []
        for name in names[: self._files_max]:
            left -= stamps[name][0]
            if left < 0 and given:
                break
            given.append(name)
        return given
