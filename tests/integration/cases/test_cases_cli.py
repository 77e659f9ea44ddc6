"""`crossdock cases`: the queue, one case, an act, and the proof that acts are as written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from crossdock.app.slos.objective import CLASSES
from crossdock.cli.app import run


@pytest.fixture
def project(tmp_path: Path, postgres_url: str) -> list[str]:
    (tmp_path / "crossdock.toml").write_text(f'[postgres]\nurl = "{postgres_url}"\n')
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "insert into exception_case (dossier, opened, severity, code, subject, slot, queue, detail, cause_open)"
            " values (0, %s, 3, 'TRN-07', 'SO-1/WH-1/1', '', 'TRN', 'no sign of life', '1.1')",
            (datetime(2026, 6, 8, 10, tzinfo=UTC),),
        )
    return ["--project", str(tmp_path)]


@pytest.mark.proves("X-23")
def test_a_case_is_listed_taken_and_shown(project: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cases", "list", "--json", *project]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    who = ["--by", "Ana Ruiz", "--reason", "I call the carrier"]
    assert run(["cases", "act", str(line["id"]), "take", *who, *project]) == 0
    assert "TRN-07 is IN_PROGRESS" in capsys.readouterr().out
    assert run(["cases", "list", "--mine", "Ana Ruiz", *project]) == 0
    assert "SO-1/WH-1/1" in capsys.readouterr().out
    assert run(["cases", "show", str(line["id"]), *project]) == 0
    shown = capsys.readouterr().out
    assert "Ana Ruiz taken: I call the carrier (OPEN > IN_PROGRESS)" in shown.replace("\n", " ")
    assert run(["cases", "verify", *project]) == 0
    assert "1 acts: every act is as it was written" in capsys.readouterr().out


def test_what_cannot_be_done_is_said(project: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    who = ["--by", "Ana Ruiz", "--reason", "because"]
    assert run(["cases", "show", "999", *project]) == 2
    assert "there is no case 999" in capsys.readouterr().err
    assert run(["cases", "act", "999", "take", *who, *project]) == 2
    capsys.readouterr()
    assert run(["cases", "act", "1", "resume", *who, *project]) == 2
    assert "cannot be given resume" in capsys.readouterr().err
    assert run(["cases", "act", "1", "take", "--by", "A", "--reason", "because", *project]) == 2
    assert "say who you are and why" in capsys.readouterr().err
    assert run(["cases", "list", "--queue", "FIN", *project]) == 0
    assert "no case is waiting" in capsys.readouterr().out


def test_promises_are_printed_and_an_overdrawn_one_is_an_exit_of_one(
    project: list[str], postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["slos", *project]) == 0
    assert "p0-p95" in capsys.readouterr().out
    key = CLASSES["p1-p95"].counting("p1-p95").key
    with psycopg.connect(postgres_url) as connection:
        connection.execute("insert into slo_bucket values (%s, now(), 80, 100)", (key,))
    assert run(["slos", "--json", *project]) == 1
    (one,) = [budget for budget in json.loads(capsys.readouterr().out) if budget["total"]]
    assert (one["name"], one["attained_pct"], one["left_pct"]) == ("p1-p95", "80.00", "-300.00")
