"""What the commands of the integration project print for people, and line by line for programs."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crossdock.kernel.codec import encode_json
from crossdock.ports.inspecting import Inspected, Reasons, Remark, Report
from crossdock.ports.readiness import Readiness

if TYPE_CHECKING:
    # What they come from knows all connectors; a command that prints nothing of it does not wait for them.
    from crossdock.bootstrap.offline.check import Checked
    from crossdock.bootstrap.offline.coverage import Coverage
    from crossdock.bootstrap.offline.drift import Drift
    from crossdock.bootstrap.offline.samples import Outcome

STATUS_COLOURS = {"ok": "green", "refused": "red", "crash": "bold red"}
SEVERITY_COLOURS = {"error": "red", "warning": "yellow", "info": "dim"}
DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
POINT_COLOURS = {"ready": "green", "missing": "red", "not needed": "dim"}
REMARKS_MAX = 20


def print_line(value: object) -> None:
    """One line of JSON, at once, so that a program that reads along is never behind."""
    sys.stdout.write(encode_json(value).decode() + "\n")
    sys.stdout.flush()


def print_report(report: Report) -> None:
    """One file: what it is, its documents, what is wrong with each, what would be answered."""
    console = Console(highlight=False, soft_wrap=True)
    colour = STATUS_COLOURS[report.status]
    trip = {True: ", written again it is the same", False: ", [red]written again it differs[/]", None: ""}
    told = f"{escape(report.format)}: {escape(report.why)}" if report.why else escape(report.error)
    console.print(f"[{colour}]{report.status:7}[/] {escape(report.file)}  [dim]{told}[/]{trip[report.roundtrip]}")
    for document in report.documents:
        _print_document(console, document)
    if report.documents and report.documents[0].type:
        _print_remarks(console, report.findings)
    for reasons in report.reasons:
        _print_reasons(console, reasons)
    for text in report.acknowledgments:
        console.print("    [dim]we would answer[/]")
        console.print(escape(f"      {text}"))


def _print_reasons(console: Console, reasons: Reasons) -> None:
    for fields in reasons.made:
        console.print(f"    [dim]why[/] {escape(reasons.document)}")
        for one in fields:
            where = ", ".join(one.places) or "always"
            console.print(f"      [cyan]{escape(one.field)}[/] = {escape(repr(one.text))}")
            console.print(
                f"        [dim]{escape(where)}; {escape(one.rule)}, {escape(one.map)} {escape(one.version)}[/]"
            )
    for place in reasons.unused[:REMARKS_MAX]:
        console.print(f"      [yellow]nothing reads[/] {escape(place)}")
    if len(reasons.unused) > REMARKS_MAX:
        console.print("      [dim]… and more: --json has them all[/]")


def print_totals(counts: Mapping[str, int]) -> None:
    """How many files of each status."""
    shown = ", ".join(f"[{STATUS_COLOURS[name]}]{count} {name}[/]" for name, count in sorted(counts.items()))
    Console(highlight=False).print(f"{sum(counts.values())} files: {shown}")


def _print_document(console: Console, document: Inspected) -> None:
    if document.type:
        name = " ".join(part for part in (document.type, document.version) if part)
        facts = "one fact" if document.facts == 1 else f"{document.facts} facts"
        by = f" [dim]by {escape(document.connector)}[/]" if document.connector else ""
        console.print(f"    {escape(name)}: {facts}{by}")
    _print_remarks(console, document.findings)
    for envelope in document.envelopes:
        text = msgspec.json.format(bytes(envelope), indent=2).decode()
        console.print(escape("\n".join(f"      {line}" for line in text.splitlines())))


def _print_remarks(console: Console, remarks: Iterable[Remark]) -> None:
    for number, one in enumerate(remarks):
        if number == REMARKS_MAX:
            console.print("      [dim]… and more: --json has them all[/]")
            return
        colour = SEVERITY_COLOURS.get(one.severity, "default")
        console.print(f"      [{colour}]{escape(one.code)}[/] {escape(one.text)}")
        if one.position:
            console.print(f"        [dim]{escape(one.position)}[/]")


def print_checked(checked: Checked) -> int:
    """Each problem and warning on a line, then the verdict."""
    console = Console(highlight=False, soft_wrap=True)
    for colour, found in (("red", checked.problems), ("yellow", checked.warnings)):
        for problem in found:
            console.print(f"[{colour}]{escape(str(problem))}[/]")
    counts = f"{len(checked.problems)} problems, {len(checked.warnings)} warnings"
    console.print(f"[red]{counts}[/]" if checked.problems else f"[green]it may run[/]: {counts}")
    return 0


def print_outcomes(outcomes: Sequence[Outcome]) -> int:
    """Each sample on a line, with what differs below it, coloured as a diff is."""
    console = Console(highlight=False, soft_wrap=True)
    for one in outcomes:
        colour = "green" if one.is_fine else "red"
        console.print(f"[{colour}]{one.status:9}[/] {escape(one.partner)}/{escape(one.sample)}")
        for line in one.diff:
            console.print(f"    [{DIFF_COLOURS.get(line[:1], 'dim')}]{escape(line)}[/]")
    counts = Counter(one.status for one in outcomes)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "no samples"
    hint = "" if all(one.is_fine for one in outcomes) else "; --update takes what is made now as what is expected"
    console.print(f"{told}{hint}")
    return 0


def print_coverage(rows: Sequence[Coverage]) -> int:
    """Each kind of document, then what no rule looks at and which rules nothing used."""
    console = Console(highlight=False, soft_wrap=True)
    for row in rows:
        name = " ".join(part for part in (row.document, row.version) if part)
        by = f"read by {row.map}" if row.map else "nothing we have maps for"
        console.print(f"[bold]{escape(row.partner)}[/] {escape(name)}  [dim]{row.samples} in the samples, {by}[/]")
        if row.untouched:
            console.print(f"    nothing is read of [yellow]{escape(', '.join(row.untouched))}[/]")
        for one in row.unread:
            times = f" × {one.count}" if one.count > 1 else ""
            console.print(f"    not read [yellow]{escape(one.path)}[/]{times} {escape(repr(one.text))}")
            console.print(f"      [dim]{escape(one.position)}[/]")
        for rule in row.unused_rules:
            console.print(f"    no sample uses [cyan]{escape(rule)}[/]")
    if not rows:
        console.print("there are no samples")
    return 0


def print_readiness(rows: Sequence[Readiness]) -> int:
    """A table, a row a point and a column a partner is too wide: a line each, what is missing in red."""
    console = Console(highlight=False)
    for row in rows:
        verdict = "[green]ready[/]" if row.is_ready else "[red]not ready[/]"
        console.print(f"[bold]{escape(row.partner)}[/] {row.role} over {escape(row.connector)}: {verdict}")
        table = Table(box=None, padding=(0, 2, 0, 2), show_header=False)
        for point in row.points:
            table.add_row(f"[{POINT_COLOURS[point.status]}]{point.name}[/]", point.status, escape(point.words))
        console.print(table)
    return 0


def print_drift(found: Drift) -> int:
    """What is new, with how often and where first."""
    console = Console(highlight=False, soft_wrap=True)
    for one in found.novelties:
        what = " ".join(part for part in (one.document, one.path, one.value) if part)
        console.print(f"[yellow]new {one.kind:10}[/] {escape(what)} × {one.count}")
        console.print(f"    [dim]{escape(one.file)}: {escape(one.position)}[/]")
    told = f"{len(found.novelties)} new in {found.now} files, compared with {found.before} of {found.partner} before"
    console.print(told)
    return 0
