"""Y-40: a region that wants its own meaning of "shipment" is refused, and one that only adds is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossdock.app.governance import Council
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.offline.check import check_project
from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.bootstrap.project import Project, ProjectDirectory, read_project
from crossdock.bootstrap.reading import ConfigurationError
from crossdock.canonical.wire import decode_fact
from crossdock.testing.samples import sample
from crossdock.testing.world import StillClock

HEAD = """
owner = "customs desk Rotterdam"
scope = "Netherlands"
since = 2026-11-01
state = "active"
approved_by = "data council"
"""
OFFICE = """
[[field]]
name = "office_of_exit"
on = ["customs.declared", "shipment.planned"]
means = "the office where the goods are shown"
"""
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def submitted(folder: Path, namespace: str, text: str) -> Project:
    """The project after this extension was handed in."""
    (folder / "contracts" / "extensions").mkdir(parents=True, exist_ok=True)
    (folder / "contracts" / "extensions" / f"{namespace}.toml").write_text(text)
    return read_project(folder, MANIFESTS, {})


def refusals(folder: Path, namespace: str, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        submitted(folder, namespace, text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.proves("Y-40")
@pytest.mark.parametrize("namespace", ["shipment", "order", "inventory", "customs", "delivery_status"])
def test_a_namespace_that_says_anew_what_is_core_is_refused(tmp_path: Path, namespace: str) -> None:
    (said,) = refusals(tmp_path, namespace, HEAD + OFFICE)
    assert said.startswith(f"contracts/extensions/{namespace}.toml: {namespace} has one meaning")
    assert "customs desk Rotterdam asks the data council" in said


@pytest.mark.proves("Y-40")
@pytest.mark.parametrize(
    ("name", "on", "said"),
    [
        ("shipment", "shipment.planned", "shipment has one meaning for the whole enterprise"),
        ("shipment_status", "shipment.planned", "shipment_status has one meaning"),
        ("tms_id", "shipment.planned", "shipment.planned tms_id has one meaning"),
        ("office", "shipment.meant", "there is no fact and no command shipment.meant"),
    ],
)
def test_a_field_that_says_anew_what_is_core_is_refused_at_its_line(
    tmp_path: Path, name: str, on: str, said: str
) -> None:
    text = f'{HEAD}\n[[field]]\nname = "{name}"\non = ["{on}"]\nmeans = "ours"\n'
    (found,) = refusals(tmp_path, "apac", text)
    assert said in found


@pytest.mark.proves("Y-40")
def test_an_extension_that_only_adds_is_taken_and_told_in_governance(tmp_path: Path) -> None:
    project = submitted(tmp_path, "customs_nl", HEAD + OFFICE)
    council = Council(ProjectDirectory(()), StillClock(NOW), project.extensions)
    (field,) = council.governance().extensions["customs_nl"].field
    assert field.name == "office_of_exit"


@pytest.mark.proves("Y-40")
def test_what_an_extension_says_is_kept_with_the_fact() -> None:
    envelope = json.loads(sample("delivery.arrived"))
    envelope["payload"]["ext"] = {"customs_nl": {"office_of_exit": "NL000510"}}
    body = json.dumps(envelope).encode()
    assert decode_fact(body, NOW).payload.ext == {"customs_nl": {"office_of_exit": "NL000510"}}


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace('approved_by = "data council"', ""), "nobody approved it: the data council says so"),
        (HEAD.replace("active", "deprecated"), "says when it ends and what takes its place"),
    ],
)
def test_an_extension_lives_as_contracts_do(tmp_path: Path, head: str, said: str) -> None:
    (found,) = refusals(tmp_path, "customs_nl", head + OFFICE)
    assert said in found


def test_a_code_lists_its_values_and_nothing_else_does(tmp_path: Path) -> None:
    (found,) = refusals(tmp_path, "customs_nl", HEAD + OFFICE + 'type = "code"\n')
    assert "a code has values" in found


def test_a_field_stands_once_on_a_contract(tmp_path: Path) -> None:
    found = refusals(tmp_path, "customs_nl", HEAD + OFFICE + OFFICE)
    assert [one for one in found if "stands twice on customs.declared" in one]


def test_a_map_that_writes_what_nobody_registered_is_told(tmp_path: Path) -> None:
    write_example(tmp_path)
    assert check_project(tmp_path, {}).warnings == ()
    (tmp_path / "contracts" / "extensions" / "nvtr.toml").unlink()
    (warning,) = check_project(tmp_path, {}).warnings
    assert str(warning).startswith("maps/nvtr/210.toml: ext.nvtr.terminal: is not registered")
