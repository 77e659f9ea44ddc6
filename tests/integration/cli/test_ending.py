"""A command that is ended by SIGTERM stops what it started."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

PATIENCE_S = 120


def engines(data: Path) -> list[psutil.Process]:
    """Database servers on this folder."""
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and any(str(data) in part for part in process.info["cmdline"] or [])
    ]


def test_a_measurement_that_is_ended_leaves_no_database_behind(data_dir: Path) -> None:
    command = (sys.executable, "-m", "crossdock", "bench", "--sizing", "100000", "--data", str(data_dir))
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + PATIENCE_S
            while not engines(data_dir) and process.poll() is None and time.monotonic() < until:
                pass
            process.terminate()
            _, said = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    assert process.returncode == 2, said
    assert "ended by SIGTERM" in said
    assert engines(data_dir) == []
