"""A process that meets lines of a gigabyte and cannot hold one: `python -m` this module, with the name of a group.

Once everything is set up its address space may grow by `ROOM_BYTES` alone, so that whoever reads a gigabyte into memory
fails. A gigabyte costs nothing here: files are sparse, and a text is zeros that no page was ever touched of.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncssh
from aiohttp import web

from crossdock.app.access import Scope
from crossdock.formats.delimited.document import read_delimited
from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.fixed_width.document import read_fixed
from crossdock.formats.fixed_width.layout import Field, FixedLayout, FixedRecord
from crossdock.formats.idoc.flat import read_idoc_flat
from crossdock.formats.json_text.document import read_json, read_ndjson
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.xml.document import read_xml
from crossdock.kernel.errors import CrossdockError
from crossdock.kernel.secret import Secret
from crossdock.mediation.opening import open_message
from crossdock.ports.transport import PickedFile, PickupTransport
from crossdock.transports.folder import FolderPickup
from crossdock.transports.ftp.files import FtpPickup
from crossdock.transports.ftp.session import FtpSession
from crossdock.transports.ftp.settings import FtpSettings
from crossdock.transports.http import AiohttpTransport, HttpConfig
from crossdock.transports.mail.files import MailPickup
from crossdock.transports.mail.session import MailSession
from crossdock.transports.mail.settings import MailSettings
from crossdock.transports.sftp.files import SftpPickup
from crossdock.transports.sftp.session import SftpSession
from crossdock.transports.sftp.settings import SftpSettings
from crossdock.web.serve import serve
from tests.integration.transports.imap_server import serving_imap
from tests.integration.transports.test_ftp import FTPHandler, pem
from tests.integration.transports.test_ftp import serving as serving_ftp
from tests.integration.transports.test_sftp import HOST_KEY, PASSWORD
from tests.integration.transports.test_sftp import serving as serving_sftp
from tests.unit.web.bench import Front

GB = 1 << 30
ROOM_BYTES = 256 << 20
WHOLE = f"{GB} oversize=True held=0"
PLACES_TOLD = {
    "folder": WHOLE,
    "sftp": WHOLE,
    "sftp that grows": f"nothing, now {GB}",
    "ftp": WHOLE,
    "ftp that grows": f"nothing, now {GB}",
    "mail": WHOLE,
    "mail that lies": "more than was asked for",
    "http answer": f"held={1 << 20}",
}
ISA = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260602*1558*U*00401*000000001*0*P*>~"
X12 = ISA + b"GS*QM*A*B*20260602*1558*1*X*004010~ST*214*0001~B10*"
EDIFACT = b"UNB+UNOA:1+A+B+260602:1558+1'UNH+1+IFTSTA:D:96A:UN'FTX+"
ROWS = DelimitedLayout("any", header=False)
RECORDS = FixedLayout("any", (FixedRecord("row", (Field("a", 10),)),))
READERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "x12": (X12, read_x12),
    "edifact": (EDIFACT, read_edifact),
    "ndjson": (b'{"a":"', read_ndjson),
    "json": (b'{"a":"', read_json),
    "xml": (b"<a>", read_xml),
    "delimited": (b"a,b,", lambda body: read_delimited(body, ROWS)),
    "fixed-width": (b"abc", lambda body: read_fixed(body, RECORDS)),
    "idoc-flat": (b"EDI_DC40  ", read_idoc_flat),
    "sniffed x12": (X12, open_message),
    "sniffed edifact": (EDIFACT, open_message),
    "sniffed json": (b'{"a":"', open_message),
}


def peak_mb() -> int:
    """The most this process has held. Not `ru_maxrss`, which a child inherits from whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) >> 10


def confine() -> None:
    """From here on no gigabyte fits."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def told(name: str, what: object) -> None:
    sys.stdout.write(f"{name}\t{what}\n")
    sys.stdout.flush()


def readers() -> None:
    body = bytes(GB)
    place = id(body) + bytes.__basicsize__ - 1
    confine()
    for name, (head, read) in READERS.items():
        # Written where it lies: anything else would be a copy. The rest stays zeros that take up no memory.
        ctypes.memmove(place, head.ljust(300, b"\0"), 300)
        made = read(body)
        faults = getattr(made, "faults", None) or getattr(made, "loose", [])
        told(name, " ".join(fault.code for fault in faults))


def sparse(path: Path, size: int = GB) -> None:
    """A file of one line that takes up no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    os.utime(path, (1, 1))


def grown(root: Path) -> int:
    return (root / "in" / "a.edi").stat().st_size


def shown(files: list[PickedFile]) -> str:
    return " ".join(f"{file.size} oversize={file.oversize} held={len(file.body)}" for file in files) or "nothing"


async def looked(pickup: PickupTransport) -> str:
    """What the second look gives."""
    try:
        await pickup.pickup()
        return shown(list(await pickup.pickup()))
    except CrossdockError as error:
        return error.detail


class Growing(asyncssh.SFTPServer):
    """A file that is a gigabyte long once it is opened."""

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        os.truncate(self.map_path(path), GB)
        return super().open(path, pflags, attrs)


class GrowingFtp(FTPHandler):  # type: ignore[misc]
    """The same."""

    def ftp_RETR(self, file: str) -> object:  # noqa: N802  (as the library calls it)
        os.truncate(file, GB)
        return super().ftp_RETR(file)


class Long(bytes):
    """A mail whose server says that it has a gigabyte."""

    def __len__(self) -> int:
        return GB


async def folder(root: Path) -> None:
    sparse(root / "in" / "a.edi")
    told("folder", await looked(FolderPickup(root / "in")))


async def sftp(root: Path) -> None:
    public = HOST_KEY.export_public_key().decode().strip()
    for name, server, size in (("sftp", asyncssh.SFTPServer, GB), ("sftp that grows", Growing, 10)):
        sparse(root / name / "in" / "a.edi", size)
        async with serving_sftp(root / name, server) as port:
            session = SftpSession(
                SftpSettings(kind="sftp", host="127.0.0.1", port=port, user="crossdock", host_keys=(public,)), PASSWORD
            )
            told(name, f"{await looked(SftpPickup(session))}, now {grown(root / name)}")
            await session.close()


async def ftp(root: Path) -> None:
    for name, handler, size in (("ftp", FTPHandler, GB), ("ftp that grows", GrowingFtp, 10)):
        sparse(root / name / "in" / "a.edi", size)
        with serving_ftp(root / name, handler) as port:
            settings = FtpSettings(kind="ftp", host="127.0.0.1", port=port, user="crossdock", insecure=True)
            pickup = FtpPickup(FtpSession(settings, Secret("right")))
            told(name, f"{await looked(pickup)}, now {grown(root / name)}")


async def mail(root: Path) -> None:
    key, certificate = pem()
    (root / "pem").write_text(key + certificate)
    with serving_imap(root / "pem") as server:
        settings = MailSettings(
            kind="mail", imap_host="127.0.0.1", imap_port=server.server_address[1], smtp_host="127.0.0.1", user="hub",
            our_address="hub@us.example", their_address="edi@partner.example", certificates=(certificate,),
        )  # fmt: skip
        pickup = MailPickup(MailSession(settings, Secret("right")))
        server.folders["INBOX"][1] = Long(b"From: edi@partner.example\r\n\r\nISA")
        told("mail", await looked(pickup))
        server.folders["INBOX"] = {2: b"From: edi@partner.example\r\n\r\nISA"}
        server.lying = 2
        told("mail that lies", await looked(pickup))


async def answer(_root: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(GB >> 20):
            await response.write(b"A" * (1 << 20))
        return response

    app = web.Application()
    app.router.add_get("/", endless)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    config = HttpConfig(f"http://127.0.0.1:{runner.addresses[0][1]}/", private_network=True, body_max_bytes=1 << 20)
    async with AiohttpTransport(config) as http:
        reply = await http.request("GET", "", headers={}, timeout_s=10.0)
    told("http answer", f"held={len(reply.body)}")
    await runner.cleanup()


PLACES: tuple[Callable[[Path], Awaitable[None]], ...] = (folder, sftp, ftp, mail, answer)


async def places() -> None:
    with TemporaryDirectory() as root:
        confine()
        for place in PLACES:
            home = Path(root) / place.__name__
            home.mkdir()
            await place(home)


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[int, str]]:
    front, stop, port = Front(), asyncio.Event(), asyncio.get_running_loop().create_future()
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    running = asyncio.create_task(serve(front.app, "127.0.0.1", 0, stop, listening=port.set_result))
    yield await port, next(iter(key.values()))
    stop.set()
    await running


async def door() -> None:
    """Serve until our input ends; whoever started us sends the gigabytes."""
    async with serving() as (port, key):
        confine()
        told(str(port), key)
        await asyncio.to_thread(sys.stdin.read)
        told("peak", peak_mb())


if __name__ == "__main__":
    match sys.argv[1]:
        case "readers":
            readers()
        case "places":
            asyncio.run(places())
        case "door":
            asyncio.run(door())
