"""Finding a running hub by its note, and the pepper that is made once."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.options import Place
from crossdock.bootstrap.presence import (
    NOTE,
    PEPPER,
    Addresses,
    announce,
    database,
    installation,
    pepper_of,
    running,
    withdraw,
)
from crossdock.bootstrap.settings import Settings, read_settings
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret


def test_a_running_hub_is_found_by_its_note(tmp_path: Path) -> None:
    note = announce(tmp_path, Addresses("postgresql://x"), http_url="http://127.0.0.1:1")
    assert running(tmp_path) == note
    assert note.pid == os.getpid()
    withdraw(tmp_path)
    withdraw(tmp_path)
    assert running(tmp_path) is None


def test_the_note_is_for_its_own_user_only(tmp_path: Path) -> None:
    announce(tmp_path, Addresses("postgresql://u:pw@x"))
    assert (tmp_path / NOTE).stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [NOTE]


def test_the_note_of_a_process_that_is_gone_counts_as_none(tmp_path: Path) -> None:
    note = announce(tmp_path, Addresses("postgresql://x"))
    earlier = msgspec.structs.replace(note, started=note.started - 3600)
    (tmp_path / NOTE).write_bytes(msgspec.json.encode(earlier))
    assert running(tmp_path) is None


def test_a_note_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / NOTE).write_text("{half")
    assert running(tmp_path) is None


def test_a_pepper_is_made_once_and_kept(tmp_path: Path) -> None:
    first = pepper_of(Settings(), tmp_path / "data")
    assert pepper_of(Settings(), tmp_path / "data") == first
    assert len(first.reveal()) >= 40
    assert (tmp_path / "data" / PEPPER).stat().st_mode & 0o077 == 0


def test_a_pepper_of_your_own_goes_before_the_kept_one(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {"CROSSDOCK_HTTP__PEPPER": "mine"})
    assert pepper_of(settings, tmp_path) == Secret("mine")
    assert not (tmp_path / PEPPER).exists()


def test_an_empty_pepper_is_refused_for_it_would_open_every_key(tmp_path: Path) -> None:
    (tmp_path / PEPPER).write_text("\n")
    with pytest.raises(Permanent, match="put the pepper back from your backup"):
        pepper_of(Settings(), tmp_path)


def test_the_data_directory_is_the_projects_unless_named(tmp_path: Path) -> None:
    assert installation(Place(tmp_path))[1] == tmp_path / "data"
    assert installation(Place(tmp_path, tmp_path / "other"))[1] == tmp_path / "other"


async def test_the_database_of_a_running_hub_is_used_as_it_is(tmp_path: Path) -> None:
    announce(tmp_path / "data", Addresses("postgresql://running"))
    async with database(Place(tmp_path)) as url:
        assert url == "postgresql://running"


async def test_a_database_of_your_own_goes_before_everything(tmp_path: Path) -> None:
    (tmp_path / "crossdock.toml").write_text('[postgres]\nurl = "postgresql://db/x"\n')
    announce(tmp_path / "data", Addresses("postgresql://running"))
    async with database(Place(tmp_path)) as url:
        assert url == "postgresql://db/x"


async def test_where_no_hub_ever_ran_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="no hub has run on"):
        async with database(Place(tmp_path)):
            pass
