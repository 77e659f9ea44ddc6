"""Commands on the data of a hub that is not running: each opens the database for the moment and leaves it in order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crossdock.bootstrap.engines import POSTGRES
from crossdock.cli.app import run


@pytest.fixture
def project(data_dir: Path) -> str:
    (data_dir / "data" / POSTGRES).mkdir(parents=True)
    return str(data_dir)


def test_an_installation_is_brought_up_to_date_and_then_answers(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "--project", project]) == 2
    assert "run crossdock migrate" in capsys.readouterr().err

    assert run(["migrate", "--json", "--project", project]) == 1
    pending = json.loads(capsys.readouterr().out)["pending"]
    assert pending[0].startswith("0001_pre_")

    assert run(["migrate", "--yes", "--json", "--project", project]) == 0
    assert json.loads(capsys.readouterr().out) == {"applied": pending}
    assert run(["migrate", "--project", project]) == 0
    capsys.readouterr()

    assert run(["audit", "--json", "--project", project]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["sums"]["events"]) == ("pass", 0)

    assert run(["trace", "SO-1", "--project", project]) == 2
    assert "nothing is known under SO-1" in capsys.readouterr().err
    assert run(["why", "SO-1", "--project", project]) == 2
    assert "nothing is known under SO-1" in capsys.readouterr().err
    assert run(["show", "SO-1", "--as-known", "2026-06-01T00:00:00", "--project", project]) == 2
    assert "nothing was there under SO-1" in capsys.readouterr().err
    files = ["export", "--to", str(Path(project) / "files"), "--since", "2026-01-01", "--project", project]
    assert [run([*files, "--json"]), run(files)] == [0, 0]
    assert "0 orders, 0 shipments, 0 facts, 0 cases, 0 kpis, 0 money" in capsys.readouterr().out
    assert run([*files, "--until", "2025-01-01"]) == 2
    assert "--until lies after --since" in capsys.readouterr().err
    assert run(["kpis", "--board", "CUS", "--project", project]) == 0
    assert "Customs hold time" in capsys.readouterr().out
    assert run(["kpis", "--board", "XXX", "--project", project]) == 2
    assert "there is no board XXX" in capsys.readouterr().err


def test_a_key_is_made_listed_and_revoked(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--project", project]
    assert run(["migrate", "--yes", *at]) == 0
    capsys.readouterr()
    made = ["key", "create", "--scope", "facts:write", "--partner", "wms-a", "--label", "dock 3", "--days", "7"]
    assert run([*made, "--json", *at]) == 0
    key = json.loads(capsys.readouterr().out)
    assert key["key"].startswith(f"cdk_{key['prefix']}_")

    assert run(["key", "list", "--json", *at]) == 0
    text = capsys.readouterr().out
    (kept,) = json.loads(text)
    assert (kept["partner"], kept["label"], kept["scopes"]) == ("wms-a", "dock 3", ["facts:write"])
    assert kept["expires"] > kept["created"]
    assert key["key"] not in text

    why = ["--by", "Ines", "--reason", "the dock was closed"]
    assert run(["key", "revoke", key["prefix"], "--yes", *why, *at]) == 0
    assert run(["key", "revoke", key["prefix"], "--yes", *why, *at]) == 2
    assert f"no key with prefix {key['prefix']} is in force" in capsys.readouterr().err


def test_a_doctor_looks_at_what_is_there(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    (Path(project) / "crossdock.toml").write_text("[http]\nport = 0\n")
    assert run(["doctor", "--json", "--project", project]) == 1
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert [name for name, check in found.items() if not check["ok"] and name != "disk"] == ["postgres.migrations"]
    assert "crossdock migrate" in found["postgres.migrations"]["what_to_do"]
    assert found["postgres.fsync"]["ok"]


def test_a_doctor_before_the_first_start_has_nothing_to_complain_of_but_the_host(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "crossdock.toml").write_text("[http]\nport = 0\n")
    run(["doctor", "--json", "--project", str(tmp_path)])
    assert {check["name"] for check in json.loads(capsys.readouterr().out)} == {"disk", "port.http"}
