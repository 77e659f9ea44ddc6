"""Two ERPs over HTTP and PostgreSQL that give one number to two orders (decision 0056)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossdock.bench.trace import PARTNERS, Order
from crossdock.testing.assembled import assembled, write_project

ORDER = Order(1, datetime(2026, 6, 1, 6, tzinfo=UTC))


@pytest.mark.proves("Y-11")
async def test_the_second_erp_is_told_why_and_the_first_keeps_its_order(durable_url: str, tmp_path: Path) -> None:
    write_project(
        tmp_path,
        {name: {"role": one.role.value, "connector": "canonical_json"} for name, one in PARTNERS.items()}
        | {"erp2": {"role": "ERP", "connector": "canonical_json"}},
    )
    approved, *others = list(ORDER.facts())
    foreign = approved.body.replace(b'"erp1"', b'"erp2"').replace(b"C-7781", b"C-9")
    assert foreign != approved.body
    async with assembled(tmp_path, durable_url) as hub:
        assert (await hub.post("erp1", approved.body)).json()["disposition"] == "APPLY"
        refused = await hub.post("erp2", foreign)
        assert refused.status_code >= 400, refused.text
        assert "erp1 gave to an order of its own before" in refused.text
        for one in others:
            assert (await hub.post(one.partner, one.body)).status_code == 200
        assert await hub.rows("select code, subject from exception_case where code = 'INT-04'") == [
            ("INT-04", ORDER.number)
        ]
        assert "ORD FULFILLED" in str(await hub.rows("select label from dossier where id = 1"))
        assert await hub.rows("select count(*) from delivery where payload::text like '%%C-9%%'") == [(0,)]
