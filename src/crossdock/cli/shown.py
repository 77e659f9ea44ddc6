"""What a command prints: one JSON document, or text for people. Answers go to stdout, everything else to stderr."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crossdock.app.audit import AuditReport
from crossdock.app.queries import Trace, lines
from crossdock.app.reprocess import Reprocessed
from crossdock.kernel.codec import encode_json
from crossdock.ports.keys import ApiKey
from crossdock.runtime.doctor import Check
from crossdock.runtime.ending import orderly_end

T = TypeVar("T")

OUTCOME_CHARS = 10
NOTE_CHARS_MIN = 40
OUTCOME_COLOURS = {
    "APPLY": "green",
    "RECORD": "cyan",
    "SUPPRESS": "dim",
    "HOLD": "yellow",
    "SUPERSEDE": "dim",
    "REJECT": "red",
    "ESCALATE": "red",
    "QUARANTINE": "bold red",
    "delivered": "green",
    "refused": "red",
}


def finish(work: Coroutine[Any, Any, T], *, fast: bool = False) -> T:
    """Run a command's work to its end, or until SIGTERM; `fast` on uvloop.

    uvloop cannot start a child as another user, which the embedded database needs where we run as root. So only the
    roles, which start no engine, are fast.
    """
    return uvloop.run(_endable(work)) if fast else asyncio.run(_endable(work))


async def _endable(work: Coroutine[Any, Any, T]) -> T:
    with orderly_end():
        return await work


def print_json(value: object) -> int:
    """One JSON document, indented; the exit code for "answered"."""
    text = msgspec.json.format(encode_json(value), indent=2).decode()
    Console(soft_wrap=True, highlight=False, markup=False).print(text)
    return 0


def print_trace(trace: Trace) -> int:
    """The history of one dossier: headline, facts in the order of the world, what each caused below it."""
    console = Console(highlight=False)
    console.print(f"[bold]{escape(trace.ident)}[/]  {escape(trace.label)}")
    others = [ident for ident in trace.identifiers if ident != trace.ident]
    if others:
        console.print(f"[dim]also known as {escape(', '.join(others))}[/]")
    if trace.archived is not None:
        console.print(
            f"[dim]archived on {trace.archived.at:%Y-%m-%d %H:%M}Z, see {escape(trace.archived.place.file)}[/]"
        )
    told = lines(trace)
    who = max((len(line.who) for line in told), default=0)
    for line in told:
        colour = OUTCOME_COLOURS.get(line.outcome.partition(" ")[0], "default")
        head = f"{line.at:%Y-%m-%d %H:%M:%S}  {line.who:{who}}  "
        indent = "  " * line.depth
        console.print(
            f"{escape(head)}[{colour}]{escape(f'{line.outcome:{OUTCOME_CHARS}}')}[/]  {indent}{escape(line.what)}",
            soft_wrap=True,
        )
        margin = " " * (len(head) + OUTCOME_CHARS + 4) + indent
        for part in textwrap.wrap(line.note, max(console.width - len(margin), NOTE_CHARS_MIN)):
            console.print(f"{margin}[dim]{escape(part)}[/]", soft_wrap=True)
    return 0


def print_audit(report: AuditReport) -> int:
    """The verdict, the sums it rests on, and an example of each thing that is wrong."""
    console = Console(highlight=False)
    colour = "green" if report.verdict == "pass" else "bold red"
    again = "" if report.refolded is None else f"; {report.refolded} folded again, {report.different} differ"
    if report.acts is not None:
        again += f"; {report.acts.acts} acts by hand"
        again += f": {report.acts.detail}" if report.acts.broken_at else ""
    console.print(
        f"[{colour}]{report.verdict}[/]: {report.lost} lost, {report.stuck} stuck, {report.doubled} doubled; "
        f"{report.sums.events} events in {report.sums.dossiers} dossiers{again}"
    )
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name, value in msgspec.structs.asdict(report.sums).items():
        parts = value if isinstance(value, Mapping) else {"": value}
        told = ", ".join(f"{count} {part}".strip() for part, count in parts.items() if count)
        table.add_row(name.replace("_", " "), told or "none")
    if report.queued is not None:
        queued = {name.replace("_", " "): count for name, count in msgspec.structs.asdict(report.queued).items()}
        table.add_row("queued", ", ".join(f"{count} {name}" for name, count in queued.items() if count) or "none")
    console.print(table)
    for one in report.discrepancies:
        console.print(f"[red]{one.kind}[/] {escape(one.subject)}: {escape(one.detail)}")
    return 0


def print_reprocessed(done: Reprocessed) -> int:
    """A line a message: what became of it, and what still is wrong; then the cases that are over."""
    console = Console(highlight=False)
    if not done.reruns:
        console.print("nothing to run again: every kept message was used")
    for rerun in done.reruns:
        colour = "green" if rerun.status in ("accepted", "superseded") else "red"
        console.print(
            f"[{colour}]{rerun.status:<10}[/]  {escape(rerun.original)}  {escape(rerun.partner)}  {rerun.facts} facts",
            soft_wrap=True,
        )
        for finding in rerun.findings or (rerun.first if colour == "red" else ()):
            console.print(f"            [dim]{escape(finding.code)} {escape(finding.detail)}[/]", soft_wrap=True)
    for case in done.closed:
        console.print(f"closed      {escape(case)}", soft_wrap=True)
    return 0


def print_checks(checks: Sequence[Check]) -> int:
    """What a doctor found: one line each, and below it what to do."""
    console = Console(highlight=False)
    for check in checks:
        mark = "[green]ok[/]  " if check.ok else "[bold red]fail[/]"
        console.print(f"{mark}  {escape(check.what)}", soft_wrap=True)
        if not check.ok:
            console.print(f"      {escape(check.what_to_do)}", soft_wrap=True)
    return 0


def print_keys(keys: Sequence[ApiKey]) -> int:
    """API keys as they are kept: never the key itself."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("prefix", "partner", "scopes", "reach", "label", "created", "until"):
        table.add_column(title, overflow="fold")
    for key in keys:
        until = f"revoked {key.revoked:%Y-%m-%d %H:%M}" if key.revoked else "until revoked"
        if not key.revoked and key.expires:
            until = f"{key.expires:%Y-%m-%d %H:%M}"
        named = msgspec.structs.asdict(key.reach).items()
        reach = "; ".join(f"{kind} {', '.join(names)}" for kind, names in named if names) or key.customer or "all"
        made = f"{key.created:%Y-%m-%d %H:%M}"
        table.add_row(key.prefix, key.partner, " ".join(key.scopes), reach, key.label, made, until)
    Console(highlight=False).print(table)
    return 0


def print_text(text: str) -> int:
    """Plain lines."""
    Console(soft_wrap=True, highlight=False, markup=False).print(text)
    return 0


def note(text: str) -> None:
    """Say on stderr what is no part of the answer."""
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(text, style="dim")


def complain(text: str) -> int:
    """Say on stderr what went wrong and who must do what; the exit code for "could not be done"."""
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(f"crossdock: {text}")
    return 2
