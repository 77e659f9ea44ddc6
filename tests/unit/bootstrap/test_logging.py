"""Log lines: one JSON object an event, with level, instant and bound ids, on stderr only."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import structlog

from crossdock.bootstrap.logging import configure_logging
from crossdock.bootstrap.settings import LogSettings


@pytest.fixture
def restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("restored")
def test_a_line_is_json_with_level_instant_and_bound_ids(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(format="json"))
    structlog.contextvars.bind_contextvars(partner="wms-a")
    structlog.get_logger().info("message_taken", outcome="APPLY")
    written = capsys.readouterr()
    line = json.loads(written.err)
    assert (line["event"], line["level"], line["partner"], line["outcome"]) == (
        "message_taken",
        "info",
        "wms-a",
        "APPLY",
    )
    assert line["at"].endswith("Z")
    assert written.out == ""


@pytest.mark.usefixtures("restored")
def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="warning", format="json"))
    structlog.get_logger().info("message_taken")
    assert capsys.readouterr().err == ""
