"""Hosts of a run: network namespaces on one bridge, each with an address and a cable of its own that can be pulled.

All of it lies in a network and a mount namespace of the run: it meets no network of the machine, and nothing of it is
left, whatever becomes of the run. The run itself stands at the bridge, with the partners and the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crossdock.demo.cluster.apart import Own, stand_apart, told
from crossdock.runtime.engines.loopback import HOST
from crossdock.runtime.engines.station import HERE, Station

NAMED = Path("/run/netns")
YARD, CABLE = "yard", "cable-{}"
# A network for private use (RFC 1918); who it meets is only what we put there.
NET, BITS, FIRST = "10.77.0", 24, 10


class Hosts:
    """The hosts by name; without any, everything stands on this machine. `outside` is where the run itself is."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.outside = f"{NET}.1" if names else HOST
        self._numbers = {name: number for number, name in enumerate(names, FIRST)}

    @property
    def names(self) -> list[str]:
        """All of them."""
        return list(self._numbers)

    @property
    def stations(self) -> dict[str, Station]:
        """Where who stands."""
        return {name: self.station(name) for name in self._numbers}

    def station(self, name: str) -> Station:
        """Where this one stands: on its host, if it has one."""
        if name not in self._numbers:
            return HERE
        return Station(f"{NET}.{self._numbers[name]}", str(NAMED / name))

    async def open(self) -> None:
        """Make them, if there are any. From here on this process lives in a network of its own: it cannot go back.

        Raises:
            Permanent: the system does not let us, or a program for it is missing.
        """
        if not self._numbers:
            return
        await stand_apart(Own.NETWORK | Own.MOUNTS)
        # On a file system of this run, so that no name is left in the machine's own.
        await told("mkdir", "-p", str(NAMED))
        await told("mount", "-t", "tmpfs", "hosts", str(NAMED))
        await told("ip", "link", "set", "lo", "up")
        await told("ip", "link", "add", YARD, "type", "bridge")
        await told("ip", "address", "add", f"{self.outside}/{BITS}", "dev", YARD)
        await told("ip", "link", "set", YARD, "up")
        for name in self._numbers:
            await self._add(name)

    async def pull(self, name: str) -> None:
        """Pull this host's cable: whoever talks to it hears nothing at all, not even that it is gone."""
        await told("ip", "link", "set", self._cable(name), "down")

    async def plug(self, name: str) -> None:
        """Put it back."""
        await told("ip", "link", "set", self._cable(name), "up")

    def _cable(self, name: str) -> str:
        return CABLE.format(self._numbers[name])

    async def _add(self, name: str) -> None:
        cable, address = self._cable(name), self.station(name).address
        await told("ip", "netns", "add", name)
        await told("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        await told("ip", "link", "set", cable, "master", YARD, "up")
        await told("ip", "-n", name, "address", "add", f"{address}/{BITS}", "dev", "eth0")
        for device in ("lo", "eth0"):
            await told("ip", "-n", name, "link", "set", device, "up")
