"""What the doctor makes of what it is told."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.health import DatabaseFacts
from crossdock.runtime.doctor import (
    VITAL,
    Check,
    Patient,
    Port,
    clock,
    disk,
    durability,
    examine,
    free_port,
    log_durability,
    migrations,
    refuse_unsafe,
    shelf,
)
from crossdock.runtime.status_page import ClusterState, JetStreamConfig, JetStreamState, Variables

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def facts(
    settings: Mapping[str, str] = SAFE, *, pending: Sequence[str] = (), refusal: str = "", standby: bool = False
) -> DatabaseFacts:
    return DatabaseFacts("18.4", 180004, settings, standby, NOON, NOON, NOON, pending, refusal)


def verdicts(checks: Sequence[Check]) -> dict[str, bool]:
    return {check.name: check.ok for check in checks}


def test_a_durable_database_passes() -> None:
    assert all(check.ok and not check.what_to_do for check in durability(facts()))


@pytest.mark.parametrize("name", sorted(SAFE))
def test_each_setting_a_commit_rests_on_is_refused_when_off(name: str) -> None:
    checks = durability(facts({**SAFE, name: "off"}))
    assert [check.name for check in checks if not check.ok] == [f"postgres.{name}"]
    with pytest.raises(Permanent, match=f"{name} is off: Set {name} = on"):
        refuse_unsafe(checks)


def test_a_setting_nobody_can_see_is_not_taken_for_safe() -> None:
    assert not any(check.ok for check in durability(facts({})))


@pytest.mark.parametrize("value", ["on", "local", "remote_write", "remote_apply"])
def test_commits_that_flush_here_first_are_safe(value: str) -> None:
    assert all(check.ok for check in durability(facts({**SAFE, "synchronous_commit": value})))


def test_what_is_not_vital_does_not_stop_the_start() -> None:
    refuse_unsafe([Check("disk", ok=False, what="full", what_to_do="tidy up")])


def test_pending_migrations_name_the_command_to_run() -> None:
    check = migrations(facts(pending=["0020_pre_more.sql", "0021_pre_more.sql"]))
    assert (check.ok, check.what_to_do) == (False, "Run crossdock migrate.")
    assert "2 migrations" in check.what
    assert "0020_pre_more.sql" in check.what


def test_an_edited_migration_is_told_as_it_is() -> None:
    assert migrations(facts(refusal="migration 0001 was edited")).what == "migration 0001 was edited"


@pytest.mark.parametrize(
    ("theirs_s", "ok"), [(0.0, True), (0.4, True), (2.4, True), (2.6, False), (-2.0, True), (-2.1, False)]
)
def test_clocks_may_differ_by_two_seconds_beside_what_the_answer_took(theirs_s: float, *, ok: bool) -> None:
    asked, answered = NOON, NOON + timedelta(seconds=0.5)
    assert clock(NOON + timedelta(seconds=theirs_s), asked, answered).ok is ok


def nats(*, sync_always: bool = True, others: int = 0, version: str = "2.15.1", jetstream: bool = True) -> Variables:
    config = JetStreamConfig("/data", sync_always) if jetstream else None
    urls = tuple(f"10.0.0.{n}:6222" for n in range(others))
    return Variables("hub", version, JetStreamState(config), ClusterState(urls))


@pytest.mark.parametrize(
    ("server", "ok"),
    [
        (nats(), True),
        (nats(sync_always=False), False),
        (nats(sync_always=False, others=2), True),
        (nats(jetstream=False), False),
    ],
)
def test_an_acknowledged_message_must_be_on_disk_or_on_three_servers(server: Variables, *, ok: bool) -> None:
    checks = log_durability(server)
    assert verdicts(checks)["nats.sync"] is ok
    if not ok:
        with pytest.raises(Permanent, match="sync_interval: always"):
            refuse_unsafe(checks)


@pytest.mark.parametrize(
    ("version", "ok"), [("2.10.9", False), ("2.11.0", True), ("2.15.1-beta", True), ("3.0.0", True)]
)
def test_an_old_nats_is_told_to_upgrade(version: str, *, ok: bool) -> None:
    assert verdicts(log_durability(nats(version=version)))["nats.version"] is ok


def test_a_taken_port_is_named_and_a_free_one_passes() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = Port("http", "127.0.0.1", taken.getsockname()[1])
        check = free_port(port)
        assert not check.ok
        assert f"127.0.0.1:{port.port} cannot be used" in check.what
    assert free_port(port).ok


def test_the_disk_is_measured_where_the_data_lies(tmp_path: Path) -> None:
    assert str(tmp_path) in disk(tmp_path).what


def test_an_archive_is_where_it_can_be_made_or_is_told_of(tmp_path: Path) -> None:
    assert shelf(tmp_path / "archive" / "of orders").ok
    (tmp_path / "file").write_bytes(b"")
    check = shelf(tmp_path / "file" / "archive")
    assert (check.name, check.ok) == ("retention.dir", False)
    assert str(tmp_path / "file") in check.what_to_do


async def test_a_database_that_does_not_answer_is_one_failed_check() -> None:
    async def away() -> DatabaseFacts:
        raise Transient("PostgreSQL did not answer: connection refused; it is tried again")

    (check,) = await examine(Patient(inspect_database=away))
    assert (check.name, check.ok) == ("postgres.reachable", False)
    assert "Start PostgreSQL" in check.what_to_do


async def test_a_standby_is_told_apart() -> None:
    async def standby() -> DatabaseFacts:
        return facts(standby=True)

    checks = await examine(Patient(inspect_database=standby))
    assert [check.name for check in checks if not check.ok] == ["postgres.writable"]


async def test_a_status_page_that_is_not_there_is_one_failed_check() -> None:
    (check,) = await examine(Patient(monitor_url="http://127.0.0.1:1"))
    assert (check.name, check.ok) == ("nats.reachable", False)


def test_vital_checks_exist_under_their_names() -> None:
    made = {check.name for check in [*durability(facts()), *log_durability(nats())]}
    assert made >= VITAL
