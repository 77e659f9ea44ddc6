"""What customers' machines do with their own subscriptions (Standard Webhooks): make, try, pause, end, log, replay.

The customer is the key's own. No address and no parameter names one.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from litestar import delete, get, post

from crossdock.app.access import Scope
from crossdock.app.queries import Page
from crossdock.app.webhooks.customers import CustomerDesk, CustomerSecret, CustomerSubscription, CustomerWish
from crossdock.app.webhooks.desk import Replayed, ReplayWish
from crossdock.kernel.errors import Rejected
from crossdock.ports.subscriptions import Attempt, EventLine, Notice
from crossdock.web.api.bodies import malformed, read_as
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Limit, Name, Needs, Who, row_id
from crossdock.web.api.once import SHOWN_ONCE
from crossdock.web.api.problems import Problem
from crossdock.web.api.reasons import Done, Reason
from crossdock.web.api.subscriptions import Standing

T = TypeVar("T")

PATH = "/v1/portal/subscriptions"
ONE = PATH + "/{subscription:str}"
READ, WRITE = [Needs(Scope.PORTAL_READ)], [Needs(Scope.PORTAL_WRITE)]

_wishes = msgspec.json.Decoder(CustomerWish)
_replays = msgspec.json.Decoder(ReplayWish)


@post(PATH, status_code=201, opt={"takes": CustomerWish, SHOWN_ONCE: ("secret",)}, guards=WRITE)
async def create_own_subscription(deps: Deps, caller: Who, request: Call) -> CustomerSecret:
    """Have what happens to your orders sent to an address; the secret that signs it is shown this once."""
    wish = await read_as(_wishes, deps, request)
    try:
        made = await desk_of(deps, caller).make(wish)
    except Rejected as error:
        raise malformed(error) from error
    if made is None:
        raise Problem("state-conflict", "you have as many subscriptions as you may: end one first")
    return made


@get(PATH, guards=READ)
async def list_own_subscriptions(
    deps: Deps, caller: Who, cursor: Cursor = "", limit: Limit = PAGE
) -> Page[CustomerSubscription]:
    """Your subscriptions."""
    return await desk_of(deps, caller).all(cursor, limit)


@get(ONE, guards=READ)
async def read_own_subscription(deps: Deps, caller: Who, subscription: Name) -> CustomerSubscription:
    """A subscription of yours and how it stands."""
    return _own(await desk_of(deps, caller).one(subscription))


@delete(ONE, status_code=200, guards=WRITE)
async def delete_own_subscription(deps: Deps, caller: Who, subscription: Name) -> Done:
    """End a subscription, with its log."""
    mine = desk_of(deps, caller)
    return _done(await mine.desk.remove(mine.owner, subscription), "ended")


@post(ONE + "/pause", status_code=200, guards=WRITE)
async def pause_own_subscription(deps: Deps, caller: Who, subscription: Name, reasoned: Reason) -> Done:
    """Send nothing more; what happens meanwhile goes out after it is resumed."""
    mine = desk_of(deps, caller)
    return _done(await mine.desk.pause(mine.owner, subscription, reasoned.reason), "paused")


@post(ONE + "/resume", status_code=200, guards=WRITE)
async def resume_own_subscription(deps: Deps, caller: Who, subscription: Name) -> Done:
    """Go on from where it stands; an address that failed is probed at once."""
    mine = desk_of(deps, caller)
    return _done(await mine.desk.resume(mine.owner, subscription), "active")


@post(ONE + "/tests", status_code=202, guards=WRITE)
async def try_own_subscription(deps: Deps, caller: Who, subscription: Name) -> Done:
    """Send a test event to the address now; what becomes of it is in the delivery log."""
    mine = desk_of(deps, caller)
    sent = _own(await mine.desk.try_out(mine.owner, subscription))
    if not sent:
        raise Problem("state-conflict", "a test is on its way already: look at the delivery log")
    return Done("on its way")


@post(ONE + "/secrets", status_code=201, opt={SHOWN_ONCE: ("secret",)}, guards=WRITE)
async def rotate_own_secret(deps: Deps, caller: Who, subscription: Name) -> CustomerSecret:
    """A new signing secret; for a day everything is signed with the old one too."""
    return _own(await desk_of(deps, caller).rotate(subscription))


@post(ONE + "/replays", status_code=202, opt={"takes": ReplayWish}, guards=WRITE)
async def replay_own_events(deps: Deps, caller: Who, subscription: Name, request: Call) -> Replayed:
    """Send one event again, or all since an instant, under the ids they had."""
    wish, mine = await read_as(_replays, deps, request), desk_of(deps, caller)
    try:
        return _own(await mine.desk.replay(mine.owner, subscription, wish))
    except Rejected as error:
        raise malformed(error) from error


@get(ONE + "/deliveries", guards=READ)
async def list_own_deliveries(
    deps: Deps, caller: Who, subscription: Name, standing: Standing = "", cursor: Cursor = "", limit: Limit = PAGE
) -> Page[EventLine]:
    """The delivery log of a month, newest first."""
    mine = desk_of(deps, caller)
    return _own(await mine.desk.events(mine.owner, subscription, standing, row_id(cursor), limit))


@get(ONE + "/deliveries/{delivery:str}", guards=READ)
async def list_own_attempts(deps: Deps, caller: Who, subscription: Name, delivery: Name) -> tuple[Attempt, ...]:
    """Every attempt at one event of the log, with the status it was answered with."""
    mine = desk_of(deps, caller)
    return _own(await mine.desk.attempts(mine.owner, subscription, row_id(delivery)))


@get(ONE + "/notices", guards=READ)
async def list_own_notices(
    deps: Deps, caller: Who, subscription: Name, cursor: Cursor = "", limit: Limit = PAGE
) -> Page[Notice]:
    """What you are told of your address: it stopped taking events, healed, is gone."""
    mine = desk_of(deps, caller)
    return _own(await mine.desk.notices(mine.owner, subscription, row_id(cursor), limit))


def desk_of(deps: ApiDeps, caller: Caller) -> CustomerDesk:
    """The door of the customer whose key this is."""
    if deps.hooks is None or not caller.customer:
        raise Problem("scope-missing", "this key is no customer's: ask an operator for one that is")
    return deps.hooks(caller.customer)


def _done(done: bool, state: str) -> Done:
    _own(done or None)
    return Done(state)


def _own(answer: T | None) -> T:
    if answer is None:
        raise Problem("not-found", "no subscription of yours has that: check the ids")
    return answer


HANDLERS = (
    create_own_subscription,
    list_own_subscriptions,
    read_own_subscription,
    delete_own_subscription,
    pause_own_subscription,
    resume_own_subscription,
    try_own_subscription,
    rotate_own_secret,
    replay_own_events,
    list_own_deliveries,
    list_own_attempts,
    list_own_notices,
)
