"""Backup and point-in-time restore on the real engine: the facts up to the instant and no others, or all there are."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import shutil
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from crossdock.app.audit import AuditReport, Refold, audit
from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.bootstrap.backing import run_backup, run_restore
from crossdock.bootstrap.engines import engine_of
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.options import Place, RestoreOptions
from crossdock.bootstrap.presence import database, installation
from crossdock.cli.app import run
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.audit import Extent
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import open_pool
from crossdock.postgres.migrate import migrate
from crossdock.postgres.store import PostgresStore
from crossdock.process.policy import Policy
from crossdock.runtime.engines.archive import Archive, first_segment
from crossdock.testing.world import World
from tests.conftest import engine_folder

START = Order(1, World(PARTNERS).clock.now()).start


def column(url: str, statement: str, *values: object) -> list[object]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(statement.encode(), values).fetchall()]


def events(url: str) -> list[object]:
    return column(url, "select dossier || '.' || seq || ' ' || encode(body, 'hex') from event order by dossier, seq")


async def told(url: str, number: int) -> None:
    """One order from its approval to its proof of delivery; nothing is sent."""
    store = await PostgresStore.open(url)
    world = World(PARTNERS, now=START + timedelta(days=2))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    facts: list[Told] = list(Order(number, START).facts())
    await world.take((one.partner, one.body) for one in facts)
    await store.close()


@dataclasses.dataclass(frozen=True)
class Past:
    """A hub that died, and what it held when."""

    place: Place
    data: Path
    archive: Path
    early: datetime
    between: datetime
    at_between: list[object]
    at_end: list[object]
    ended: datetime
    last_tx: int
    last_dossier: int

    def rebuilt(self, name: str) -> Place:
        return Place(self.place.project, self.data.with_name(name))


@pytest.fixture(scope="module")
def past() -> Iterator[Past]:
    """Made once: no test changes it."""
    with engine_folder() as folder:
        yield asyncio.run(lived(folder))


async def lived(folder: Path) -> Past:
    """An order, a base backup, an order, an instant to go back to, an order; then the server is killed."""
    (folder / "crossdock.toml").write_text('[backup]\ndir = "safe"\n')
    (folder / "partners").mkdir()
    (folder / "partners" / "wms-nl1.toml").write_text('role = "WMS"\nconnector = "canonical_json"\n')
    place, archive = Place(folder), folder / "safe"
    settings, data = installation(place)
    data.mkdir()
    (data / "pepper").write_text("of the old hub")
    engine = engine_of(settings, folder, data)
    info = await engine.start()
    try:
        await migrate(info.url)
        await told(info.url, 1)
        early = column(info.url, "select clock_timestamp()")[0]
        base = await Archive(archive).take(info.url, kept=(data / "pepper", data / "absent"))
        await told(info.url, 2)
        between = column(info.url, "select clock_timestamp()")[0]
        at_between = events(info.url)
        await told(info.url, 3)
        last = [column(info.url, f"select max({name}) from event")[0] for name in ("tx", "dossier")]
        at_end = events(info.url)
        ended = column(info.url, "select clock_timestamp()")[0]
        os.kill(info.pid, signal.SIGKILL)
        await engine.wait()
    finally:
        await engine.stop()
    assert isinstance(early, datetime)
    assert isinstance(between, datetime)
    assert isinstance(ended, datetime)
    assert base.ended < between
    return Past(place, data, archive, early, between, at_between, at_end, ended, int(str(last[0])), int(str(last[1])))


async def restored(past: Past, name: str, at: datetime | None) -> Place:
    to = past.rebuilt(name)
    assert to.data is not None
    await run_restore(past.place, RestoreOptions(past.archive, to.data, at, past.data, by="Ana Ruiz"))
    return to


async def sound(url: str) -> AuditReport:
    # Nothing is sent in these tests, and none of it shall be called overdue.
    pool = await open_pool(url, size_min=1, size_max=1, name="audit")
    try:
        refold = Refold(REGISTRIES, Policy(), Extent())
        return await audit(PostgresAudit(pool), START, refold=refold, acts=PostgresActs(pool))
    finally:
        await pool.close()


async def test_an_earlier_instant_has_the_facts_up_to_it_and_numbers_on_beyond_what_was_lost(past: Past) -> None:
    place = await restored(past, "earlier", past.between)
    assert place.data is not None
    assert (place.data / "pepper").read_text() == "of the old hub"
    async with database(place) as url:
        assert events(url) == past.at_between
        report = await sound(url)
        assert (report.verdict, report.different, report.discrepancies) == ("pass", 0, ())
        assert set(column(url, "select state from delivery")) == {"unknown"}
        await told(url, 3)
        new = "select min({}) from event where recorded > %s"
        (tx,), (dossier,) = (column(url, new.format(name), past.ended) for name in ("tx", "dossier"))
        assert int(str(tx)) > past.last_tx
        assert int(str(dossier)) > past.last_dossier
        assert (await sound(url)).verdict == "pass"


async def test_at_the_end_nothing_is_lost_and_nothing_goes_out_unasked(past: Past) -> None:
    place = await restored(past, "end", None)
    async with database(place) as url:
        assert events(url) == past.at_end
        assert (await sound(url)).verdict == "pass"
        assert column(url, "select act || ' ' || person || ' ' || object from act") == ["restored Ana Ruiz database"]
        assert column(url, "select partner from partner_gate where paused") == ["wms-nl1"]


async def test_what_cannot_be_restored_is_said(past: Past, data_dir: Path) -> None:
    def to(name: str, at: datetime | None, archive: Path = past.archive) -> RestoreOptions:
        return RestoreOptions(archive, data_dir / name, at)

    with pytest.raises(Rejected, match="the oldest base backup is of"):
        await run_restore(past.place, to("early", past.early))
    with pytest.raises(Rejected, match="no base backup in"):
        await run_restore(past.place, to("none", None, data_dir))
    with pytest.raises(Rejected, match=r"ends .* before the instant: leave it out"):
        await run_restore(past.place, to("late", past.ended + timedelta(days=1)))
    assert not (data_dir / "late" / "postgres").exists()
    (data_dir / "full" / "postgres").mkdir(parents=True)
    with pytest.raises(Rejected, match="is there already"):
        await run_restore(past.place, to("full", None))
    broken = data_dir / "broken"
    shutil.copytree(past.archive / "base", broken / "base")
    (packed,) = broken.glob("base/*/postgres/base.tar.gz")
    with packed.open("r+b") as file:
        file.seek(5_000)
        file.write(b"not what was written")
    with pytest.raises(Permanent, match="is damaged"):
        await run_restore(past.place, to("broken", None, broken))


async def test_a_database_of_yours_is_backed_up_by_you(tmp_path: Path) -> None:
    (tmp_path / "crossdock.toml").write_text('[postgres]\nurl = "postgresql://db.example/hub"\n')
    with pytest.raises(Permanent, match="the database is yours"):
        await run_backup(Place(tmp_path), tmp_path / "safe")
    (tmp_path / "crossdock.toml").unlink()
    with pytest.raises(Rejected, match=r"set backup\.dir, or name a folder"):
        await run_backup(Place(tmp_path), None)


def segments(archive: Path) -> list[str]:
    return sorted(path.name for path in archive.glob("wal/*") if len(path.name) == len("000000010000000000000001.gz"))


def test_backups_are_made_at_rest_and_old_ones_go_with_their_log(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_dir / "data" / "postgres").mkdir(parents=True)
    (data_dir / "crossdock.toml").write_text('[http]\nport = 0\n[backup]\ndir = "safe"\n')
    at = ["--project", str(data_dir)]
    assert run(["doctor", "--json", *at]) == 1
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert (found["backup.archive"]["ok"], found["backup.base"]["ok"]) == (True, False)
    assert run(["backup", *at]) == 0
    assert "and the log since" in capsys.readouterr().out
    before = segments(data_dir / "safe")
    assert run(["backup", "--keep", "1", "--json", *at]) == 0
    done = json.loads(capsys.readouterr().out)
    (base,) = Archive(data_dir / "safe").bases()
    assert (done["archived"], done["folder"], len(done["removed"])) == (True, str(base.folder), 1)
    after = segments(data_dir / "safe")
    assert after[0] == f"{first_segment(base.folder)}.gz"
    assert before[0] not in after
