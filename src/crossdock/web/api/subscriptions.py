"""Subscriptions to events by webhook (Standard Webhooks): one's own, their delivery log, and replay by oneself."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from litestar import delete, get, post
from litestar.params import QueryParameter

from crossdock.app.access import Scope
from crossdock.app.queries import Page
from crossdock.app.webhooks.desk import Made, Replayed, ReplayWish, SubscriptionDesk, SubscriptionView, Wish
from crossdock.kernel.errors import Rejected
from crossdock.ports.subscriptions import Attempt, EventLine, Notice
from crossdock.web.api.bodies import malformed, read_as
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Limit, Name, Needs, Who, row_id
from crossdock.web.api.once import SHOWN_ONCE
from crossdock.web.api.problems import Problem
from crossdock.web.api.reasons import Done, Reason

T = TypeVar("T")

READS, WRITES = Needs(Scope.SUBSCRIPTIONS_WRITE, Scope.OPERATIONS_READ), Needs(Scope.SUBSCRIPTIONS_WRITE)
Standing = Annotated[
    str, QueryParameter(name="state", max_length=20, description="open, delivered or given_up; absent for all.")
]

_wishes = msgspec.json.Decoder(Wish)
_replays = msgspec.json.Decoder(ReplayWish)


@post("/v1/subscriptions", status_code=201, opt={"takes": Wish, SHOWN_ONCE: ("secret",)}, guards=[WRITES])
async def create_subscription(deps: Deps, caller: Who, request: Call) -> Made:
    """Have events sent to an address; the secret that signs them is shown this once."""
    wish = await read_as(_wishes, deps, request)
    try:
        personal = Scope.PERSONAL_READ in caller.scopes
        made = await _desk(deps).make(listener(caller), bounded(caller, wish), personal=personal)
    except Rejected as error:
        raise malformed(error) from error
    if made is None:
        raise Problem("state-conflict", "this owner has as many subscriptions as it may: end one first")
    return made


@get("/v1/subscriptions", guards=[READS])
async def list_subscriptions(
    deps: Deps, caller: Who, cursor: Cursor = "", limit: Limit = PAGE
) -> Page[SubscriptionView]:
    """One's own subscriptions; with `operations:read` everybody's."""
    return await _desk(deps).all(reader(caller), cursor, limit)


@get("/v1/subscriptions/{subscription:str}", guards=[READS])
async def read_subscription(deps: Deps, caller: Who, subscription: Name) -> SubscriptionView:
    """A subscription and how it stands."""
    return _own(await _desk(deps).one(reader(caller), subscription), subscription)


@delete("/v1/subscriptions/{subscription:str}", status_code=200, guards=[WRITES])
async def delete_subscription(deps: Deps, caller: Who, subscription: Name) -> Done:
    """End a subscription, with its log."""
    if not await _desk(deps).remove(listener(caller), subscription):
        raise _unknown(subscription)
    return Done("ended")


@post("/v1/subscriptions/{subscription:str}/pause", status_code=200, guards=[WRITES])
async def pause_subscription(deps: Deps, caller: Who, subscription: Name, reasoned: Reason) -> Done:
    """Send nothing more; what happens meanwhile goes out after it is resumed."""
    if not await _desk(deps).pause(listener(caller), subscription, reasoned.reason):
        raise _unknown(subscription)
    return Done("paused")


@post("/v1/subscriptions/{subscription:str}/resume", status_code=200, guards=[WRITES])
async def resume_subscription(deps: Deps, caller: Who, subscription: Name) -> Done:
    """Go on from where it stands; an address that failed is probed at once."""
    if not await _desk(deps).resume(listener(caller), subscription):
        raise _unknown(subscription)
    return Done("active")


@post("/v1/subscriptions/{subscription:str}/secrets", status_code=201, opt={SHOWN_ONCE: ("secret",)}, guards=[WRITES])
async def rotate_secret(deps: Deps, caller: Who, subscription: Name) -> Made:
    """A new signing secret; for a day everything is signed with the old one too."""
    return _own(await _desk(deps).rotate(listener(caller), subscription), subscription)


@post("/v1/subscriptions/{subscription:str}/replays", status_code=202, opt={"takes": ReplayWish}, guards=[WRITES])
async def replay_events(deps: Deps, caller: Who, subscription: Name, request: Call) -> Replayed:
    """Send one event again, or all since an instant, under the ids they had."""
    wish = await read_as(_replays, deps, request)
    try:
        return _own(await _desk(deps).replay(listener(caller), subscription, wish), subscription)
    except Rejected as error:
        raise malformed(error) from error


@get("/v1/subscriptions/{subscription:str}/deliveries", guards=[READS])
async def list_subscription_deliveries(
    deps: Deps, caller: Who, subscription: Name, standing: Standing = "", cursor: Cursor = "", limit: Limit = PAGE
) -> Page[EventLine]:
    """The delivery log of a month, newest first."""
    found = await _desk(deps).events(reader(caller), subscription, standing, row_id(cursor), limit)
    return _own(found, subscription)


@get("/v1/subscriptions/{subscription:str}/deliveries/{delivery:str}", guards=[READS])
async def list_attempts(deps: Deps, caller: Who, subscription: Name, delivery: Name) -> tuple[Attempt, ...]:
    """Every attempt at one event of the log, with the status it was answered with."""
    return _own(await _desk(deps).attempts(reader(caller), subscription, row_id(delivery)), subscription)


@get("/v1/subscriptions/{subscription:str}/notices", guards=[READS])
async def list_notices(
    deps: Deps, caller: Who, subscription: Name, cursor: Cursor = "", limit: Limit = PAGE
) -> Page[Notice]:
    """What the owner is told of its address: it stopped taking events, healed, is gone."""
    return _own(await _desk(deps).notices(reader(caller), subscription, row_id(cursor), limit), subscription)


def listener(caller: Caller) -> str:
    """Whose subscriptions a key makes: its partner's, so that they outlive the key; else its own."""
    return caller.partner or f"key:{caller.owner}"


def reader(caller: Caller) -> str:
    """Whose subscriptions a key may see: an operator's sees all."""
    return "" if Scope.OPERATIONS_READ in caller.scopes else listener(caller)


def bounded(caller: Caller, wish: Wish) -> Wish:
    """A partner's key hears what that partner said and no other; a key of nobody hears what it asks for."""
    if not caller.partner:
        return wish
    return msgspec.structs.replace(wish, partners=(caller.partner,))


def _own(answer: T | None, subscription: str) -> T:
    if answer is None:
        raise _unknown(subscription)
    return answer


def _unknown(subscription: str) -> Problem:
    return Problem("not-found", f"no subscription {subscription} of yours has that: check the ids")


def _desk(deps: ApiDeps) -> SubscriptionDesk:
    if deps.subscriptions is None:
        raise Problem("not-ready", "this process keeps no subscriptions")
    return deps.subscriptions


HANDLERS = (
    create_subscription,
    list_subscriptions,
    read_subscription,
    delete_subscription,
    pause_subscription,
    resume_subscription,
    rotate_secret,
    replay_events,
    list_subscription_deliveries,
    list_attempts,
    list_notices,
)
