"""A hint of ours can be copied: it names the command as it was called, where the shell does not find it by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crossdock.bootstrap.calling import called


@pytest.mark.parametrize(
    ("argument", "on_path", "shown"),
    [
        (".venv/bin/crossdock", False, ".venv/bin/crossdock check x"),
        (".venv/bin/crossdock", True, "crossdock check x"),
        ("elsewhere/crossdock", True, "elsewhere/crossdock check x"),
        ("src/crossdock/__main__.py", True, "crossdock check x"),
        ("src/crossdock/__main__.py", False, f"{sys.executable} -m crossdock check x"),
    ],
)
def test_hints_name_the_command_as_it_was_called(
    argument: str, *, on_path: bool, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "crossdock").write_text("#!/bin/sh\n")
    (folder / "crossdock").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [argument])
    monkeypatch.setenv("PATH", str(folder) if on_path else "")
    assert called("check x") == shown
