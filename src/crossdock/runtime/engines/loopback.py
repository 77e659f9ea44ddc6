"""Ports of this machine alone, for engines and for what is tried out beside them."""

from __future__ import annotations

import atexit
import socket
from contextlib import ExitStack

HOST = "127.0.0.1"

_kept = ExitStack()
atexit.register(_kept.close)


def free_ports(names: tuple[str, ...]) -> dict[str, int]:
    """A free port a name, kept for who was told of it while this process lives.

    A socket bound to it stays, without listening: nobody else on this machine is given that port, neither to listen on
    nor as the near end of a connection, while a server that names it may have it (`SO_REUSEADDR`, which servers set),
    again after each restart. Until there is one, whoever calls there is refused.
    """
    held = [_kept.enter_context(_held()) for _ in names]
    return {name: listener.getsockname()[1] for name, listener in zip(names, held, strict=True)}


def _held() -> socket.socket:
    held = socket.socket()
    # Only after the choice: with it, the choice may fall on a port that is kept the same way for somebody else.
    held.bind((HOST, 0))
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return held
