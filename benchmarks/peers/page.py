"""docs/reference/peers.md and its plot, made from the figures kept beside it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from benchmarks.peers.figures import GOALS, Figures, Goal, middle
from benchmarks.peers.machine import ROOT
from benchmarks.peers.plot import draw
from benchmarks.peers.rounds import Line
from benchmarks.peers.sides import OWN, OWN_HTTP, OWN_HTTP_1

REFERENCE = ROOT / "docs" / "reference"
KEPT = REFERENCE / "peers.json"
PAGE = REFERENCE / "peers.md"
PLOT = ROOT / "docs" / "images" / "peers.svg"
TEXT = Path(__file__).parent / "page.md"


def read_kept() -> Figures:
    """The figures the page is made from."""
    return msgspec.json.decode(KEPT.read_bytes(), type=Figures)


def write_pages(figures: Figures) -> None:
    """Page and plot."""
    PAGE.write_text(render(figures))
    PLOT.write_text(draw(figures.sides))


def render(figures: Figures) -> str:
    """The whole page."""
    return TEXT.read_text().format(
        when=when(figures),
        settings=", ".join(f"`{name}` {value}" for name, value in sorted(figures.durable.items())),
        sides=sides(figures),
        goals=goals(figures),
        missing=missing(figures),
        edi=edi(figures),
    )


def when(figures: Figures) -> str:
    """Date and circumstances."""
    least, most = figures.load
    of = f"PostgreSQL {figures.postgres}, Python {figures.python}, {figures.rounds} rounds"
    return f"{figures.measured}: {figures.cpus} cores, load {least} to {most} before a session, {of}"


def sides(figures: Figures) -> str:
    """The table of all sides, quickest first."""
    by_name = {line.name: line for line in figures.sides}
    ours = [by_name.get(name) for name in (OWN, OWN_HTTP, OWN_HTTP_1)]
    columns = (
        "",
        "version",
        "durable by",
        "orders, facts a round",
        "facts a second",
        "least to most",
        "in process ÷ it",
        "HTTP 100 ÷ it",
        "HTTP 1 ÷ it",
        "CPU µs a fact",
    )
    head = (f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
    lines = sorted(figures.sides, key=speed, reverse=True)
    return "\n".join([*head, *(row(line, [times(own, line) for own in ours]) for line in lines)])


def row(line: Line, ratios: list[str]) -> str:
    """One side."""
    speeds = [session.facts_per_s for session in line.sessions]
    cpu = middle([session.cpu_us for session in line.sessions])
    cells = (
        line.title,
        line.version,
        line.durability,
        f"{line.orders:,}, {line.facts:,}",
        amount(speed(line)),
        f"{amount(min(speeds))} to {amount(max(speeds))}",
        *ratios,
        amount(cpu),
    )
    return f"| {' | '.join(cells)} |"


def speed(line: Line) -> float:
    """Facts a second, the middle of the rounds."""
    return middle([session.facts_per_s for session in line.sessions])


def times(own: Line | None, line: Line) -> str:
    """How many times as fast ours is; nothing for ourselves."""
    if own is None or line.name.startswith("crossdock"):
        return ""
    pairs = zip(own.sessions, line.sessions, strict=False)
    return f"{middle([our.facts_per_s / other.facts_per_s for our, other in pairs]):.1f}"


def amount(value: float) -> str:
    """Rounded as its size allows."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def goals(figures: Figures) -> str:
    """Each goal, whether met, and those not measured."""
    head = ("| goal | in process | over HTTP, 100 a request | CPU | met |", "|---|---|---|---|---|")
    rows = [
        f"| ≥ {goal.goal:.0f} × {goal.title} | {goal.in_process} | {goal.http_100} | {goal.cpu} | {verdict(goal)} |"
        for goal in figures.goals
    ]
    measured = {goal.name for goal in figures.goals}
    rows += [
        f"| ≥ {goal:.0f} × {name} | – | – | – | not measured |" for name, goal in GOALS.items() if name not in measured
    ]
    return "\n".join([*head, *rows])


def verdict(goal: Goal) -> str:
    """In a word."""
    if goal.met and goal.met_over_http:
        return "yes"
    return "in process only" if goal.met else "no"


def missing(figures: Figures) -> str:
    """Peers that could not run, with what was tried."""
    if not figures.missing:
        return "All of them ran."
    return "\n".join(f"- **{one.title}**: `{flat(one.tried)}` said: `{flat(one.error)}`" for one in figures.missing)


def flat(text: str) -> str:
    """On one line, without what would end a code span."""
    return " ".join(text.replace("`", "'").split())


def edi(figures: Figures) -> str:
    """The table of parsers."""
    head = ("| parser | version | document | makes of it | CPU µs a message | ÷ ours |", "|---|---|---|---|---|---|")
    rows = [
        f"| {one.parser} | {one.version} | {one.document} | {one.makes} | {one.us} | {one.to_ours} |"
        if not one.error
        else f"| {one.parser} | | {one.document} | could not run: {flat(one.error)} | | |"
        for one in figures.edi
    ]
    return "\n".join([*head, *rows])
