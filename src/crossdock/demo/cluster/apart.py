"""Mounts and networks of this process alone: whatever becomes of it, nothing of them is left on the machine."""

from __future__ import annotations

import ctypes
import os
from enum import IntFlag

from crossdock.kernel.errors import Permanent
from crossdock.runtime.engines.programs import run


class Own(IntFlag):
    """What is to be its own, as Linux numbers it (sched.h)."""

    MOUNTS = 0x00020000
    NETWORK = 0x40000000


async def stand_apart(own: Own) -> None:
    """From here on this process and its children have these to themselves; it cannot go back.

    To be called by the main thread before it has started others.

    Raises:
        Permanent: the system does not let us; the text says why.
    """
    kernel = ctypes.CDLL(None, use_errno=True)
    if not hasattr(kernel, "unshare"):
        raise Permanent("this system has no namespaces: run it on Linux")
    if kernel.unshare(int(own)) != 0:
        raise Permanent(f"the kernel gives us no namespace of our own ({os.strerror(ctypes.get_errno())}): run as root")
    if Own.MOUNTS in own:
        await told("mount", "--make-rprivate", "/")


async def told(*command: str) -> str:
    """Run a program of the system; what it printed.

    Raises:
        Permanent: it is missing, or failed.
    """
    try:
        return await run(command, None)
    except OSError as error:
        raise Permanent(f"{command[0]} cannot be run ({error.strerror}): install it") from error
