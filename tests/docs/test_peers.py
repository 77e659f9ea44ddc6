"""The page on the peers and its plot are what its figures say, and its figures have no folder of a machine in them."""

from __future__ import annotations

from benchmarks.peers import page
from benchmarks.peers.plot import draw
from benchmarks.peers.sides import all_sides


def test_the_page_is_made_from_the_figures_kept() -> None:
    assert page.PAGE.read_text() == page.render(page.read_kept()), "run `make bench-peers ARGS=--render`"


def test_the_plot_is_made_from_them_too() -> None:
    assert page.PLOT.read_text() == draw(page.read_kept().sides), "run `make bench-peers ARGS=--render`"


def test_every_side_is_in_the_figures_measured_or_missing_with_its_error() -> None:
    kept = page.read_kept()
    told = {line.name for line in kept.sides} | {one.name for one in kept.missing}
    assert told == {side.name for side in all_sides()}
    assert all(one.tried and one.error for one in kept.missing)


def test_nothing_that_is_published_names_a_folder_of_a_machine() -> None:
    text = page.KEPT.read_text() + page.PAGE.read_text()
    assert [word for word in ("/root", "/home", "/work", "/tmp") if word in text] == []
