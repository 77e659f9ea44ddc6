"""A process's table as a drawing: states from the earliest down to the latest, every way between two of them one line.

A way leaves its state to the right, named by its rows, and ends on the lane of the state it leads to; the lane turns
back to that state's first line. Nothing crosses a name, and the same table always makes the same drawing. Pure; all
lengths in pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from crossdock.app.catalogue.processes import Process
from crossdock.process.machine import KEEP, NEW, PRIOR, Row

LINE, GAP, EDGE = 22, 14, 8
BOX_WIDTH, TEXT_WIDTH, LANE_WIDTH = 176, 470, 15
SHOWN, HUES = 4, 6
SPECIAL = {NEW: "not there yet", KEEP: "stays", PRIOR: "as before"}


class Box(msgspec.Struct, frozen=True):
    """A state. `entry` is the height of the line its lane comes in by."""

    state: str
    name: str
    x: int
    y: int
    width: int
    height: int
    entry: int
    is_end: bool


class Way(msgspec.Struct, frozen=True):
    """One line out of a state at height `y`, from `left` to `right`; `lane` is -1 where it leads nowhere else.

    `ids` are the rows, `words` what they wait for, `to` the state's name as people read it.
    """

    y: int
    left: int
    right: int
    ids: tuple[str, ...]
    more: int
    words: str
    to: str
    lane: int


class Lane(msgspec.Struct, frozen=True):
    """The line that collects the ways into one state: down `x` from `top` to `bottom`, back at `entry` to `box`."""

    x: int
    top: int
    bottom: int
    entry: int
    box: int
    hue: int


class Drawing(msgspec.Struct, frozen=True):
    """Everything to be drawn."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    lanes: tuple[Lane, ...]


def draw(process: Process) -> Drawing:
    """The drawing of a process."""
    leaving = {state: _leaving(process.rows, state) for state in process.states}
    boxes = tuple(_boxes(process, leaving))
    entered = [state for state in process.states if any(state in targets for targets in leaving.values())]
    lane_of = {state: number for number, state in enumerate(entered)}
    ways = tuple(_ways(boxes, leaving, lane_of))
    lanes = tuple(_lane(number, boxes, state, ways) for state, number in lane_of.items())
    last = boxes[-1]
    width = _lane_x(len(lanes)) + EDGE
    return Drawing(width, last.y + last.height + EDGE, boxes, ways, lanes)


def _leaving(rows: tuple[Row, ...], state: str) -> Mapping[str, list[Row]]:
    """The rows out of a state by where they lead, a row that stays under `KEEP`."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if state in row.sources:
            found.setdefault(KEEP if row.target == state else row.target, []).append(row)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] in (KEEP, PRIOR), pair[1][0].id, pair[0])))


def _boxes(process: Process, leaving: Mapping[str, Mapping[str, list[Row]]]) -> Iterator[Box]:
    y = EDGE
    for state in process.states:
        lines = 1 + len(leaving[state])
        is_end = not any(target not in (KEEP, PRIOR) for target in leaving[state])
        height = lines * LINE + EDGE
        yield Box(state, state_name(state), EDGE, y, BOX_WIDTH, height, y + LINE // 2 + EDGE // 2, is_end)
        y += height + GAP


def _ways(
    boxes: tuple[Box, ...], leaving: Mapping[str, Mapping[str, list[Row]]], lanes: Mapping[str, int]
) -> Iterator[Way]:
    for box in boxes:
        left = box.x + box.width
        for number, (target, rows) in enumerate(leaving[box.state].items(), start=1):
            lane = lanes.get(target, -1)
            right = _lane_x(lane) if lane >= 0 else left + TEXT_WIDTH
            ids = tuple(dict.fromkeys(row.id for row in rows))
            shown = ids[:SHOWN]
            words = _words(rows, target, max(SHOWN - 1 - len(shown), 1))
            y = box.y + number * LINE + LINE // 2 + EDGE
            yield Way(y, left, right, shown, len(ids) - len(shown), words, state_name(target), lane)


def _words(rows: list[Row], target: str, most: int) -> str:
    """What the rows wait for, so many of it; of what moves nothing the ids say enough."""
    if target == KEEP:
        return ""
    triggers = list(dict.fromkeys(row.trigger for row in rows))
    more = f" +{len(triggers) - most}" if len(triggers) > most else ""
    return ", ".join(triggers[:most]) + more


def _lane(number: int, boxes: tuple[Box, ...], state: str, ways: tuple[Way, ...]) -> Lane:
    box = next(box for box in boxes if box.state == state)
    heights = [way.y for way in ways if way.lane == number] + [box.entry]
    return Lane(_lane_x(number), min(heights), max(heights), box.entry, box.x + box.width, number % HUES)


def _lane_x(number: int) -> int:
    return EDGE + BOX_WIDTH + TEXT_WIDTH + (number + 1) * LANE_WIDTH


def state_name(state: str) -> str:
    """A state, or where a row leads, as people read it."""
    return SPECIAL.get(state) or state.replace("_", " ").lower()
