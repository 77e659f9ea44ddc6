"""From sessions to ratios, table and plot: no speed without the right answer, and nobody is left out silently."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import gettempdir
from xml.etree import ElementTree as ET

import pytest

from benchmarks.peers import page
from benchmarks.peers.figures import Figures, reached
from benchmarks.peers.machine import Unavailable, hidden, run, tail
from benchmarks.peers.peer import BUILD, Database, Site, Started
from benchmarks.peers.play import Played
from benchmarks.peers.plot import draw
from benchmarks.peers.programs.story import COMMANDS
from benchmarks.peers.rounds import Line, Missing, Run, Session, check
from benchmarks.peers.sides import OWN, OWN_HTTP, all_sides

ROOT = BUILD.parents[1]


def line(name: str, *speeds: float) -> Line:
    sessions = [Session(speed, 1e6 / speed, 2.0) for speed in speeds]
    return Line(name, f"Side <{name}>", "1.2", "a disk", 10, 168, sessions)


def figures(*lines: Line, missing: tuple[Missing, ...] = ()) -> Figures:
    reach = reached(lines)
    return Figures("2026-11-22", 2, "3.11", "18.1", {"fsync": "on"}, (1.0, 2.0), 3, [*lines], [*missing], reach, [])


OURS = (line(OWN, 3000, 6000, 9000), line(OWN_HTTP, 1000, 1000, 1000))


def test_a_ratio_is_the_middle_of_the_rounds_and_not_that_of_the_middles() -> None:
    (goal,) = reached([*OURS, line("restate", 100, 100, 900)])
    assert (goal.in_process, goal.http_100, goal.cpu) == (30.0, 10.0, 60.0)
    assert goal.met
    assert not goal.met_over_http


def test_without_our_own_side_no_goal_is_claimed() -> None:
    assert reached([line("restate", 1.0)]) == []


def test_the_page_ranks_the_sides_and_says_which_goal_is_met_where() -> None:
    text = page.render(figures(*OURS, line("restate", 100, 100, 900)))
    assert text.index(f"| Side <{OWN}>") < text.index(f"| Side <{OWN_HTTP}>") < text.index("| Side <restate>")
    assert "| ≥ 30 × Side <restate> | 30.0 | 10.0 | 60.0 | in process only |" in text
    assert "| ≥ 100 × dbos | – | – | – | not measured |" in text
    assert "All of them ran." in text


def test_a_peer_that_could_not_run_is_named_with_command_and_error() -> None:
    text = page.render(figures(*OURS, missing=(Missing("n8n", "n8n", "npm install `n8n`", "404\nnot found"),)))
    assert "- **n8n**: `npm install 'n8n'` said: `404 not found`" in text


def test_the_plot_is_sound_and_names_every_side() -> None:
    lines = [*OURS, line("restate", 100, 100, 900)]
    picture = ET.fromstring(draw(lines))
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {one.title for one in lines} <= set(texts)
    assert ET.fromstring(draw([])) is not None


@pytest.mark.parametrize(
    "wrong",
    [{"paid": 1}, {"facts": 31}, {"doubled": 1}, {"commands": dict.fromkeys(COMMANDS, 1)}, {"commands": {}}],
    ids=str,
)
def test_no_speed_is_believed_with_a_wrong_answer(wrong: dict[str, object]) -> None:
    right = {"facts": 32, "seconds": 1.0, "cpu_s": 0.5, "paid": 2, "commands": dict.fromkeys(COMMANDS, 2), "doubled": 0}
    side = all_sides()[0]
    check(side, Played(**right), 32, 2)  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="its answer is wrong for 2 orders"):
        check(side, Played(**right | wrong), 32, 2)  # type: ignore[arg-type]


class Fragile:
    """A side that cannot be installed the first `fails` times."""

    name, title, durability, orders, in_flight = "fragile", "Fragile", "nothing", 1, 1

    def __init__(self, fails: int) -> None:
        self.fails = fails

    def install(self) -> str:
        self.fails -= 1
        if self.fails >= 0:
            raise Unavailable("npm install fragile", f"{ROOT} is full")
        return "1.0"

    def prepare(self, site: Site) -> None: ...

    def running(self, site: Site) -> AbstractContextManager[Started]:
        return nullcontext(Started())

    def program(self) -> tuple[str, ...]:
        return ("true",)


@pytest.mark.parametrize(("fails", "missing"), [(0, set()), (1, set()), (2, {"fragile"})])
def test_who_fails_once_is_tried_again_and_who_fails_twice_is_named(
    tmp_path: Path, fails: int, missing: set[str]
) -> None:
    run_ = Run(tmp_path, Database("127.0.0.1", 1, "nobody"), os.getpid())
    run_.play([Fragile(fails)], 0, 1.0)
    assert set(run_.missing) == missing
    assert ("fragile" in run_.lines) is not bool(missing)
    assert all(one.error == ". is full" for one in run_.missing.values())


def test_sides_have_names_of_their_own_and_orders_to_play() -> None:
    sides = all_sides()
    assert len({side.name for side in sides}) == len({side.title for side in sides}) == len(sides)
    assert all(side.orders > 0 and side.durability for side in sides)


def test_a_command_that_fails_says_which_and_why() -> None:
    with pytest.raises(Unavailable, match="no-such-program"):
        run(["no-such-program"], timeout_s=5.0, cwd=ROOT)
    with pytest.raises(Unavailable, match="cannot access"):
        run(["ls", "/no/such/folder"], timeout_s=30.0, cwd=ROOT, env={"LC_ALL": "C"})


def test_what_is_published_names_no_folder_of_a_machine() -> None:
    assert hidden(f"{ROOT}/build/peers: {gettempdir()}/x is full") == "./build/peers: TMP/x is full"
    assert tail("x" * 5000 + "end").endswith("end")
    assert len(tail("x" * 5000)) < 1000
