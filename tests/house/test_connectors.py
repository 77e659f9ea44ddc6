"""The catalogue of connectors compared with the folders there are and the language they claim to speak."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from crossdock.bootstrap.connector_settings import settings_of
from crossdock.bootstrap.connectors import KINDS
from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.ports.connector import Maturity
from tests.house.sources import PACKAGE, sources

FOLDERS = sorted(path.parent.name for path in (PACKAGE / "connectors").glob("*/__init__.py"))
INTEROP = Path(__file__).parents[1] / "interop"
# A file is there or it is not: what can go wrong, `unsent` says for all of them.
FILES_ONLY = ("edifact", "x12")
# Pure modules of a connector: no transport, no client, nothing that waits.
PURE = ("manifest.py", "config.py", "codes.py", "inbound.py", "outbound.py")


def test_every_folder_is_a_connector_and_every_connector_has_a_folder() -> None:
    assert sorted(KINDS) == FOLDERS


@pytest.mark.parametrize("name", FOLDERS)
def test_a_connector_has_the_same_parts_as_every_other(name: str) -> None:
    files = {path.name for path in (PACKAGE / "connectors" / name).glob("*.py")}
    needed = {"__init__.py", "manifest.py", "config.py", "codes.py", "inbound.py"}
    if KINDS[name].manifest.commands_out:
        needed |= {"outbound.py", "client.py"} if name in FILES_ONLY else {"outbound.py", "client.py", "errors.py"}
    assert needed <= files


@pytest.mark.parametrize("name", FOLDERS)
def test_a_manifest_names_only_what_the_language_has(name: str) -> None:
    manifest = KINDS[name].manifest
    assert manifest.kind == name
    assert set(manifest.facts_in) <= set(EVENT_TYPES)
    assert set(manifest.commands_out) <= set(COMMAND_TYPES)
    assert set(manifest.roles) <= {role.value for role in Role}
    assert manifest.source


def test_only_what_is_run_against_the_vendors_system_says_so() -> None:
    """The run is `tests/interop/test_<kind>.py`; all else says that it was not."""
    claimed = {name for name, kind in KINDS.items() if kind.manifest.maturity is Maturity.VENDOR}
    assert claimed == {name for name in FOLDERS if (INTEROP / f"test_{name}.py").exists()}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_settings_of_a_connector_can_be_checked(name: str) -> None:
    """A partner file is held against this struct before anything starts."""
    assert settings_of(name) is not None


@pytest.mark.parametrize("name", FOLDERS)
def test_a_connector_that_takes_commands_has_a_sender(name: str) -> None:
    assert bool(KINDS[name].manifest.commands_out) == (KINDS[name].sender is not None)


def test_the_pure_parts_of_a_connector_wait_for_nothing() -> None:
    waiting = [
        f"{file.name}:{node.lineno}"
        for file in sources()
        if file.room == "connectors" and file.name.rpartition("/")[2] in PURE
        for node in ast.walk(file.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    ]
    assert waiting == []
