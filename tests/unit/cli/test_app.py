"""The command line: help for everything, exit codes 0, 1 and 2, JSON on reads, errors that name the fix."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from crossdock.cli.app import COMMANDS, build_app, run


def names() -> Iterator[tuple[str, ...]]:
    for command in COMMANDS:
        if isinstance(command, App):
            yield from ((command.name[0], inner) for inner in command if not inner.startswith("-"))
        else:
            yield (command.__name__,)


@pytest.mark.parametrize("command", list(names()), ids=" ".join)
def test_every_command_has_help_that_says_what_it_is_for(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"Usage: crossdock {' '.join(command)}" in text
    assert text.count("\n") > 8


@pytest.mark.parametrize("tokens", [["--help"], ["--version"]])
def test_asking_about_the_program_is_fine(tokens: list[str]) -> None:
    assert run(tokens) == 0


@pytest.mark.parametrize(
    "tokens",
    [
        ["dance"],
        ["trace"],
        ["demo", "--orders", "many"],
        ["demo", "--orders", "0"],
        ["up", "--port", "70000"],
        ["key", "create"],
        ["audit", "--no-such-option"],
    ],
)
def test_a_command_line_that_makes_no_sense_ends_with_two(tokens: list[str]) -> None:
    assert run(tokens) == 2


def test_a_configuration_with_mistakes_ends_with_two_and_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "crossdock.toml").write_text("[htpp]\nport = 1\n")
    assert run(["up", "--print-config", "--project", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "crossdock.toml:1: htpp: unknown key htpp; did you mean http?" in said.err


def test_print_config_shows_what_takes_effect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "crossdock.toml").write_text('region = "eu"\n')
    assert run(["up", "--print-config", "--project", str(tmp_path), "--data", str(tmp_path / "d")]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["region"], shown["data"]) == ("eu", str(tmp_path / "d"))


@pytest.mark.parametrize("tokens", [["trace", "SO-1"], ["audit"], ["migrate"], ["key", "list"]])
def test_without_data_a_question_says_how_to_start(
    tokens: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*tokens, "--project", str(tmp_path)]) == 2
    assert "start one with crossdock up" in capsys.readouterr().err


def test_an_unknown_scope_is_refused_with_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["key", "create", "--scope", "all", "--project", str(tmp_path)]) == 2
    assert "there is no scope all; there are: facts:write" in capsys.readouterr().err


def test_revoking_needs_a_yes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--project", str(tmp_path)]
    assert run(["key", "revoke", "abc", "--by", "Ines", "--reason", "lost", *at]) == 1
    assert "do it with --yes" in capsys.readouterr().out


@pytest.mark.parametrize("what", [["key", "revoke", "abc", "--yes"], ["person", "revoke", "ana@example.com"]])
def test_whoever_ends_something_for_good_says_who_and_why(
    what: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*what, "--by", "Ines", "--project", str(tmp_path)]) == 2
    assert "--reason" in capsys.readouterr().err
    assert run([*what, "--reason", "left", "--project", str(tmp_path)]) == 2
    assert "--by" in capsys.readouterr().err


def test_one_app_is_as_good_as_another() -> None:
    assert list(build_app()) == list(build_app())


def test_the_command_line_alone_loads_no_connector_and_no_engine() -> None:
    """Each command loads what it needs when it runs; all of it at once is two seconds of anybody's time."""
    code = "import crossdock.cli.app, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    heavy = {"crossdock.connectors", "crossdock.bootstrap.connectors", "litestar", "psycopg", "nats", "zeep", "aiohttp"}
    assert heavy & set(loaded) == set()
