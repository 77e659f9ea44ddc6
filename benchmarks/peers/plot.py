"""The plot: facts a second of every side on a logarithmic scale, with the spread of its rounds. Plain SVG.

Readable on light and dark ground alike: it has a ground of its own, and no colour carries a meaning that words do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from benchmarks.peers.figures import middle
from benchmarks.peers.rounds import Line

WIDTH, LEFT, RIGHT, TOP, ROW = 860, 300, 90, 40, 30
HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {{height}}" role="img" '
    'font-family="system-ui, sans-serif" font-size="13" fill="#1f2933">'
)
CAPTION = (
    '<text x="16" y="24" font-weight="600">'
    "Facts a second on the same trace (logarithmic scale; the line is from least to most)</text>"
)
OURS, THEIRS, INK, GRID = "#1d6f5f", "#7a8794", "#1f2933", "#d5dbe1"


def draw(lines: Sequence[Line]) -> str:
    """The whole picture; an empty one of no lines."""
    ordered = sorted(lines, key=lambda line: -middle(speeds(line)))
    every = [speed for line in ordered for speed in speeds(line)] or [1.0]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    scale = Scale(low, max(high, low + 1))
    bottom = TOP + ROW * len(ordered)
    parts = [
        HEAD.format(height=bottom + 40),
        "<title>Facts a second on the same trace, logarithmic</title>",
        f'<rect width="{WIDTH}" height="{bottom + 40}" rx="6" fill="#ffffff"/>',
        CAPTION,
    ]
    for power in range(scale.low, scale.high + 1):
        x = scale.x(10.0**power)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="{GRID}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{10**power:,}</text>')
    for place, line in enumerate(ordered):
        parts += bar(line, TOP + ROW * place, scale)
    return "\n".join([*parts, "</svg>"]) + "\n"


class Scale:
    """From powers of ten to pixels."""

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def x(self, value: float) -> float:
        """Where a value stands."""
        return LEFT + (math.log10(value) - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)


def bar(line: Line, top: int, scale: Scale) -> list[str]:
    """One side: its name, its bar to the middle, a whisker from least to most, the figure."""
    values = speeds(line)
    found, least, most = middle(values), min(values), max(values)
    colour = OURS if line.name.startswith("crossdock") else THEIRS
    end, left, right, centre = scale.x(found), scale.x(least), scale.x(most), top + ROW / 2
    figure = f"{found:,.0f}" if found >= 100 else f"{found:.1f}"
    return [
        f'<text x="{LEFT - 10}" y="{centre + 4}" text-anchor="end">{escape(line.title)}</text>',
        f'<rect x="{LEFT}" y="{top + 6}" width="{max(end - LEFT, 1):.1f}" height="{ROW - 12}" fill="{colour}"/>',
        f'<line x1="{left:.1f}" y1="{centre}" x2="{right:.1f}" y2="{centre}" stroke="{INK}" stroke-width="2"/>',
        f'<text x="{right + 8:.1f}" y="{centre + 4}">{figure}</text>',
    ]


def speeds(line: Line) -> list[float]:
    """Of its rounds."""
    return [session.facts_per_s for session in line.sessions]
