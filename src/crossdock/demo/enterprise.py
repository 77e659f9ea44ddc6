"""The simulated enterprise as a process: `python -m crossdock.demo.enterprise --config FILE`.

It opens its doors, sells its orders, and tells about itself on a control port until it is ended. Exit code 2 when the
configuration cannot be read.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from crossdock.demo.assembly import Enterprise
from crossdock.demo.plan import HOST, EnterpriseConfig, read_config

CLAIM_AFTER_S = 4.0


class Flow(msgspec.Struct, frozen=True):
    """What one system did so far: messages said, calls taken, tries repeated, calls it throttled, answers repeated."""

    said: int
    retries: int
    calls: int
    throttled: int
    replays: int
    pending: int


class Status(msgspec.Struct, frozen=True):
    """The enterprise at a glance. `idle` means nothing is under way on its side."""

    orders: int
    idle: bool
    pending: int
    flows: dict[str, Flow]
    failures: list[str]
    unexpected: list[str]


def status(enterprise: Enterprise) -> Status:
    """The enterprise at a glance."""
    flows = {}
    unexpected: list[str] = list(enterprise.stage.failures)
    for peer, speaker in enterprise.speakers.items():
        door = enterprise.doors.get(peer)
        exchange = enterprise.exchanges.get(peer)
        calls = door.calls if door is not None else exchange.files if exchange is not None else 0
        throttled = door.throttled if door is not None else 0
        flows[peer] = Flow(
            speaker.sent, speaker.retries, calls, throttled, enterprise.books[peer].replays, speaker.pending
        )
        unexpected += speaker.unexpected
    approved = enterprise.books["erp"].counts().get("approved", 0)
    pending = enterprise.pending
    idle = pending == 0 and approved == len(enterprise.book)
    return Status(approved, idle, pending, flows, list(enterprise.stage.failures), unexpected)


async def run(config: EnterpriseConfig, stop: asyncio.Event) -> None:
    """Open, sell, tell, and close when `stop` is set."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        enterprise = Enterprise(config, session)
        await enterprise.open()
        control = web.AppRunner(_control(enterprise), access_log=None)
        await control.setup()
        await web.TCPSite(control, HOST, config.control_port).start()
        watched = (
            *(exchange.watch() for exchange in enterprise.exchanges.values()),
            enterprise.erp.watch(),
            enterprise.clerk.watch(),
        )
        watchers = [asyncio.create_task(watch) for watch in watched]
        enterprise.stage.start(_sell(enterprise))
        try:
            await stop.wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
            await enterprise.close()
            await control.cleanup()


async def _sell(enterprise: Enterprise) -> None:
    """Sell all orders, and some time later let the wrong systems claim what the plan wants them to claim."""
    if enterprise.stage.freight:
        for order in enterprise.book:
            enterprise.portal.open_account(order)
            enterprise.dock.follow(order)
        enterprise.stage.start(enterprise.wms_a.stock.keep())
    await enterprise.erp.trade(enterprise.book, enterprise.config.order_gap_s)
    await asyncio.sleep(CLAIM_AFTER_S)
    for order in enterprise.book:
        at = enterprise.stage.calendar.now(order.order_no)
        enterprise.erp.claim_delivered(order.order_no, at)
        enterprise.wms_a.claim_foreign_pick(order.order_no, at)


def _control(enterprise: Enterprise) -> web.Application:
    """What the driver asks: `/status`, `/books`, `/faults`."""

    async def tell_status(_: web.Request) -> web.Response:
        return _answer(status(enterprise))

    async def tell_books(_: web.Request) -> web.Response:
        return _answer(await enterprise.show_books())

    async def tell_faults(_: web.Request) -> web.Response:
        return _answer(enterprise.ledger.lines())

    app = web.Application()
    app.add_routes([web.get("/status", tell_status), web.get("/books", tell_books), web.get("/faults", tell_faults)])
    return app


def _answer(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


async def _until_signalled(config: EnterpriseConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await run(config, stop)


def main(arguments: list[str] | None = None) -> int:
    """Run until ended; 0 after an orderly end, 2 for a configuration that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m crossdock.demo.enterprise", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the JSON file the driver wrote")
    path = parser.parse_args(arguments).config
    try:
        config = read_config(path)
    except (OSError, msgspec.DecodeError) as error:
        sys.stderr.write(f"{path} is no enterprise configuration: {error}\n")
        return 2
    asyncio.run(_until_signalled(config))
    return 0


if __name__ == "__main__":
    sys.exit(main())
