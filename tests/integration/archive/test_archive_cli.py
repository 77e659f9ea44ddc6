"""`crossdock archive`: planned, run, listed, shown, verified, put back, paused; and every refusal says what to do."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path

import psycopg
import pytest

from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import Order
from crossdock.cli.app import run
from crossdock.postgres.connection import open_pool
from crossdock.postgres.store import PostgresStore
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.world import World
from tests.integration.archive.given import START, told

ONE, TWO = (Order(number, START).number for number in (1, 2))
# Long ago, and read by all who follow the log.
AGED = """
update event set recorded = recorded - interval '500 days';
insert into relay_cursor (name, tx, dossier, seq)
    select name, (select max(tx) from event), 1 << 60, 0 from unnest(array['cards', 'kpi', 'portal']) as name"""


@pytest.fixture
def project(tmp_path: Path, postgres_url: str) -> list[str]:
    """A project with an archive, and two orders that were over long ago."""
    settings = f'[postgres]\nurl = "{postgres_url}"\n[retention]\ndir = "archive"\n'
    (tmp_path / "crossdock.toml").write_text(settings)
    asyncio.run(happened(postgres_url))
    with psycopg.connect(postgres_url) as connection:
        connection.execute(AGED)
    return ["--project", str(tmp_path)]


async def happened(url: str) -> None:
    store = await PostgresStore.open(url)
    pool = await open_pool(url, size_min=1, size_max=2, name="given")
    world = World(PARTNERS, policy=POLICY, now=when("01 04:00"))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    await told(world, pool, 1, 2)
    await pool.close()
    await store.close()


def said(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int = 0) -> str:
    """What a command printed, on one line."""
    assert run(["archive", *arguments]) == code
    told = capsys.readouterr()
    return " ".join((told.out if code < 2 else told.err).split())


def test_an_order_goes_is_found_and_comes_back(project: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing is archived" in said(capsys, ["list", *project])
    assert "2 would go: archive them with --yes" in said(capsys, ["run", *project])
    assert "0 would go" in said(capsys, ["run", "--closed-days", "600", *project])
    assert "nothing is archived" in said(capsys, ["list", *project])
    done = json.loads(said(capsys, ["run", "--yes", "--json", *project]))
    assert (done["planned"], done["dossiers"]) == (False, [f"order||{ONE}", f"order||{TWO}"])
    (file,) = json.loads(said(capsys, ["list", "--json", *project]))
    assert (file["name"], file["pieces"], file["kind"]) == (done["files"][0], 2, "dossiers")
    assert said(capsys, ["list", "--before", file["name"], *project]) == "nothing is archived"
    shown = said(capsys, ["show", ONE, *project])
    assert f"# order||{ONE}, archived" in shown
    assert "order.cancel_requested" in shown
    assert json.loads(said(capsys, ["show", ONE, "--json", *project]))["archived"]["ident"] == f"order||{ONE}"
    assert "would come back: do it with --yes" in said(capsys, ["restore", ONE, *project])
    assert f"order||{ONE}" in said(capsys, ["show", ONE, *project])
    assert "are back" in said(capsys, ["restore", ONE, "--yes", *project])
    assert f"{ONE} is not archived: it is in the database" in said(capsys, ["show", ONE, *project], 2)
    assert "1 archived" in said(capsys, ["run", "--yes", *project])
    assert said(capsys, ["verify", *project]) == "every file is as it was written"


def test_a_damaged_and_a_missing_file_are_named(
    project: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, ["run", "--yes", *project])
    (path,) = (tmp_path / "archive" / "dossiers").rglob("*.zst")
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"otherwise")
    assert "is not what was written: restore it from a backup" in said(capsys, ["verify", *project], 1)
    path.unlink()
    (fault,) = json.loads(said(capsys, ["verify", "--json", *project], 1))
    assert "cannot be read" in fault["detail"]
    assert "bring it back there" in said(capsys, ["restore", ONE, "--yes", *project], 2)
    path.write_bytes(whole)
    assert "are back" in said(capsys, ["restore", ONE, "--yes", *project])


def test_a_paused_archive_takes_nothing_and_says_why(project: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    ada = ["--by", "Ada Lang"]
    said(capsys, ["pause", *ada, "--reason", "the disk is moved", *project])
    refused = said(capsys, ["run", "--yes", *project], 2)
    assert "archiving is paused: the disk is moved; let it go on with crossdock archive resume" in refused
    said(capsys, ["resume", *ada, *project])
    assert "2 archived" in said(capsys, ["run", "--yes", *project])


def test_where_there_is_no_archive_or_no_such_order_it_is_said(
    project: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nothing is known under it" in said(capsys, ["show", "SO-NOBODYS", *project], 2)
    settings = tmp_path / "crossdock.toml"
    settings.write_text(settings.read_text().partition("[retention]")[0])
    for command in (["run"], ["list"], ["verify"], ["restore", ONE]):
        assert "no archive is set: name its folder" in said(capsys, [*command, *project], 2)
