"""When a file may be taken: it has stood still for two looks, so that one still being written is left alone."""

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
        """The names that have not changed since the look before, oldest first, at most `files_max`."""
        names = [name for name, stamp in looked.items() if self._seen.get(name) == stamp]
        self._seen = dict(looked)
        names.sort(key=lambda name: (looked[name][1], name))
        return names[: self._files_max]

    def forget(self, name: str) -> None:
        """It was moved away: a file that comes under this name later is a new one."""
        self._seen = {one: stamp for one, stamp in self._seen.items() if one != name}
