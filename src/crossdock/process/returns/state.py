"""What RET remembers of a return. Quantities are millionths by order line; receipts are kept by their number."""

from __future__ import annotations

from crossdock.canonical.events.returns import ReturnLine
from crossdock.process.step import Instance


class ReturnState(Instance, frozen=True, array_like=True, gc=False):
    """One return.

    Attributes:
        rma, rev: the ERP's authorisation. `window_us`: until when the goods may come.
        warehouse: where they are expected. `tracking`: labels issued.
        to_sender: undeliverable or refused goods that come back without an authorisation.
        authorised: what may come back. `receipts`: what came, `disposed`: what was decided on, by receipt.
        conditions: what receipts said of a line's condition, by `receipt|line`.
        receipt, contents: what came unannounced, until somebody authorises it.
        over: nothing may come any more, the window has closed.
        credits: credit notes. `unposted`: receipts the ERP was asked to book and has not answered.
    """

    rma: str = ""
    rev: int = 0
    window_us: int = 0
    warehouse: str = ""
    tracking: tuple[str, ...] = ()
    to_sender: bool = False
    authorised: dict[str, int] = {}
    receipts: dict[str, dict[str, int]] = {}
    disposed: dict[str, dict[str, int]] = {}
    conditions: dict[str, str] = {}
    receipt: str = ""
    contents: tuple[ReturnLine, ...] = ()
    credits: tuple[str, ...] = ()
    unposted: tuple[str, ...] = ()
    over: bool = False

    def received(self, line: str) -> int:
        """What came of a line, whatever was authorised."""
        return sum([lines.get(line, 0) for lines in self.receipts.values()])

    @property
    def complete(self) -> bool:
        """Whether everything authorised has come."""
        return all(self.received(line) >= amount for line, amount in self.authorised.items())

    @property
    def accepted(self) -> int:
        """What is to be credited of what was decided on: never more than was authorised."""
        total = 0
        for line, amount in self.authorised.items():
            total += min(sum(lines.get(line, 0) for lines in self.disposed.values()), amount)
        return total
