"""Everything the console is given; nothing is global and nothing is looked up."""

from __future__ import annotations

from dataclasses import dataclass

from crossdock.app.acts.book import ActBook
from crossdock.app.boards import Boards
from crossdock.app.cards.purse import Purse
from crossdock.app.cards.search import OrderLists
from crossdock.app.cards.shelves import Shelves
from crossdock.app.cases.work import CaseWork
from crossdock.app.checks import CheckRoom
from crossdock.app.custody import Custody
from crossdock.app.deliveries import DeliveryDesk
from crossdock.app.governance import Council
from crossdock.app.house import House
from crossdock.app.mailroom import MessageRoom
from crossdock.app.orders.asking import AskDesk
from crossdock.app.orders.sheet import Sheets
from crossdock.app.overview import Watchtower
from crossdock.app.partners import PartnerRoom
from crossdock.app.queries import States
from crossdock.app.repair.plans import RepairDesk
from crossdock.app.slos.watch import LevelWatcher
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Directory
from crossdock.ports.outbox import Desk
from crossdock.ports.reconciliation import Reconciliations
from crossdock.ports.views import Views
from crossdock.web.console.changes import Changes
from crossdock.web.pages.render import Renderer


@dataclass(frozen=True, slots=True)
class ConsoleDeps:
    """The use cases behind the pages, and the templates that show them."""

    renderer: Renderer
    tower: Watchtower
    changes: Changes
    views: Views
    states: States
    lists: OrderLists
    sheets: Sheets
    asks: AskDesk
    purse: Purse
    shelves: Shelves
    boards: Boards
    cases: CaseWork
    deliveries: DeliveryDesk
    mail: MessageRoom
    partners: PartnerRoom
    checks: CheckRoom
    book: ActBook
    house: House
    council: Council
    levels: LevelWatcher
    reconciliations: Reconciliations
    repairs: RepairDesk
    custody: Custody
    desk: Desk
    directory: Directory
    clock: Clock
