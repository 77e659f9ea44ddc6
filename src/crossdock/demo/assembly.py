"""Builds the systems of the simulated enterprise and connects what is connected in the real world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import aiohttp

from crossdock.demo import faults, world, x12
from crossdock.demo.books import Books, Entry
from crossdock.demo.calendar import Calendar
from crossdock.demo.door import Door, Weather
from crossdock.demo.exchange import Exchange, TakeSet
from crossdock.demo.exchange import spoil as spoil_x12
from crossdock.demo.faults import Outage
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.mouths import FolderMouth, HttpMouth, Mouth
from crossdock.demo.peers.carrier_json import SCAC as FLSH
from crossdock.demo.peers.carrier_json import Flsh
from crossdock.demo.peers.carrier_x12 import KESTREL, NVTR, Dialect, EdiCarrier, Manifest
from crossdock.demo.peers.clerk import Clerk, Window
from crossdock.demo.peers.customs import Customs
from crossdock.demo.peers.customs import spoil as spoil_edifact
from crossdock.demo.peers.dock import Dock
from crossdock.demo.peers.erp import Erp
from crossdock.demo.peers.erp import spoil as spoil_erp
from crossdock.demo.peers.last_mile import LastMile
from crossdock.demo.peers.loads import Load
from crossdock.demo.peers.portal import Portal
from crossdock.demo.peers.tms import Tms
from crossdock.demo.peers.wms_json import WmsA
from crossdock.demo.peers.wms_json import spoil as spoil_json
from crossdock.demo.peers.wms_x12 import WmsB
from crossdock.demo.plan import QUEUED_PEERS, SFTP_PEER, EnterpriseConfig, PeerConfig
from crossdock.demo.sftp_server import SftpServer
from crossdock.demo.speaker import Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.tryton.cash_desk import CashDesk
from crossdock.demo.tryton.erp import TrytonErp
from crossdock.demo.tryton.front import Front
from crossdock.demo.tryton.service import Service
from crossdock.demo.yard import Yard

HOURS_BACK = 22
SAFETY = timedelta(minutes=10)
JSON_PEERS = ("erp", "wms-a", "tms", "flsh", "lmd")
# People, who have no door.
DESKS = ("ops", "portal", "dock")
FILE_PEERS = ("wms-b", "nvtr", "kestrel", "customs")
PEERS = (*JSON_PEERS, *DESKS, *FILE_PEERS)
SPOILS = {"erp": spoil_erp, **dict.fromkeys(FILE_PEERS, spoil_x12), "customs": spoil_edifact}
HUB = ("ZZ", "CROSSDOCK")
X12_IDS = {"wms-b": ("ZZ", "WHB3PL"), "nvtr": ("02", "NVTR"), "kestrel": ("02", "KSTL")}


class Enterprise:
    """The systems, the physical world between them, and the clockwork that runs them."""

    def __init__(self, config: EnterpriseConfig, session: aiohttp.ClientSession, now: datetime | None = None) -> None:
        now = now or datetime.now(UTC)
        book = list(world.orders(config.seed, config.orders, split=config.tryton is None))
        self.config = config
        self.book = book
        self.plan = faults.plan(config.plan, config.seed, book, erp_speaks=config.tryton is None)
        self.ledger = FaultLedger(self.plan)
        calendar = Calendar(now - timedelta(hours=HOURS_BACK), now - SAFETY)
        by_number = {order.order_no: order for order in book}
        self.stage = Stage(
            config.seed, calendar, Yard(), self.ledger, by_number, config.pace_s, freight=config.tryton is None
        )
        self.books = {peer: Books(peer, Path(config.folder) / f"{peer}.jsonl") for peer in PEERS}
        self.speakers = {peer: self._speaker(peer, session) for peer in self.books}
        self.doors: dict[str, Door | Front] = {}
        self.exchanges: dict[str, Exchange | Customs] = {}
        self.server: SftpServer | None = None
        self._build(session)

    @property
    def pending(self) -> int:
        """What is not yet said, or still under way."""
        return self.stage.busy + sum(speaker.pending for speaker in self.speakers.values())

    async def open(self) -> None:
        """Open all doors and start watching folders."""
        for peer, door in self.doors.items():
            await door.open(self.config.host, self.config.peers[peer].port)
        if self.config.host_key:
            known = self.config.peers[SFTP_PEER]
            self.server = SftpServer(self.home(SFTP_PEER), Path(self.config.host_key), known.secret)
            await self.server.open(self.config.host, known.port)

    async def close(self) -> None:
        """Close everything."""
        await self.stage.close()
        for speaker in self.speakers.values():
            await speaker.close()
        for door in self.doors.values():
            await door.close()
        if self.server is not None:
            await self.server.close()
        for books in self.books.values():
            books.close()

    def home(self, peer: str) -> Path:
        """Where a file peer's files are: in the hub's exchange, or on its own server."""
        if peer == SFTP_PEER:
            return Path(self.config.folder) / "sftp" / peer
        return Path(self.config.exchange) / peer

    async def show_books(self) -> dict[str, list[Entry]]:
        """Every system's books; a real ERP is asked for its own."""
        shown = {peer: books.entries for peer, books in self.books.items()}
        return {**shown, "erp": await self.erp.show()}

    def _build(self, session: aiohttp.ClientSession) -> None:
        stage, books, speakers = self.stage, self.books, self.speakers
        self.erp = self._erp(session)
        doors = {peer: self._door(peer) for peer in JSON_PEERS if peer != "erp"}
        self.doors.update(doors)
        self.wms_a = WmsA(stage, books["wms-a"], speakers["wms-a"], doors["wms-a"])
        self.wms_b = WmsB(stage, books["wms-b"], speakers["wms-b"])
        self.tms = Tms(stage, books["tms"], speakers["tms"], doors["tms"])
        self.flsh = Flsh(
            stage, books["flsh"], speakers["flsh"], doors["flsh"], self.tms.proof_uploaded, self.tms.freight.invoiced
        )
        self.nvtr = self._edi_carrier("nvtr", NVTR)
        self.kestrel = self._edi_carrier("kestrel", KESTREL)
        self.clerk = self._clerk(session)
        self.customs = Customs(stage, books["customs"], speakers["customs"], self.home("customs"))
        self.exchanges["customs"] = self.customs
        self.lmd = LastMile(stage, books["lmd"], speakers["lmd"], doors["lmd"])
        self.portal = Portal(stage, books["portal"], speakers["portal"])
        self.dock = Dock(stage, books["dock"], speakers["dock"])
        self.tms.own_lines[FLSH] = self._tender_flsh
        self.wms_b.exchange = self._exchange("wms-b", self.wms_b.take)
        self.exchanges["wms-b"] = self.wms_b.exchange

    def _edi_carrier(self, peer: str, dialect: Dialect) -> EdiCarrier:
        tms = self.tms
        carrier = EdiCarrier(
            dialect, self.stage, self.books[peer], self.speakers[peer], tms.proof_uploaded, tms.freight.uploaded
        )
        carrier.docks = self._manifest
        carrier.exchange = self._exchange(peer, carrier.take)
        self.exchanges[peer] = carrier.exchange
        return carrier

    def _erp(self, session: aiohttp.ClientSession) -> Erp | TrytonErp:
        real, books, speaker = self.config.tryton, self.books["erp"], self.speakers["erp"]
        if real is None:
            door = self._door("erp")
            self.doors["erp"] = door
            return Erp(self.stage, books, speaker, door)
        weather = Weather(outage=self._outage("erp"), hang_s=self.config.hang_s)
        self.doors["erp"] = Front("erp", real.url, self.stage.orders, self.ledger, weather)
        clerk = Service(session, real.url, real.clerk_key)
        desk = CashDesk(session, real.rpc_url, real.clerk_password, clerk)
        return TrytonErp(self.stage, books, clerk, desk)

    def _clerk(self, session: aiohttp.ClientSession) -> Clerk:
        known = self.config.peers.get("ops") or PeerConfig("ops")
        window = Window(session, self.config.hub_url, known.api_key)
        mend = self.erp.correct_tariff if isinstance(self.erp, Erp) else _nobody
        bills = self.tms.freight.bills
        return Clerk(self.stage, self.books["ops"], self.speakers["ops"], window, lambda *about: bills.get(about), mend)

    def _speaker(self, peer: str, session: aiohttp.ClientSession) -> Speaker:
        spoil = SPOILS.get(peer, spoil_json)
        return Speaker(self._mouth(peer, session), self.books[peer], self.ledger, spoil)

    def _mouth(self, peer: str, session: aiohttp.ClientSession) -> Mouth:
        if peer in FILE_PEERS:
            return FolderMouth(self._folder(peer, "in"))
        known = self.config.peers.get(peer) or PeerConfig(peer)
        mode = "?mode=queued" if peer in QUEUED_PEERS else ""
        url = f"{self.config.hub_url}/v1/partners/{peer}/messages{mode}"
        return HttpMouth(session, url, api_key=known.api_key, secret=known.secret)

    def _door(self, peer: str) -> Door:
        rate = self.config.tms_rate_per_s if peer == "tms" else 0.0
        weather = Weather(rate_per_s=rate, burst=int(rate * 2), outage=self._outage(peer), hang_s=self.config.hang_s)
        return Door(self.books[peer], self.ledger, weather)

    def _outage(self, peer: str) -> Outage | None:
        return next((outage for outage in self.plan.outages if outage.system == peer), None)

    def _exchange(self, peer: str, take: TakeSet) -> Exchange:
        parties = x12.Parties(X12_IDS[peer], HUB)
        return Exchange(parties, self._folder(peer, "out"), self.books[peer], self.speakers[peer], take)

    def _folder(self, peer: str, side: str) -> Path:
        return self.home(peer) / side

    def _tender_flsh(self, load: Load) -> None:
        answered = partial(self._flsh_answered, load)
        self.flsh.tender(load.group, load.tender_no, load.load_id, load.consignments(self.stage), answered)

    def _flsh_answered(self, load: Load, accepted: bool, pro_no: str, at: datetime) -> None:
        self.tms.carrier_answered(load, accepted=accepted, pro_no=pro_no, at=at)

    def _manifest(self, load_id: str) -> Manifest | None:
        load = self.tms.loads.get(load_id)
        return None if load is None else Manifest(load.group, load.consignments(self.stage))


def _nobody(order_no: str, at: datetime) -> None:
    """A real ERP has no exports in this demo, so that nobody has to correct a tariff."""
