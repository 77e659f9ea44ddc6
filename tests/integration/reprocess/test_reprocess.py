"""Messages nobody could use: one case a cause, and one command that runs them all again once the map is mended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crossdock.app.archive.messages import BytesKeeper
from crossdock.app.reprocess import Reprocess, Reprocessed
from crossdock.cli.app import run
from crossdock.instruments.shelf import FolderShelf
from crossdock.kernel.errors import Rejected
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.originals import PostgresBytesArchive
from crossdock.testing.assembled import Assembled, assembled, write_project
from crossdock.testing.world import StillClock

CARRIER = {"role": "CAR", "connector": "carrier_json"}
IN_A_YEAR = datetime.now(UTC) + timedelta(days=365)
MENDED = {**CARRIER, "settings": {"status_codes": {"ZZ9": "OUT_FOR_DELIVERY"}}}


def hook(number: int, *statuses: str) -> bytes:
    """A webhook of the carrier with one event for each status."""
    events = [
        {
            "eventId": f"e-{number}-{place}",
            "trackingNumber": f"PRO{number}",
            "status": status,
            "occurredAt": f"2026-06-02T1{place}:00:00Z",
        }
        for place, status in enumerate(statuses)
    ]
    return json.dumps({"carrier": "FLSH", "events": events}).encode()


@asynccontextmanager
async def hub(url: str, folder: Path, carrier: dict[str, object]) -> AsyncIterator[Assembled]:
    """The hub with the carrier's file as it is."""
    write_project(folder, {"flsh": carrier})
    if "settings" in carrier:
        codes = carrier["settings"]["status_codes"]  # type: ignore[index]
        lines = "\n".join(f'"{code}" = "{milestone}"' for code, milestone in codes.items())
        (folder / "partners" / "flsh.toml").write_text(
            f'role = "CAR"\nconnector = "carrier_json"\n[settings.status_codes]\n{lines}\n'
        )
    async with assembled(folder, url) as opened:
        yield opened


async def again(opened: Assembled, **chosen: object) -> Reprocessed:
    """The command."""
    archive = PostgresMessages(opened.hub.pool)
    parts = opened.hub.parts
    reprocess = Reprocess(archive, parts.directory, opened.hub.intake, opened.hub.store, opened.hub.clock)
    return await reprocess.run(**chosen)  # type: ignore[arg-type]


CASES = "select code, subject, occurrences, closed is not null, cause_closed from exception_case order by id"


@pytest.mark.proves("MDM-03", "X-14", "X-22", "Y-23")
async def test_one_cause_is_one_case_and_one_run_mends_all_in_order(durable_url: str, tmp_path: Path) -> None:
    async with hub(durable_url, tmp_path, CARRIER) as before:
        for number in (1, 2, 3):
            assert (await before.post("flsh", hook(number, "ZZ9"))).status_code == 422
        assert await before.rows(CASES) == [("MDM-03", "flsh", 3, False, "")]
        first = await before.rows("select id, findings from message order by received, id")
    async with hub(durable_url, tmp_path, MENDED) as mended:
        done = await again(mended)
        assert [(rerun.original, rerun.status, rerun.facts) for rerun in done.reruns] == [
            (name, "accepted", 1) for name, _ in first
        ]
        assert [finding.code for rerun in done.reruns for finding in rerun.first] == ["MDM-03"] * 3
        assert await mended.rows("select count(*) from waiting") == [(3,)]
        (case,) = await mended.rows(CASES)
        assert case[:4] == ("MDM-03", "flsh", 3, True)
        assert case[4] in {rerun.message for rerun in done.reruns}
        assert done.closed == ("MDM-03 flsh http MDM-03",)
        kept = await mended.rows("select id, findings from message where original = '' order by received, id")
        assert kept == first
        links = await mended.rows("select original, length(body) from message where original <> '' order by original")
        assert links == [(name, 0) for name, _ in sorted(first)]


async def test_a_message_wrong_in_two_places_is_one_case_and_closes_when_both_are_mended(
    durable_url: str, tmp_path: Path
) -> None:
    half = {**CARRIER, "settings": {"status_codes": {"ZZ8": "OUT_FOR_DELIVERY"}}}
    whole = {**CARRIER, "settings": {"status_codes": {"ZZ8": "OUT_FOR_DELIVERY", "ZZ9": "DELIVERED"}}}
    async with hub(durable_url, tmp_path, CARRIER) as before:
        await before.post("flsh", hook(1, "ZZ9", "ZZ8"))
        await before.post("flsh", hook(2, "ZZ8"))
        assert await before.rows(CASES) == [("MDM-03", "flsh", 2, False, "")]
        ((detail,),) = await before.rows("select detail from exception_case where occurrences = 2")
        assert "ZZ8" in detail
    async with hub(durable_url, tmp_path, half) as halfway:
        assert (await again(halfway)).closed == ()
    async with hub(durable_url, tmp_path, whole) as mended:
        assert len((await again(mended)).closed) == 1


async def test_a_second_run_does_nothing(durable_url: str, tmp_path: Path) -> None:
    async with hub(durable_url, tmp_path, CARRIER) as before:
        await before.post("flsh", hook(1, "ZZ9"))
    async with hub(durable_url, tmp_path, MENDED) as mended:
        assert len((await again(mended)).reruns) == 1
        assert await again(mended) == Reprocessed(())


async def test_what_was_used_of_a_message_is_not_used_twice(durable_url: str, tmp_path: Path) -> None:
    """I2: of two events one was taken then, the other is taken now."""
    async with hub(durable_url, tmp_path, CARRIER) as before:
        assert (await before.post("flsh", hook(1, "OD", "ZZ9"))).json()["status"] == "partial"
        assert await before.rows("select count(*) from waiting") == [(1,)]
    async with hub(durable_url, tmp_path, MENDED) as mended:
        (rerun,) = (await again(mended)).reruns
        assert rerun.status == "accepted"
        facts = await mended.rows("select count(distinct key) from waiting")
        assert facts == [(2,)]


async def test_a_message_that_still_cannot_be_used_leaves_no_trace_and_its_case_open(
    durable_url: str, tmp_path: Path
) -> None:
    async with hub(durable_url, tmp_path, CARRIER) as before:
        await before.post("flsh", hook(1, "ZZ9"))
        await before.post("flsh", hook(2, "ZZ8"))
    async with hub(durable_url, tmp_path, MENDED) as mended:
        done = await again(mended)
        assert [rerun.status for rerun in done.reruns] == ["accepted", "refused"]
        assert done.closed == ()
        assert await mended.rows("select count(*) from message") == [(3,)]
        assert (await mended.rows(CASES))[0][3] is False


async def test_a_message_sent_again_meanwhile_is_not_run_over_its_successor(durable_url: str, tmp_path: Path) -> None:
    async with hub(durable_url, tmp_path, CARRIER) as before:
        await before.post("flsh", hook(1, "ZZ9"))
    async with hub(durable_url, tmp_path, MENDED) as mended:
        assert (await mended.post("flsh", hook(1, "ZZ9"))).status_code == 200
        done = await again(mended)
        assert [rerun.status for rerun in done.reruns] == ["superseded"]
        assert await again(mended) == Reprocessed(())
        assert (await mended.rows(CASES))[0][3] is True


async def given_away(url: str, folder: Path) -> tuple[str, Path]:
    """Three messages nobody could use; the bytes of the first are in the archive."""
    async with hub(url, folder, CARRIER) as before:
        await before.post("flsh", hook(1, "ZZ9"))
        name, _, _ = await before.last_message("flsh")
        keeper = BytesKeeper(
            PostgresBytesArchive(before.hub.pool), FolderShelf(folder / "archive"), StillClock(IN_A_YEAR), timedelta(1)
        )
        let = await keeper.archive_once()
        assert let.messages == 1
        for number in (2, 3):
            await before.post("flsh", hook(number, "ZZ9"))
    async with hub(url, folder, MENDED):
        return name, folder / "archive" / let.file


def test_a_message_whose_archive_is_not_there_is_told_and_holds_up_no_other(
    durable_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, file = asyncio.run(given_away(durable_url, tmp_path))
    (tmp_path / "crossdock.toml").write_text(f'[postgres]\nurl = "{durable_url}"\n[retention]\ndir = "archive"\n')
    command = ["reprocess", "--project", str(tmp_path), "--json"]
    away = file.rename(file.with_suffix(".away"))
    capsys.readouterr()
    assert run(command) == 1
    done = json.loads(capsys.readouterr().out)
    assert [(one["status"], one["facts"]) for one in done["reruns"]] == [("away", 0), ("accepted", 1), ("accepted", 1)]
    (told,) = done["reruns"][0]["findings"]
    assert (done["reruns"][0]["original"], told["code"]) == (name, "BYTES-AWAY")
    assert "bring it back there" in told["detail"]
    assert done["closed"] == [], "one still fails of it"
    assert run([*command, "--message", name]) == 2
    assert "bring it back there" in " ".join(capsys.readouterr().err.split())
    away.rename(file)
    assert run(command) == 0
    done = json.loads(capsys.readouterr().out)
    assert [(one["original"], one["status"]) for one in done["reruns"]] == [(name, "accepted")]
    assert done["closed"] == ["MDM-03 flsh http MDM-03"]


async def test_a_dry_run_says_what_would_become_of_it_and_writes_nothing(durable_url: str, tmp_path: Path) -> None:
    async with hub(durable_url, tmp_path, CARRIER) as before:
        await before.post("flsh", hook(1, "ZZ9"))
    async with hub(durable_url, tmp_path, MENDED) as mended:
        (rerun,) = (await again(mended, dry=True)).reruns
        assert (rerun.status, rerun.message) == ("accepted", "")
        assert await mended.rows("select count(*) from message") == [(1,)]
        assert len((await again(mended)).reruns) == 1


async def test_one_message_can_be_named_and_a_wrong_name_is_refused(durable_url: str, tmp_path: Path) -> None:
    async with hub(durable_url, tmp_path, CARRIER) as before:
        await before.post("flsh", hook(1, "ZZ9"))
        await before.post("flsh", hook(2, "ZZ9"))
        name, _, _ = await before.last_message("flsh")
    async with hub(durable_url, tmp_path, MENDED) as mended:
        assert [rerun.original for rerun in (await again(mended, message=name)).reruns] == [name]
        assert len((await again(mended)).reruns) == 1
        with pytest.raises(Rejected, match="there is no message m-9"):
            await again(mended, message="m-9")
