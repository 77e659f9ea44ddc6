"""Issue 2, "Real input": every real 945, 990 and 214 through both doors of the assembled hub.

Refused with an exact finding, or waiting under its own identifiers; and taken by itself, in the order in which it
happened, once orders, shipments and loads that bear these numbers are told over the API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest
import pytest_asyncio

from crossdock.canonical.vocabulary import Disposition
from crossdock.testing.real_input.documents import PLAYED, Document, every_document, rounds
from crossdock.testing.real_input.page import PAGE, page
from crossdock.testing.real_input.play import FOLDER, HTTP, play
from crossdock.testing.x12_outcomes import documents
from tests.conftest import TEMPLATE, database_of

# Both runs take the same road with the doors in another order, so one worker plays both.
pytestmark = [
    pytest.mark.usefixtures("samples"),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("real"),
]

Played = Mapping[tuple[str, bool], Document]


@contextmanager
def database(server: str) -> Iterator[str]:
    """One more database."""
    yield from database_of(server, TEMPLATE)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[FOLDER, HTTP])
async def played(
    request: pytest.FixtureRequest, durable_server: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Played]:
    """Every document after its run, by name and whether tolerated; the door that came first is the parameter."""
    found = every_document()
    with ExitStack() as stack:
        for seat in rounds(found):
            url = stack.enter_context(database(durable_server))
            await play(seat, tmp_path_factory.mktemp("real"), url, first=request.param)
        yield {(one.name, one.tolerant): one for one in found}


async def test_every_document_is_refused_with_a_place_or_waits_under_its_own_numbers(played: Played) -> None:
    assert {name for name, _ in played} == {f"{path.parent.name}/{path.name}" for path in documents(PLAYED)}
    for one in played.values():
        assert bool(one.facts) or bool(one.findings), one.name
        assert len(one.waited) == len(one.facts), one.name
        assert all("byte" in finding for finding in one.findings), one.findings


@pytest.mark.proves("PF-05")
async def test_the_second_door_knows_what_came_through_the_first(played: Played) -> None:
    """peers.md §5 no 5: the same bytes by folder and HTTP are one effect and one duplicate record."""
    for one in played.values():
        first, second = one.statuses
        assert (first == "refused") == (not one.facts), one.name
        assert second == ("duplicate" if one.facts else "refused"), one.name


@pytest.mark.proves("PF-02")
async def test_everything_that_waited_is_taken_when_its_numbers_are_known(played: Played) -> None:
    """peers.md §5 no 2; nothing waits on, nothing is held, and something of every document moves something."""
    for one in played.values():
        assert len(one.lines) == len(one.facts), one.name
        assert all(line.disposition is not Disposition.HOLD for line in one.lines), one.name
        assert not one.facts or any(line.disposition is Disposition.APPLY for line in one.lines), one.name


async def test_old_documents_move_what_they_speak_of(played: Played) -> None:
    """Decision 9: facts of 1997, 2006 and 2012 are applied, not only recorded (TS-14)."""
    applied = {
        line.occurred.year for one in played.values() for line in one.lines if line.transitions or one.code == "214"
    }
    assert {1997, 2006, 2011, 2012, 2019, 2020, 2022} <= applied


@pytest.mark.parametrize("line", ["L378", "L384", "L410"])
async def test_advice_with_wrong_totals_is_refused_or_tolerated_and_then_ships_the_order(
    played: Played, line: str
) -> None:
    name = f"945/x12-types--_945_test-{line}.edi"
    strict, tolerated = played[name, False], played[name, True]
    assert [finding.split()[0] for finding in strict.findings] == ["**X12-718-4**"]
    assert not strict.lines
    (told,) = tolerated.lines
    assert {"SHP-11 PLANNED>HANDED_OVER", "FO-17 SENT>HANDED_OVER"} <= set(told.transitions)


async def test_answers_to_tenders_accept_the_load(played: Played) -> None:
    for name in ("990/libedi--Sample_4010_990.txt", "990/x12-types--v005010-990-transmission.edi"):
        (told,) = played[name, False].lines
        assert told.transitions == ("LD-03 TENDERED>ACCEPTED",)


async def test_statuses_of_one_file_are_taken_in_the_order_of_the_world(played: Played) -> None:
    """The file tells the failed attempt of each parcel before its departure; what is later corrects or goes on."""
    told = played["214/omniparser--1_canadapost_edi_214.input.txt", False].lines
    assert len(told) == 19
    assert [line.occurred for line in told] == sorted(line.occurred for line in told)
    by_parcel: dict[str, list[str]] = {}
    for line in told:
        by_parcel.setdefault(line.subject, []).extend(line.transitions)
    for steps in by_parcel.values():
        assert steps.count("SHP-12 HANDED_OVER>IN_TRANSIT") <= 1
        assert not steps or steps[0] == "SHP-12 HANDED_OVER>IN_TRANSIT"


async def test_the_page_says_what_happened(played: Played) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(list(played.values())), (
        "run python -m crossdock.testing.real_input.page"
    )
