"""When a file may be taken: it has stood still between two looks, so that one still being written is left alone."""

from __future__ import annotations

from collections.abc import Mapping

# Size in bytes and time of change, in whatever unit the place counts it: only equality and order are asked of it.
Stamp = tuple[int, int]


class Ripeness:
    """What a place looked like at the look before; one a place and process."""

    def __init__(self, files_max: int) -> None:
        self._files_max = files_max
        self._seen: Mapping[str, Stamp] = {}

    def ripe(self, looked: Mapping[str, Stamp]) -> list[str]:
        """The names that have not changed since the last look that gave none, oldest first, at most `files_max`.

        A look that gave some is followed by the next at once, and standing still for no time proves nothing: so what
        is new then is first seen by the look that gives none, after which there is a rest.
        """
        still = {name: stamp for name, stamp in looked.items() if self._seen.get(name) == stamp}
        self._seen = still or dict(looked)
        return sorted(still, key=lambda name: (still[name][1], name))[: self._files_max]

    def forget(self, name: str) -> None:
        """It was moved away, or is not what it seemed: under this name it is looked at anew."""
        self._seen = {one: stamp for one, stamp in self._seen.items() if one != name}
