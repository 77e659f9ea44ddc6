"""What `why` and `show` print for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from crossdock.app.headline import TileView
    from crossdock.app.history import Past
    from crossdock.app.measuring import KpiView
    from crossdock.app.why import Answer, Reason


DEFAULT = "default"
GRADES = {"quiet": "dim", "good": "green", "watch": "yellow", "act": "red", "stop": "bold red"}


def print_answer(answer: Answer) -> int:
    """The value now, then each decision: when, who said what, the rule, what changed, what was passed over."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(answer.ident)}[/]  why {escape(answer.field)}, by policy {escape(answer.policy)}")
    for path, value in answer.value.items():
        console.print(f"  {escape(path)} = [bold]{escape(str(value))}[/]")
    for reason in answer.reasons:
        _print_reason(console, reason)
    if answer.claims:
        console.print("[dim]said, and not followed:[/]")
    for claim in answer.claims:
        said = claim.said
        console.print(
            f"  {said.occurred:%Y-%m-%d %H:%M:%S}  {escape(said.by)}  {escape(said.type)}"
            f"  [red]{claim.disposition}[/]  [dim]{escape(claim.reason)}[/]"
        )
    return 0


def _print_reason(console: Console, reason: Reason) -> None:
    said = reason.said
    through = f" → {reason.concluded}" if reason.concluded else ""
    guard = f" because {reason.guard}" if reason.guard else ""
    guard += f" by policy for {reason.scope}" if reason.scope != DEFAULT else ""
    console.print(
        f"{said.occurred:%Y-%m-%d %H:%M:%S}  {escape(said.by)}  {escape(said.type)}{escape(through)}"
        f"  [cyan]{escape(reason.machine)} {escape(reason.rule)}[/]{escape(guard)}  [dim]{escape(said.event)}[/]"
    )
    for change in reason.changes:
        console.print(f"    {escape(change.field)}: {escape(str(change.before))} → {escape(str(change.after))}")
    for row in reason.refused:
        console.print(f"    [dim]not {escape(row.row)} → {escape(row.target)}: {escape(row.because)}[/]")
    for effect in reason.led_to:
        console.print(f"    [dim]led to {escape(effect)}[/]")


def print_past(past: Past) -> int:
    """Headlines, processes, timers and cases at one moment."""
    console = Console(highlight=False, soft_wrap=True)
    clocks = (("as known", past.moment.known), ("as true", past.moment.true))
    when = ", ".join(f"{name} at {at:%Y-%m-%d %H:%M:%S}Z" for name, at in clocks if at is not None) or "now"
    console.print(f"[bold]{escape(past.ident)}[/]  {when}  [dim]{past.facts} of {past.of} facts[/]")
    if past.business is not None:
        _print_tile(console, "order", past.business.order)
        for group, tile in past.business.parts.items():
            _print_tile(console, group, tile)
    for part in filter(None, past.label.split("; ")):
        console.print(f"  {escape(part)}")
    for name, items in (("timers", past.running), ("cases", past.open_cases)):
        if items:
            console.print(f"  [dim]{name}:[/] {escape(', '.join(items))}")
    return 0


def print_figures(figures: Sequence[KpiView]) -> int:
    """One line a KPI; those nothing counts for are dimmed."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title, side in (("kpi", "left"), ("name", "left"), ("value", "right"), ("p95", "right"), ("of", "right")):
        table.add_column(title, justify="right" if side == "right" else "left")
    for figure in figures:
        value, p95 = (
            f"{number:,.2f} {figure.unit}" if number is not None else "" for number in (figure.value, figure.p95)
        )
        style = "" if figure.count else "dim"
        table.add_row(figure.kpi, figure.name, value, p95, str(figure.count), style=style)
    Console(highlight=False).print(table)
    return 0


def _print_tile(console: Console, name: str, tile: TileView) -> None:
    facets = " · ".join(
        f"{facet.label}{f' ({facet.detail})' if facet.detail else ''}"
        for facet in (tile.flow, tile.compliance, tile.money, tile.sync)
    )
    console.print(f"  [{GRADES[tile.grade]}]{tile.grade:<5}[/]  {escape(name)}: {escape(facets)}")
