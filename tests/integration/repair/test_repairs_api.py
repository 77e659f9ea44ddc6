"""Repairs over HTTP: proposed, read, approved with another key, applied; refusals say who must do what."""

from __future__ import annotations

from pathlib import Path

from crossdock.app.access import Scope
from crossdock.bootstrap.repair_desk import repair_desk
from crossdock.testing.assembled import assembled, write_project

ERP = {"role": "ERP", "connector": "canonical_json"}
WISH = {"by": "Ana Ruiz", "reason": "the policy was mended", "selection": {"everything": True}}


async def test_a_plan_goes_its_way_over_http(durable_url: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"erp1": ERP})
    async with assembled(tmp_path, durable_url) as hub:
        ana, ben = await hub.key("erp1"), await hub.key("erp1")
        reader = await hub.key("erp1", Scope.OPERATIONS_READ)
        assert (await hub.http.post("/v1/repairs", json=WISH, headers=reader)).status_code == 403
        made = await hub.http.post("/v1/repairs", json=WISH, headers=ana)
        assert (made.status_code, made.json()["state"]) == (202, "planning")
        where = f"/v1/repairs/{made.json()['id']}"
        while await repair_desk(hub.hub).step_next():
            pass
        shown = await hub.http.get(where, headers=reader)
        assert shown.json()["plan"]["state"] == "done"
        assert shown.json()["items"] == []
        word = {"by": "Ben Okoro", "reason": "looks right"}
        refused = await hub.http.post(f"{where}/approve", json=word, headers=ben)
        assert refused.status_code == 409
        assert "only one that is proposed" in refused.json()["detail"]
        assert (await hub.http.post(f"{where}/withdraw", json=word, headers=ben)).status_code == 409
        assert (await hub.http.post(f"{where}/apply", json=word, headers=ben)).status_code == 409
        listed = await hub.http.get("/v1/repairs?limit=1", headers=reader)
        assert [one["reason"] for one in listed.json()["items"]] == ["the policy was mended"]
        assert (await hub.http.get("/v1/repairs/none", headers=reader)).status_code == 404
        nothing = {**WISH, "selection": {}}
        assert (await hub.http.post("/v1/repairs", json=nothing, headers=ana)).status_code in (400, 422)
        assert (await hub.http.post("/v1/repairs", json={"by": "x"}, headers=ana)).status_code == 400


async def test_mending_what_is_not_in_quarantine_is_told(durable_url: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"erp1": ERP})
    async with assembled(tmp_path, durable_url) as hub:
        key = await hub.key("erp1")
        mended = await hub.http.post("/v1/quarantine/7.1/mend", json={"fact": {}, "reason": "try it"}, headers=key)
        assert mended.status_code == 404
        assert (await hub.http.post("/v1/quarantine/7.1/mend", json={}, headers=key)).status_code == 400
        detached = await hub.http.post("/v1/quarantine/7.1/detach", json={"reason": "try it"}, headers=key)
        assert detached.status_code == 404
