"""A document that breaks its own standard: one case where the partner is strict, used and told where it is not."""

from __future__ import annotations

from pathlib import Path

from crossdock.testing.assembled import assembled, write_project

GOLDEN = Path(__file__).parents[2] / "connectors"
CASES = "select code, subject, occurrences, closed is null from exception_case order by id"
XML = "application/xml"


async def test_who_is_strict_has_one_case_of_all_that_is_wrong(durable_url: str, tmp_path: Path) -> None:
    settings = {"strict": True}
    write_project(tmp_path, {"erp": {"role": "ERP", "connector": "ubl", "settings": settings}})
    unsound = (GOLDEN / "ubl" / "golden" / "order_unsound" / "wire.xml").read_bytes()
    sound = (GOLDEN / "ubl" / "golden" / "order" / "wire.xml").read_bytes()
    async with assembled(tmp_path, durable_url) as hub:
        answer = await hub.post("erp", unsound, XML)
        assert answer.status_code == 422
        assert await hub.rows(CASES) == [("INT-02", "erp", 1, True)]
        ((detail,),) = await hub.rows("select detail from exception_case")
        for element in ("cac:SellerSupplierParty", "cbc:ID", "cac:DeliveryTerms", "cbc:Priority"):
            assert element in detail
        assert (await hub.post("erp", sound, XML)).json()["status"] == "accepted"


async def test_who_is_not_is_taken_and_told(durable_url: str, tmp_path: Path) -> None:
    """A cancellation in GS1 XML without the lines its schema demands: it says what is meant."""
    write_project(tmp_path, {"erp": {"role": "ERP", "connector": "gs1"}})
    deleted = (GOLDEN / "gs1" / "golden" / "order_cancel" / "wire.xml").read_bytes()
    async with assembled(tmp_path, durable_url) as hub:
        answer = await hub.post("erp", deleted, XML)
        assert answer.json()["status"] == "accepted"
        assert [one["code"] for one in answer.json()["findings"]] == ["XML-MISSING"] * 2
        assert await hub.rows(CASES) == []
