"""What ACK remembers."""

from __future__ import annotations

import msgspec

NOTHING, AWAITED, OVERDUE = "", "AWAITED", "OVERDUE"


class Acknowledgments(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Documents sent for one order or load, by `<partner>|<control number>`.

    `awaited` have no answer yet, `overdue` are those of them whose time is over. `answered` are the latest answers:
    a partner's clock may put an answer before the document it answers. Each holds at most 200, oldest first.
    """

    awaited: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
