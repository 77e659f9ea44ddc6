"""Plans of repairs as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crossdock.app.queries import Page
from crossdock.ports.repair import Command, Item, Outcome, Plan

LINES_MAX = 12


def print_plans(plans: Sequence[Plan]) -> int:
    """One line a plan."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("plan", "state", "orders", "applied", "refused", "by", "approved", "selects", "why"):
        table.add_column(title, no_wrap=title in ("plan", "state"))
    for one in plans:
        counts = one.counts
        numbers = (str(counts.planned), str(counts.applied), str(counts.refused))
        words = (one.proposer, one.approver, one.selection.words, one.reason)
        table.add_row(one.id, one.state, *numbers, *(escape(word) for word in words))
    Console(highlight=False).print(table if plans else "there is no plan")
    return 0


def print_plan(plan: Plan, items: Page[Item]) -> int:
    """A plan whole, each order with what becomes of it."""
    console, counts = Console(highlight=False), plan.counts
    console.print(f"[bold]{plan.id}[/] {plan.state}  {escape(plan.selection.words)}")
    console.print(f"  by {escape(plan.proposer)}: {escape(plan.reason)}")
    if plan.approver:
        console.print(f"  approved by {escape(plan.approver)} {plan.approved:%Y-%m-%d %H:%M}Z")
    words = f"{counts.looked} looked at, {counts.planned} change, {counts.broken} cannot be folded"
    console.print(f"  {words}; {counts.applied} applied, {counts.refused} refused")
    moved = ", ".join(f"{amount} {currency}" for currency, amount in plan.money.items())
    console.print(f"  money that goes out: {moved or 'none'}")
    for item in items.items:
        console.print(f"\n[bold]{escape(item.ident)}[/] {item.state} {escape(item.detail)}")
        if item.outcome is not None:
            for line in _lines(item.outcome):
                console.print(f"  {line}")
    if items.next:
        console.print("\n[dim]more orders follow: read them with --json or in the console[/]")
    return 0


def _lines(outcome: Outcome) -> Iterable[str]:
    yield from _some("reads   ", outcome.facts)
    yield from _some("sends   ", map(_sent, outcome.out), "green")
    if outcome.repeated:
        yield f"[dim]keeps    {outcome.repeated} commands that went out before[/]"
    yield from _some(
        "other   ", (f"{_sent(one)} went out saying something else" for one in outcome.suppressed), "yellow"
    )
    yield from _some("undue   ", (f"{_sent(one)} went out and would not today" for one in outcome.unasked), "yellow")
    changes = (f"{one.field}: {one.before!r:.60} → {one.after!r:.60}" for one in outcome.changes)
    yield from _some("changes ", changes)
    timers = (f"{one.name} {one.scope}: {one.before or 'none'} → {one.after or 'none'}" for one in outcome.timers)
    yield from _some("timer   ", timers)
    cases = (f"{'opens' if one.opened else 'closes'} {one.code} {one.subject}: {one.detail}" for one in outcome.cases)
    yield from _some("case    ", cases)
    yield from _some("calls   ", outcome.dispositions)


def _some(title: str, lines: Iterable[str], style: str = "") -> Iterable[str]:
    found = list(lines)
    for line in found[:LINES_MAX]:
        text = escape(line)
        yield f"[dim]{title}[/] [{style}]{text}[/]" if style else f"[dim]{title}[/] {text}"
    if len(found) > LINES_MAX:
        yield f"[dim]{title} and {len(found) - LINES_MAX} more[/]"


def _sent(one: Command) -> str:
    amount = f" {one.amount} {one.currency}" if one.currency else ""
    return f"{one.key} to {one.partner or 'nobody'}{amount}"
