"""The certificate: what it says, that anybody can check it, and that a changed one does not pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.cli.app import run
from crossdock.kernel.errors import Rejected
from crossdock.testing.simulate.campaign import Report
from crossdock.testing.simulate.certificate import certificate, code_hash, corpus_hash, signing_key, verified
from tests.house.sources import ROOT

REPORT = Report(
    first=1, seeds=1000, orders=2, failed=(), struck={"disk full": 7}, met={"message queued": 9}, told=120_000,
    checks=800_000, days=80_000, seconds=600, digest="0" * 32,
)  # fmt: skip


@pytest.fixture
def text(tmp_path: Path) -> str:
    """A certificate signed with a key made for it."""
    return certificate(REPORT, signing_key(tmp_path / "key"))


def test_it_says_what_was_tried_on_what(text: str) -> None:
    for part in (
        code_hash(),
        corpus_hash(),
        "1 to 1000, 2 orders each",
        "disk full",
        "message queued",
        "8,000 simulated days a minute",
    ):
        assert part in text
    assert "0 of 1,000 seeds failed" in text


def test_anybody_can_check_it(text: str) -> None:
    found = verified(text)
    assert (found.is_ours, found.result) == (True, "0 of 1,000 seeds failed")


def test_a_changed_word_does_not_pass(text: str) -> None:
    with pytest.raises(Rejected, match="changed after it was signed"):
        verified(text.replace("0 of 1,000", "0 of 9,000"))
    with pytest.raises(Rejected, match="no convergence certificate"):
        verified("hello")


def test_a_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key"
    assert signing_key(path).private_bytes_raw() == signing_key(path).private_bytes_raw()
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"short")
    with pytest.raises(Rejected, match="no ed25519 key"):
        signing_key(path)


def test_the_command_checks_a_file(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "certificate.txt"
    file.write_text(text)
    assert run(["certificate", "verify", str(file)]) == 0
    assert "about the code that is here" in capsys.readouterr().out
    file.write_text(text.replace("disk full", "disk fine"))
    assert run(["certificate", "verify", str(file)]) == 1
    assert run(["certificate", "verify", str(tmp_path / "none")]) == 2


def test_the_one_in_the_docs_is_as_it_was_signed() -> None:
    assert verified(ROOT.joinpath("docs/reference/certificate.txt").read_text()).result.startswith("0 of ")
