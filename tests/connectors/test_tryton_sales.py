"""Asking Tryton for its sales: none is missed and the end is reached, however they are written and however many."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.connectors.tryton.queries import OVERLAP, Reached
from crossdock.connectors.tryton.source import Sales
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.transport import HttpReply

START = datetime(2026, 6, 1, 6, 0)  # noqa: DTZ001  (as Tryton writes it: UTC, without saying so)
PAGE = 3
ASKS_MAX = 50


class Ledger:
    """A transport that answers searches for sales as Tryton does: by their conditions, in their order, up to a page."""

    def __init__(self, written: Mapping[int, datetime]) -> None:
        self.written = dict(written)
        self.headers: Mapping[str, str] = {}

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        self.headers = headers
        query = parse_qs(urlsplit(path).query)
        conditions = json.loads(base64.urlsafe_b64decode(query["d"][0]))[1:]
        rows = sorted((at, number) for number, at in self.written.items())
        found = [row for row in rows if all(fits(row, condition) for condition in conditions)]
        page = [sale(at, number) for at, number in found[: int(query["s"][0])]]
        return HttpReply(200, {}, json.dumps(page).encode())


def fits(row: tuple[datetime, int], condition: list[object]) -> bool:
    if condition[0] == "OR":
        return any(fits(row, part) for part in condition[1:] if isinstance(part, list))
    if isinstance(condition[0], list):
        return all(fits(row, part) for part in condition if isinstance(part, list))
    field, word, value = condition
    theirs, ours = (row[0], moment(value)) if field == "write_date" else (row[1], value)
    return {">=": theirs >= ours, ">": theirs > ours, "=": theirs == ours}[str(word)]  # type: ignore[operator]


def moment(value: object) -> datetime:
    assert isinstance(value, dict)
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return datetime(*(value[name] for name in names))  # noqa: DTZ001


def sale(at: datetime, number: int) -> dict[str, object]:
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"id": number, "write_date": {"__class__": "datetime", **{name: getattr(at, name) for name in names}}}


async def drain(ledger: Ledger, cursor: str = "") -> tuple[set[int], str]:
    """Ask as the scheduler does, until there is no more."""
    seen: set[int] = set()
    source = Sales(ledger, 1.0, Secret("key"), PAGE)
    for _ in range(ASKS_MAX):
        page = await source.page(cursor)
        seen |= {json.loads(body)["id"] for body in page.bodies}
        moved, cursor = page.cursor != cursor, page.cursor
        if not (page.more and moved):
            return seen, cursor
    raise AssertionError("it never came to the end")


@given(st.lists(st.integers(0, 4), max_size=14), st.lists(st.integers(0, 6), max_size=6))
async def test_every_sale_is_read_and_those_written_later_too(early: list[int], late: list[int]) -> None:
    """Many in one instant, more than a page of them, and a transaction that ends after later ones were read."""
    ledger = Ledger({number: START + timedelta(seconds=second) for number, second in enumerate(early)})
    seen, cursor = await drain(ledger)
    assert seen == set(ledger.written)
    more = {100 + number: START + timedelta(seconds=second) for number, second in enumerate(late)}
    ledger.written.update(more)
    again, _ = await drain(ledger, cursor)
    assert set(more) <= again


async def test_what_is_older_than_the_overlap_is_not_read_again() -> None:
    ledger = Ledger({1: START, 2: START + OVERLAP + timedelta(seconds=1)})
    _, cursor = await drain(ledger)
    assert (await drain(ledger, cursor))[0] == {2}
    assert ledger.headers["Authorization"] == "Bearer key"


async def test_an_empty_page_leaves_the_cursor_where_it_is() -> None:
    assert await drain(Ledger({})) == (set(), "")
    cursor = Reached(START).text
    assert await drain(Ledger({}), cursor) == (set(), cursor)


def test_a_cursor_is_read_as_it_was_written() -> None:
    for reached in (Reached(), Reached(START), Reached(START, 7)):
        assert Reached.read(reached.text) == reached


class Fixed:
    """A transport with one answer."""

    def __init__(self, answer: HttpReply | Exception) -> None:
        self._answer = answer

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (HttpReply(500, {}, b""), Transient),
        (HttpReply(503, {"Retry-After": "3"}, b""), Transient),
        (TimeoutError("silence"), Transient),
        (Transient("no connection"), Transient),
        (HttpReply(401, {}, b""), Permanent),
        (HttpReply(200, {}, b"<html>"), Permanent),
        (HttpReply(200, {}, b'[{"id": 1, "write_date": {"year": 2026, "month": 2, "day": 31}}]'), Permanent),
    ],
)  # fmt: skip
async def test_trouble_says_whether_it_may_pass(answer: HttpReply | Exception, error: type[Exception]) -> None:
    with pytest.raises(error):
        await Sales(Fixed(answer), 1.0, None).page("")
