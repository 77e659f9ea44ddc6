"""Which machines there are, who listens to what, and how their states are packed. Built once, immutable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

import msgspec

from crossdock.process.machine import Machine

AnyMachine = Machine[msgspec.Struct]

_pack = msgspec.msgpack.Encoder()


S = TypeVar("S", bound=msgspec.Struct)


def erased(machine: Machine[S]) -> AnyMachine:
    """The machine without its state's type, to stand among others.

    The registry keeps the promise the types cannot express: a machine is only ever given a state it made itself.
    """
    return cast("AnyMachine", machine)


class Registry:
    """The machines of one kind of dossier, in the order they are offered facts."""

    def __init__(self, machines: Sequence[AnyMachine]) -> None:
        self._machines = {machine.name: machine for machine in machines}
        self._decoders = {machine.name: msgspec.msgpack.Decoder(machine.state_type) for machine in machines}
        listeners: dict[str, tuple[AnyMachine, ...]] = {}
        for machine in machines:
            for trigger in sorted(machine.listens):
                listeners[trigger] = (*listeners.get(trigger, ()), machine)
        self._listeners = listeners

    @property
    def machines(self) -> tuple[AnyMachine, ...]:
        """All of them, in the order they are offered facts."""
        return tuple(self._machines.values())

    def listeners(self, trigger: str) -> tuple[AnyMachine, ...]:
        """Machines that want this trigger, in order."""
        return self._listeners.get(trigger, ())

    def machine(self, name: str) -> AnyMachine:
        """The machine of that name."""
        return self._machines[name]

    def unpack(self, machine: AnyMachine, packed: msgspec.Raw) -> msgspec.Struct:
        """A stored machine state."""
        return self._decoders[machine.name].decode(packed)

    def pack(self, state: msgspec.Struct) -> msgspec.Raw:
        """A machine state as stored."""
        return msgspec.Raw(_pack.encode(state))
