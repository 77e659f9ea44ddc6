"""Paths of a partner's settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.formats.json_text.document import read_json
from crossdock.kernel.errors import Permanent
from crossdock.mediation.pointing import nodes_at, text_at
from crossdock.ports.connector import IntakeContext

PARTNER = IntakeContext("p1", "ERP", datetime(2026, 6, 2, tzinfo=UTC), "UTC")
(DOCUMENT,) = read_json(b'{"head": {"type": " order "}, "orders": [{"no": 1}, {"no": 2}]}').documents


def test_a_path_reads_text_as_maps_do() -> None:
    assert text_at("json", "head.type")(DOCUMENT, PARTNER) == "order"
    assert text_at("json", "head.kind")(DOCUMENT, PARTNER) == ""


def test_a_path_finds_nodes_in_order() -> None:
    assert [node.fields for node in nodes_at("json", "orders")(DOCUMENT, PARTNER)] == [{"no": "1"}, {"no": "2"}]


@pytest.mark.parametrize("path", ["", "[", "a//b"])
def test_what_is_no_path_is_the_steward_s_to_mend(path: str) -> None:
    with pytest.raises(Permanent, match=r"^settings: "):
        text_at("json", path)


def test_a_path_to_a_value_finds_no_nodes() -> None:
    with pytest.raises(Permanent, match=r"^settings: "):
        nodes_at("json", "head.type")
