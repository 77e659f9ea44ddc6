"""The page of a role on a real socket, over a real hub."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import httpx2
import msgspec
import pytest

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import open_hub
from crossdock.bootstrap.instruments import instrumented, status_page
from crossdock.bootstrap.project import Project, read_project
from crossdock.bootstrap.roles import readiness
from crossdock.bootstrap.settings import RoleName, StatusSettings
from crossdock.ports.measured import KPI, METRICS, SLO_TARGET
from crossdock.runtime.loops import Health
from tests.house.sources import ROOT
from tests.unit.runtime.test_watching import samples

FIRST = ROOT / "docs" / "start" / "first"


def project(folder: Path, port: int) -> Project:
    read = read_project(Path(shutil.copytree(FIRST, folder / "first")), MANIFESTS, {})
    settings = msgspec.structs.replace(read.settings, status=StatusSettings(port=port))
    return msgspec.structs.replace(read, settings=settings)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("role", [RoleName.SCHEDULE, RoleName.DELIVER])
async def test_a_role_tells_how_it_is_on_a_port_of_its_own(tmp_path: Path, durable_url: str, role: RoleName) -> None:
    base = free_port()
    given = project(tmp_path, base)
    loops = [Health("relay", rounds=3)]
    async with instrumented(given.settings, role) as watch, open_hub(given, durable_url, watch=watch) as hub:
        url = f"http://127.0.0.1:{base + list(RoleName).index(role)}"
        async with status_page(hub, role, readiness(hub), lambda: loops), httpx2.AsyncClient(base_url=url) as http:
            assert (await http.get("/healthz")).status_code == 200
            assert (await http.get("/readyz")).json() == {"state": "ready", "missing": []}
            text = (await http.get("/metrics")).text
            loops[0].failing = 9
            assert (await http.get("/readyz")).status_code == 503
        with pytest.raises(httpx2.ConnectError):
            await httpx2.AsyncClient(base_url=url).get("/healthz")
    assert f'crossdock_build_info{{role="{role.value}"' in text
    assert 'crossdock_loop_rounds_total{loop="relay"} 3.0' in text
    told = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE crossdock_")}
    assert told <= {metric.name for metric in METRICS}
    # The figures of the database are told once for the installation.
    assert ({SLO_TARGET.name, KPI.name} <= told) == (role is RoleName.SCHEDULE)


async def test_without_a_port_there_is_no_page(tmp_path: Path, durable_url: str) -> None:
    given = project(tmp_path, 0)
    async with open_hub(given, durable_url) as hub, status_page(hub, RoleName.WORK, readiness(hub)):
        assert samples is not None
