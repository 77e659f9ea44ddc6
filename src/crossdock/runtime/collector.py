"""How often this process looks for reference cycles while it serves.

A batch makes tens of thousands of objects that live until its commit and form no cycles. With Python's own thresholds
the collector walks them 60 times a batch, and all modules with them now and then: a tenth of the CPU of an event.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects alive more than at the last walk before the young are walked; walks of the young before a walk of the older;
# of the older before all. A full batch has some 90,000 alive at its height and none after it: what is walked in between
# is walked for nothing (7 to 24 µs an event, measured with 20,000).
THRESHOLDS = (200_000, 20, 50)


@contextmanager
def calm_collector() -> Iterator[None]:
    """Set aside what the process is made of, and look for cycles among the rest seldom; put back at the end.

    What somebody around us set aside already stays theirs to put back.
    """
    before = gc.get_threshold()
    ours = gc.get_freeze_count() == 0
    if ours:
        gc.collect()
        gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if ours:
            gc.unfreeze()
