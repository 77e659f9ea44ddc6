"""What deploys the hub says what the hub is: its roles, its probes, its lock, and no secret. Linters see the rest."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from typing import Any

import msgspec
import pytest
import yaml

from crossdock.bootstrap.settings import RoleName, Settings
from crossdock.web.status import LIVE, READY
from tests.house.sources import ROOT

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "crossdock"
CONTAINER = (DEPLOY / "Containerfile").read_text()
ROLES = (CHART / "templates" / "roles.yaml").read_text()
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA = msgspec.json.decode((CHART / "values.schema.json").read_bytes())


def runtime_lock(*more: str) -> str:
    command = [sys.executable, str(DEPLOY / "runtime_requirements.py"), *more]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_the_image_holds_what_runs_the_hub_and_nothing_else() -> None:
    lock = runtime_lock()
    names = set(re.findall(r"^([a-z0-9][\w.-]*)==", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[\[>=<]", line)[0].lower() for line in project["dependencies"]}
    tools = {re.split(r"[\[>=<]", line)[0].lower() for line in project["optional-dependencies"]["dev"]}
    assert named <= names
    assert not names & (tools - named)
    assert lock.count("--hash=") >= len(names)
    assert "hatchling==" in runtime_lock("hatchling")


def test_an_image_is_named_plainly_run_by_nobody_special_and_looked_after() -> None:
    images = re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE)
    assert [image for image in images if "/" in image or ":" not in image or image.endswith(":latest")] == []
    assert len(images) == 2
    last = CONTAINER.rpartition("\nFROM ")[2]
    user = re.findall(r"^USER (\S+)", last, re.MULTILINE)
    assert user[-1:] == ["10001:10001"]
    assert "HEALTHCHECK" in last
    assert all("--require-hashes" in line for line in CONTAINER.splitlines() if " -r " in line)


def test_settings_of_the_image_are_settings_of_the_hub() -> None:
    for name in re.findall(r"\bCROSSDOCK_(\w+)=", CONTAINER):
        section, _, key = name.lower().partition("__")
        part = getattr(Settings(), section)
        assert not key or hasattr(part, key), name


def test_the_chart_knows_every_role_and_its_probes() -> None:
    for role in RoleName:
        assert VALUES[role.value]["enabled"] is True
        assert role.value in SCHEMA["required"]
    # Ports of the status page go in this order.
    assert re.search(r"list " + " ".join(f'"{role.value}"' for role in RoleName), ROLES)
    routes = (ROOT / "src" / "crossdock" / "web" / "api" / "lookups.py").read_text()
    for path in set(re.findall(r'"(/[\w/]+)"', ROLES)):
        assert path in (LIVE, READY) or f'"{path}"' in routes, path


def test_values_and_schema_name_the_same_things() -> None:
    assert set(VALUES) == set(SCHEMA["properties"]) - {"global"}
    everything = yaml.safe_load((DEPLOY / "helm" / "everything.yaml").read_text())
    assert set(everything) <= set(VALUES)


def test_no_secret_stands_in_the_chart() -> None:
    for name in ("postgres", "nats", "pepper"):
        assert set(VALUES[name]) == {"secret", "key"}
    assert not list(CHART.glob("templates/secret*"))


def rendered(*options: str) -> list[dict[str, Any]]:
    helm = shutil.which("helm", path=f"{ROOT / 'build' / 'bin'}:/usr/local/bin:/usr/bin")
    if helm is None:
        pytest.skip("helm is not here: make helm builds it")
    command = [helm, "template", "hub", str(CHART), "--kube-version", "1.30.0", *options]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [one for one in yaml.safe_load_all(told) if one]


@pytest.mark.parametrize("options", [(), ("--values", str(DEPLOY / "helm" / "everything.yaml"))])
def test_what_the_chart_makes_is_bounded_and_unprivileged(options: tuple[str, ...]) -> None:
    made = rendered(*options)
    kinds = [one["kind"] for one in made]
    assert kinds.count("Deployment") == len(RoleName)
    assert {"Service", "NetworkPolicy", "PodDisruptionBudget", "Job"} <= set(kinds)
    for one in made:
        if one["kind"] not in ("Deployment", "Job"):
            continue
        pod = one["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["resources"]["limits"]["memory"]
        from_secrets = {entry["name"] for entry in container["env"] if "valueFrom" in entry}
        assert {"CROSSDOCK_POSTGRES__URL", "CROSSDOCK_NATS__URL", "CROSSDOCK_HTTP__PEPPER"} <= from_secrets
