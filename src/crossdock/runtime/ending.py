"""How a command ends that is told to: as after an error, so that what it started is stopped again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

from crossdock.kernel.errors import Permanent

SIGNALLED = "ended by SIGTERM before it was done: start it again"


@contextlib.contextmanager
def orderly_end() -> Iterator[None]:
    """SIGTERM cancels the task this is entered in; a handler set inside takes its place.

    Raises:
        Permanent: it was ended so.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel, SIGNALLED)
    try:
        yield
    except asyncio.CancelledError as cancelled:
        if cancelled.args == (SIGNALLED,):
            raise Permanent(SIGNALLED) from None
        raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
