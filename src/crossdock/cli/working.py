"""Cases from the command line: what to work on next, one case whole, and acts on it by name and with a reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from cyclopts import App, Parameter, validators
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crossdock.app.cases.acts import RULES, Request
from crossdock.app.cases.work import CaseDetail, CaseLine
from crossdock.app.slos.budget import Budget
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import complain, finish, print_json, print_text
from crossdock.ports.cases import CaseFilter, CasePrice

cases = App(name="cases", help="List exception cases in the order to work them, read one, act on one.")

Case = Annotated[int, Parameter(help="The number of the case.", validator=validators.Number(gte=1))]
Severity = Annotated[int, Parameter(name="--severity", help="Only 1, 2, 3 or 4.", validator=validators.Number(lte=4))]
Until = Annotated[datetime | None, Parameter(name="--until", help="When it comes back, in UTC unless it says other.")]


@cases.command(name="list")
def list_(
    *,
    queue: Annotated[str, Parameter(name="--queue", help="Only WHS, TRN, CUS, CSR, FIN, MDM or INT.")] = "",
    severity: Severity = 0,
    state: Annotated[str, Parameter(name="--state", help="Only in this state; an end lists what has ended.")] = "",
    mine: Annotated[str, Parameter(name="--mine", help="Only those this person has.")] = "",
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Print the queue: gravest first, of those the dearest, of those the first due."""
    from crossdock.bootstrap.case_asking import list_cases

    rows = finish(list_cases(place(project, data), CaseFilter(queue, severity, state, mine)))
    return print_json(rows) if json else print_queue(rows)


@cases.command
def show(case: Case, /, *, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Print one case: its claims, what will close it, what may be done, and everything that was."""
    from crossdock.bootstrap.case_asking import read_case

    found = finish(read_case(place(project, data), case))
    return print_json(found) if json else print_case(found)


@dataclass(frozen=True, slots=True)
class Words:
    """Who does it, why, and for whom or until when."""

    by: Annotated[str, Parameter(name="--by", help="Your name.")]
    reason: Annotated[str, Parameter(name="--reason", help="Why, for whoever reads the record later.")]
    to: Annotated[str, Parameter(name="--to", help="Who is to have it, or whom it waits for.")] = ""
    until: Until = None


@cases.command
def act(
    case: Case,
    what: Annotated[str, Parameter(help=f"What to do: {', '.join(RULES)}.")],
    /,
    *,
    words: Annotated[Words, Parameter(name="*")],
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Do something about a case; the act is kept for good."""
    from crossdock.bootstrap.case_asking import act_on

    until = words.until
    moment = until.replace(tzinfo=UTC) if until is not None and until.tzinfo is None else until
    try:
        request = msgspec.convert(asdict(words) | {"act": what, "until": moment}, Request)
    except msgspec.ValidationError as error:
        return complain(f"{error}: say who you are and why, in a few words")
    line = finish(act_on(place(project, data), case, request))
    return print_json(line) if json else print_text(f"case {line.id} {line.code} is {line.state}")


@cases.command
def verify(*, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Check that every act on every case is as it was written; exit 1 when one is not."""
    from crossdock.bootstrap.case_asking import verify_acts

    report = finish(verify_acts(place(project, data)))
    shown = print_json(report) if json else print_text(f"{report.acts} acts: {report.detail}")
    return shown or (1 if report.broken_at else 0)


def slos(*, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Print every promise, how well it is kept, and what is left of its error budget; exit 1 when one is overdrawn."""
    from crossdock.bootstrap.levels import read_budgets

    budgets = finish(read_budgets(place(project, data)))
    shown = print_json(budgets) if json else print_budgets(budgets)
    return shown or (1 if any(one.left_pct is not None and one.left_pct < 0 for one in budgets) else 0)


def print_budgets(budgets: tuple[Budget, ...]) -> int:
    """One line a promise; those nothing was counted for are dimmed."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("slo", "promise", "kept", "of", "left", "burn", ""):
        table.add_column(title, justify="right" if title in ("kept", "of", "left", "burn") else "left")
    for one in budgets:
        within = f" within {one.within_s:g} s" if one.within_s else ""
        promise = f"{one.target_pct} % {one.measure}{within} {one.partner}"
        kept, left = (f"{number} %" if number is not None else "" for number in (one.attained_pct, one.left_pct))
        overdrawn = one.left_pct is not None and one.left_pct < 0
        style = "dim" if not one.total else "red" if overdrawn or one.alert else ""
        table.add_row(one.name, promise, kept, str(one.total), left, str(one.burn), one.alert, style=style)
    Console(highlight=False).print(table)
    return 0


def print_queue(rows: tuple[CaseLine, ...]) -> int:
    """One line a case."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("case", "sev", "code", "about", "state", "who", "due", "price", "what"):
        table.add_column(title, no_wrap=title in ("case", "sev", "code", "about"))
    for row in rows:
        due = f"{row.due_resolve:%m-%d %H:%M}Z" if row.due_resolve is not None else ""
        style = "red" if row.alerts >= 4 else "yellow" if row.alerts else ""
        about = (str(row.id), f"S{row.severity}", row.code, row.subject)
        cells = (*about, row.state, row.assignee, due, priced(row.price), row.name)
        table.add_row(*(escape(cell) for cell in cells), style=style)
    console = Console(highlight=False)
    if rows:
        console.print(table)
    else:
        console.print("no case is waiting")
    return 0


def print_case(found: CaseDetail) -> int:
    """A case whole."""
    case, console = found.case, Console(highlight=False)
    console.print(f"[bold]{case.code} {escape(case.name)}[/] S{case.severity} {case.state} {escape(case.assignee)}")
    console.print(f"  about    {escape(case.subject)} {escape(found.ident)}")
    console.print(f"  what     {escape(case.detail)}")
    console.print(f"  closes   {escape(found.proof)}")
    console.print(f"  remedy   {escape(found.remedy)}; for people: {escape(', '.join(found.actions))}")
    if case.price is not None:
        console.print(f"  price    {priced(case.price)}, so far {case.cost} {case.price.currency}")
    if case.due_resolve is not None:
        console.print(f"  due      taken {case.due_ack:%Y-%m-%d %H:%M}Z, solved {case.due_resolve:%Y-%m-%d %H:%M}Z")
    for claim in found.claims:
        words = f"{claim.said_by} {claim.type} {claim.subject}: {claim.disposition} {claim.reason}"
        console.print(f"  [dim]claim[/]    {claim.occurred:%m-%d %H:%M:%S}Z {escape(words)}")
    for one in found.timeline:
        words = f"{one.person} {one.act}: {one.reason}"
        console.print(f"  [dim]{one.at:%m-%d %H:%M:%S}Z[/] {escape(words)} ({one.before} > {one.after})")
    console.print(f"  [dim]it takes: {', '.join(found.acts)}[/]")
    return 0


def priced(price: CasePrice | None) -> str:
    """`250.00 EUR + 40.00/h`."""
    if price is None:
        return ""
    rate = f" + {price.per_hour}/h" if price.per_hour else ""
    return f"{price.amount} {price.currency}{rate}"
