"""Ports of this machine alone, for engines and for what is tried out beside them."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def free_ports(names: tuple[str, ...]) -> dict[str, int]:
    """A free port a name, as far as one can know; all held at once so that they differ."""
    held = []
    for _ in names:
        listener = socket.socket()
        listener.bind((HOST, 0))
        held.append(listener)
    ports = {name: listener.getsockname()[1] for name, listener in zip(names, held, strict=True)}
    for listener in held:
        listener.close()
    return ports
