"""The walk of docs/guides/integration-project.md, done as it stands there (issue 3).

A second 214 carrier with its own status codes over SFTP is one file and three samples.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import msgspec
import pytest
import pytest_asyncio

from crossdock.bootstrap.offline.samples import Expectation
from crossdock.cli.app import run
from crossdock.testing.assembled import Assembled, assembled
from tests.house.sources import ROOT
from tests.integration.transports.test_sftp import HOST_KEY, serving

PAGE = ROOT / "docs" / "guides" / "integration-project.md"
FILE = re.compile(r"^`((?:partners|samples)/[^`]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
PASSWORD = "right"


def files_of_the_page() -> dict[str, str]:
    """What the page tells the reader to write, by path."""
    return dict(FILE.findall(PAGE.read_text()))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project as the reader has it after step 3."""
    folder = tmp_path / "my-project"
    assert run(["init", str(folder)]) == 0
    for name, text in files_of_the_page().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "secrets").mkdir()
    (folder / "secrets" / "kestrel").write_text(PASSWORD)
    return folder


def milestones(project: Path) -> dict[str, str]:
    """What is expected of each sample of the carrier."""
    found = {}
    for path in (project / "samples" / "kestrel").glob("*.expected.json"):
        (fact,) = msgspec.json.decode(path.read_bytes(), type=Expectation).facts
        found[path.name.partition(".")[0]] = msgspec.json.decode(fact)["payload"]["milestone"]
    return found


def test_it_is_one_file_and_three_samples() -> None:
    assert sorted(files_of_the_page()) == [
        "partners/kestrel.toml",
        "samples/kestrel/delayed.edi",
        "samples/kestrel/delivered.edi",
        "samples/kestrel/picked-up.edi",
    ]


def test_before_the_file_is_there_its_own_codes_are_findings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["inspect", str(project / "samples" / "kestrel"), "--json", "--roundtrip"]) == 1
    reports = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    assert {Path(one["file"]).stem: (one["status"], one["roundtrip"]) for one in reports} == {
        "delayed": ("refused", True),
        "delivered": ("ok", True),
        "picked-up": ("refused", True),
    }
    told = [finding for one in reports for document in one["documents"] for finding in document["findings"]]
    assert sum(one["code"] == "MDM-03" for one in told) == 2
    assert any("'ZW' has no meaning here" in one["text"] for one in told)


def test_with_the_file_it_is_checked_tested_and_ready(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(project), "--strict"]) == 0
    assert run(["test", str(project)]) == 1
    assert run(["test", str(project), "--partner", "kestrel", "--update"]) == 0
    assert run(["test", str(project)]) == 0
    assert milestones(project) == {"picked-up": "HANDED_OVER", "delayed": "DELAYED", "delivered": "DELIVERED"}
    assert run(["partners", str(project)]) == 0
    assert "kestrel CAR over x12: ready" in capsys.readouterr().out


def test_a_changed_meaning_shows_as_the_page_says(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(project), "--update"]) == 0
    partner = project / "partners" / "kestrel.toml"
    partner.write_text(partner.read_text().replace('ZW = "DELAYED"', 'ZW = "HELD"'))
    capsys.readouterr()
    assert run(["test", str(project)]) == 1
    shown = capsys.readouterr().out
    assert "different kestrel/delayed\n" in shown
    assert '-        "milestone": "DELAYED",' in shown
    assert '+        "milestone": "HELD",' in shown


@pytest_asyncio.fixture
async def live(durable_url: str, project: Path, tmp_path: Path) -> AsyncIterator[tuple[Assembled, Path]]:
    """The hub of that project, its carrier's server on loopback, and the files there."""
    root = tmp_path / "server"
    for name in ("in", "out"):
        (root / name).mkdir(parents=True)
    async with serving(root, asyncssh.SFTPServer) as port:
        partner = project / "partners" / "kestrel.toml"
        public = HOST_KEY.export_public_key().decode().strip()
        text = (
            partner.read_text().replace("sftp.kestrel.example", "127.0.0.1").replace("port = 22\n", f"port = {port}\n")
        )
        partner.write_text(re.sub(r'host_keys = \[".*"\]', f'host_keys = ["{public}"]', text))
        async with assembled(project, durable_url) as hub:
            yield hub, root
            for opened in hub.hub.wiring.opened:
                await opened.close()


@pytest.mark.proves("Y-35")
async def test_what_the_carrier_leaves_on_its_server_becomes_facts_with_its_own_codes(
    live: tuple[Assembled, Path], project: Path
) -> None:
    hub, root = live
    for sample in (project / "samples" / "kestrel").glob("*.edi"):
        (root / "in" / sample.name).write_bytes(sample.read_bytes())
    await hub.works["kestrel"]()
    assert await hub.works["kestrel"]() == 3
    rows = await hub.rows("select status, facts from message where partner = %s", "kestrel")
    assert rows == [("accepted", 1)] * 3
    waiting = await hub.http.get("/v1/waiting?limit=10", headers=await hub.key(""))
    found = [one for one in waiting.json()["items"] if one["partner"] == "kestrel"]
    assert len(found) == 3
    assert all("shipment||SHP-90040" in one["idents"] for one in found)
    answers = [path.read_bytes() for path in (root / "out").iterdir()]
    assert len(answers) == 3
    assert all(b"AK5*A" in answer for answer in answers)
