"""The demo as people see it while it runs: flow of each system, lag, retries, open cases."""

from __future__ import annotations

from rich.console import Console
from rich.live import Live
from rich.table import Table

from crossdock.demo.enterprise import Flow, Status
from crossdock.demo.reader import Pulse

PLAIN_EVERY = 5


class Progress:
    """Draws a table in place on a terminal, and prints a line every fifth time elsewhere."""

    def __init__(self, console: Console, orders: int) -> None:
        self._console = console
        self._orders = orders
        self._count = 0
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None

    def __enter__(self) -> Progress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, seconds: float, status: Status, pulse: Pulse, kills: int) -> None:
        """Draw the state of things."""
        self._count += 1
        if self._live is not None:
            self._live.update(table(seconds, self._orders, status, pulse, kills), refresh=True)
        elif self._count % PLAIN_EVERY == 1:
            hub = (
                f"{pulse.open_commands} commands open  {pulse.waiting} waiting  {pulse.open_cases} cases  {kills} kills"
            )
            said = sum(flow.said for flow in status.flows.values())
            self._console.print(
                f"{seconds:6.0f} s  {status.orders}/{self._orders} orders  {said} messages  {status.pending} under way"
                f"  {hub}",
                soft_wrap=True,
            )


def table(seconds: float, orders: int, status: Status, pulse: Pulse, kills: int) -> Table:
    """One row a system, the hub in the caption."""
    grid = Table(title=f"Crossdock demo · {status.orders}/{orders} orders · {seconds:.0f} s", title_justify="left")
    for name in ("system", "said", "calls taken", "retries", "throttled", "answers repeated", "under way"):
        grid.add_column(name, justify="left" if name == "system" else "right")
    for peer, flow in status.flows.items():
        grid.add_row(peer, *_cells(flow))
    grid.caption = (
        f"hub: {pulse.open_commands} commands open · {pulse.waiting} facts waiting · {pulse.open_cases} cases open"
        f" · {kills} kills"
    )
    return grid


def _cells(flow: Flow) -> tuple[str, ...]:
    numbers = (flow.said, flow.calls, flow.retries, flow.throttled, flow.replays, flow.pending)
    return tuple(str(number) for number in numbers)
