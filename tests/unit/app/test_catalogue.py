"""What the catalogue makes of the tables: drawings that lose no way, and what rows lead to."""

from __future__ import annotations

from itertools import pairwise

import pytest

from crossdock.app.catalogue.drawing import draw, state_name
from crossdock.app.catalogue.lineage import by_trigger, lines_of
from crossdock.app.catalogue.processes import BY_NAME, PROCESSES, Process
from crossdock.process.machine import KEEP

EVERY = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)


@EVERY
def test_a_drawing_has_every_state_below_the_one_before(process: Process) -> None:
    boxes = draw(process).boxes
    assert [box.state for box in boxes] == list(process.states)
    assert all(above.y + above.height < below.y for above, below in pairwise(boxes))


@EVERY
def test_a_drawing_has_every_way_of_the_table_once(process: Process) -> None:
    drawing = draw(process)
    wanted = {
        (source, state_name(KEEP if row.target == source else row.target))
        for row in process.rows
        for source in row.sources
    }
    drawn = [(box.state, way.to) for way in drawing.ways for box in drawing.boxes if box.y < way.y < box.y + box.height]
    assert sorted(drawn) == sorted(wanted)


@EVERY
def test_a_lane_reaches_from_its_first_way_to_its_state(process: Process) -> None:
    drawing = draw(process)
    for number, lane in enumerate(drawing.lanes):
        ends = [way.y for way in drawing.ways if way.lane == number]
        assert min([*ends, lane.entry]) == lane.top
        assert max([*ends, lane.entry]) == lane.bottom
    assert len({lane.x for lane in drawing.lanes}) == len(drawing.lanes)


def test_an_id_leads_to_its_first_row_only() -> None:
    anchors = [line.anchor for line in lines_of(BY_NAME["shipment"]) if line.row.id == "SHP-04"]
    assert anchors == ["SHP-04", *[""] * (len(anchors) - 1)]


@pytest.mark.parametrize(
    ("process", "row", "command"),
    [
        ("order", "ORD-02", "create_fulfilment_order"),
        ("fulfilment", "FO-16", "post_goods_issue"),
        ("shipment", "SHP-12", "update_delivery_status"),
        ("variance", "VAR-05", "post_inventory_movement"),
    ],
)
def test_a_row_tells_the_commands_its_code_may_send(process: str, row: str, command: str) -> None:
    assert any(command in line.leads.commands for line in lines_of(BY_NAME[process]) if line.row.id == row)


def test_a_row_tells_cases_and_conclusions_but_not_what_it_was_told() -> None:
    (planned,) = [line for line in lines_of(BY_NAME["shipment"]) if line.row.id == "SHP-02"]
    assert planned.leads.facts == ("customs.not_required", "customs.required")
    (lost,) = [line for line in lines_of(BY_NAME["shipment"]) if line.row.id == "SHP-24"]
    assert lost.leads.cases == ("TRN-15",)
    assert all(trigger not in line.leads.facts for trigger, lines in by_trigger().items() for line in lines)
