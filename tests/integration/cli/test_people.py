"""People from the command line, on the data of a hub that is not running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crossdock.bootstrap.engines import POSTGRES
from crossdock.cli.app import run


@pytest.fixture
def project(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> str:
    (data_dir / "data" / POSTGRES).mkdir(parents=True)
    assert run(["migrate", "--yes", "--project", str(data_dir)]) == 0
    capsys.readouterr()
    return str(data_dir)


def test_a_person_is_added_signed_in_changed_and_ended(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--project", project]
    add = ["person", "add", "ana@example.com", "--name", "Ana Ruiz"]
    assert run([*add, "--role", "operator", "--partner", "acme", "--partner", "b", "--json", *at]) == 0
    added = json.loads(capsys.readouterr().out)
    assert added["grants"] == [{"role": "operator", "reach": {"partners": ["acme", "b"]}}]

    assert run(["signin", "ana@example.com", "--json", *at]) == 0
    link = json.loads(capsys.readouterr().out)
    assert link["url"].startswith("http://127.0.0.1:8080/signin?token=")
    assert run(["signin", "ana@example.com", "--invitation", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)["expires"] > link["expires"]

    assert run([*add, "--role", "viewer", *at]) == 0
    assert "may come as viewer" in capsys.readouterr().out
    assert run(["person", "revoke", "ana@example.com", "--by", "Ines", "--reason", "left", *at]) == 0
    capsys.readouterr()
    assert run(["signin", "ana@example.com", *at]) == 2
    assert "nobody may sign in as ana@example.com" in capsys.readouterr().err

    assert run(["person", "list", *at]) == 0
    assert "ended" in capsys.readouterr().out
    assert run(["audit", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)["acts"] == {
        "acts": 5,
        "broken_at": 0,
        "detail": "every act is as it was written",
    }


def test_roles_that_do_not_exist_are_named(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["person", "add", "x@example.com", "--role", "king", "--project", project]) == 2
    assert "there is no role king" in capsys.readouterr().err
    assert run(["person", "revoke", "x@example.com", "--by", "I", "--reason", "left", "--project", project]) == 2
    assert "nobody may sign in as x@example.com" in capsys.readouterr().err
