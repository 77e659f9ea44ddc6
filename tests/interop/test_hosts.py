"""Every part of the hub on a host of its own, a network namespace: orders flow, cables are pulled, the books agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interop.servers import program

pytestmark = pytest.mark.interop

MINUTES, SEED = "0.5", "1"
# The run ends by itself much sooner; this is for a machine that does a lot beside.
PATIENCE_S = 800


def allowed() -> str:
    """Empty where this machine lets us make hosts; else why not."""
    trial = f"{program('ip', 'iproute2')} link add cable type veth && {program('nsenter', 'util-linux')} --version"
    unshare = [program("unshare", "util-linux"), "--net", "--mount", "sh", "-c", trial]
    tried = subprocess.run(unshare, capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else tried.stderr.strip() or "it does not say why"


def test_nothing_is_lost_and_nothing_doubled_when_a_host_falls_silent_and_comes_back(tmp_path: Path) -> None:
    why = allowed()
    if why:
        pytest.skip(f"hosts need network namespaces, which root with CAP_NET_ADMIN may make: {why}")
    file = tmp_path / "report.json"
    options = ["--hosts", "--only", "cable", "--minutes", MINUTES, "--seed", SEED, "--json", str(file)]
    command = [sys.executable, "-m", "crossdock", "chaos", *options]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert file.exists(), ran.stderr[-3000:]
    report = json.loads(file.read_bytes())
    told = report["verdict"]
    assert (told["verdict"], told["reasons"]) == ("pass", []), ran.stderr[-3000:]
    assert report["strikes"], "no cable was pulled"
    assert all(one["kind"].startswith("cable of") for one in report["strikes"])
