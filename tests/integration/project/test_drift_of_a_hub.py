"""What a partner sends to a hub lately, compared with what the hub kept of it before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crossdock.app.archive.messages import BytesKeeper
from crossdock.bootstrap.offline.drift import Drift, drift
from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.bootstrap.options import DriftOptions, Place
from crossdock.instruments.shelf import FolderShelf
from crossdock.kernel.errors import Permanent
from crossdock.postgres.originals import PostgresBytesArchive
from crossdock.testing.assembled import assembled
from crossdock.testing.world import StillClock


async def told(project: Path, days: int = 7) -> Drift:
    return await drift(DriftOptions(Place(project), "nvtr", days=days))


@pytest.fixture
def project(tmp_path: Path, durable_url: str) -> Path:
    """The example, on a database of its own."""
    write_example(tmp_path / "project")
    settings = tmp_path / "project" / "crossdock.toml"
    settings.write_text(f'{settings.read_text()}\n[postgres]\nurl = "{durable_url}"\n')
    return tmp_path / "project"


async def test_messages_of_the_last_days_are_compared_with_samples_and_older_ones(
    project: Path, durable_url: str
) -> None:
    known = (project / "samples" / "nvtr" / "picked-up.edi").read_bytes()
    async with assembled(project, durable_url) as hub:
        for number, code in enumerate((b"AF", b"X3", b"X4"), start=1):
            body = known.replace(b"AT7*AF", b"AT7*" + code).replace(b"000000101", b"00000020%d" % number)
            assert (await hub.post("nvtr", body, "application/edi-x12")).status_code == 200
        found = await told(project)
        assert (found.before, found.now) == (3, 3)
        assert [(one.kind, one.path, one.value) for one in found.novelties] == [
            ("code", "AT7.01", "X3"),
            ("code", "AT7.01", "X4"),
        ]
        assert found.novelties[0].file.startswith("message ")
        async with hub.hub.pool.connection() as connection:
            await connection.execute(
                "update message set received = received - interval '30 days' where position(%s in body) > 0", (b"X3",)
            )
        found = await told(project)
        assert (found.before, found.now) == (4, 2)
        assert [one.value for one in found.novelties] == ["X4"]
        assert (await told(project, days=60)).now == 3


async def test_a_message_whose_archive_is_not_there_is_told_and_the_others_are_compared(
    project: Path, durable_url: str
) -> None:
    settings = project / "crossdock.toml"
    settings.write_text(f'{settings.read_text()}\n[retention]\ndir = "archive"\n')
    known = (project / "samples" / "nvtr" / "picked-up.edi").read_bytes()
    shelf = FolderShelf(project / "archive")
    async with assembled(project, durable_url) as hub:
        assert (await hub.post("nvtr", b"no EDI at all", "application/edi-x12")).status_code == 422
        in_a_year = StillClock(datetime.now(UTC) + timedelta(days=365))
        let = await BytesKeeper(PostgresBytesArchive(hub.hub.pool), shelf, in_a_year, timedelta(1)).archive_once()
        assert let.messages == 1
        await shelf.destroy(let.file)
        body = known.replace(b"AT7*AF", b"AT7*X3").replace(b"000000101", b"000000201")
        assert (await hub.post("nvtr", body, "application/edi-x12")).status_code == 200
        (away, fresh) = (await told(project)).novelties
    assert "bring it back there" in away.value
    assert fresh.value == "X3"


async def test_without_samples_and_older_messages_there_is_nothing_to_compare_with(
    project: Path, durable_url: str
) -> None:
    for path in (project / "samples" / "nvtr").iterdir():
        path.unlink()
    async with assembled(project, durable_url):
        with pytest.raises(Permanent, match="has no samples"):
            await told(project)
