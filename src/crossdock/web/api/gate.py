"""Who is calling: bearer key to caller, scopes, rate limit. Known keys are answered from memory until one stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import ceil

from crossdock.app.access import KeyState, Scope, check, digest, prefix_of
from crossdock.app.identity.machines import MachineDoor
from crossdock.kernel.errors import Rejected
from crossdock.ports.keys import ApiKey
from crossdock.ports.principal import Reach
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.pace import Pace, Rate
from crossdock.web.api.problems import Problem, retry_after
from crossdock.web.api.wire import Headers

BEARER = b"bearer "
AUTHORIZATION_BYTES_MAX = 256
TOKEN_BYTES_MAX = 16 * 1024
# A process that could not tell for longer tells of bursts, not of a rate.
WINDOW_MAX_S = 5.0
STRANGERS = "strangers"
CHALLENGE = {"www-authenticate": 'Bearer realm="crossdock"'}


class Caller:
    """A caller that has proved who it is, with its rate meter. `owner` tells idempotency keys of callers apart."""

    __slots__ = ("customer", "known_until_s", "owner", "pace", "partner", "reach", "scopes")

    def __init__(
        self, owner: str, partner: str, scopes: frozenset[str], pace: Pace, known_until_s: float, customer: str = ""
    ) -> None:
        self.reach = Reach()
        self.owner = owner
        self.partner = partner
        self.scopes = scopes
        self.pace = pace
        self.known_until_s = known_until_s
        self.customer = customer

    def need(self, *scopes: Scope) -> None:
        """Raises a problem unless the key has one of these scopes."""
        if self.scopes.isdisjoint(scopes):
            named = " or ".join(scopes)
            raise Problem("scope-missing", f"this key lacks the scope {named}: ask an operator for a key that has it")


class Gate:
    """One per process. The memory of keys is bounded, and none of it is believed longer than `limits.key_ttl_s`.

    Whoever runs the process calls `forget` when a key was stopped anywhere (`ports.keys.KeyChanges`).
    """

    def __init__(self, deps: ApiDeps) -> None:
        self._deps = deps
        self._known: dict[bytes, Caller] = {}
        self._paces: dict[str, Pace] = {}
        self._forgotten = 0
        self._doors: dict[str, Caller] = {}
        self._strangers = Pace()
        self._settled_s = deps.stopwatch.seconds()
        rate = deps.limits.rate
        self._policy = (b"ratelimit-policy", b'"key";q=%d;w=%d' % (rate.burst, ceil(rate.burst * rate.interval_s)))

    async def caller(self, headers: Mapping[bytes, bytes], now: datetime) -> Caller:
        """The caller of this request, counted against its rate.

        Raises:
            Problem: no key, an unknown or ended one, or too many requests.
        """
        caller = await self.identify(headers, now)
        self.count(caller)
        return caller

    async def identify(self, headers: Mapping[bytes, bytes], now: datetime) -> Caller:
        """As `caller`, without counting."""
        given = headers.get(b"authorization", b"")
        caller = self._known.get(given)
        if caller is None or caller.known_until_s <= now.timestamp():
            caller = await self._look_up(given, now)
        return caller

    def forget(self) -> None:
        """Look every key up again before it is believed."""
        self._known.clear()
        self._forgotten += 1

    def door(self, partner: str) -> Caller:
        """The caller behind a verified webhook signature: the partner itself, for facts only."""
        caller = self._doors.get(partner)
        if caller is None:
            caller = Caller(f"webhook:{partner}", partner, frozenset((Scope.FACTS_WRITE,)), Pace(), 0.0)
            self._doors[partner] = caller
        return caller

    def count(self, caller: Caller) -> None:
        """Count one request of this caller.

        Raises:
            Problem: the rate is reached; `Retry-After` says when the next is admitted.
        """
        wait_s = caller.pace.admit(self._deps.limits.rate, self._deps.stopwatch.seconds())
        if wait_s:
            raise Problem(
                "too-fast",
                f"this key may send {self._deps.limits.rate.per_s:g} requests a second: wait, or send batches",
                headers=retry_after(wait_s),
            )

    def stranger(self) -> None:
        """Count a call that proved nothing, so that guessing keys cannot press the database.

        Raises:
            Problem: there are too many such calls.
        """
        wait_s = self._strangers.admit(self._deps.limits.strangers, self._deps.stopwatch.seconds())
        if wait_s:
            raise Problem("too-fast", "too many calls with unknown credentials: wait", headers=retry_after(wait_s))

    async def settle(self) -> int:
        """Tell the other serving processes what was admitted here, and hear what they admitted; how many callers.

        Between two calls each process admits by what it knows: a caller may have a burst at each of them once, and pays
        for all of them afterwards. Its rate holds for all of them together.

        Raises:
            Transient: nothing could be told; it is the next time.
        """
        now_s = self._deps.stopwatch.seconds()
        meters = {owner: (pace, rate) for owner, pace, rate in self._meters() if pace.admitted or pace.full_at > now_s}
        if self._deps.paces is None or not meters:
            self._settled_s = now_s
            return 0
        told = {owner: pace.admitted for owner, (pace, _) in meters.items()}
        for pace, _ in meters.values():
            pace.admitted = 0
        try:
            spent_s = {owner: count * meters[owner][1].interval_s for owner, count in told.items()}
            window_s = min(max(now_s - self._settled_s, 0.0), WINDOW_MAX_S)
            ahead_s = await self._deps.paces.settle(spent_s, window_s=window_s)
        except BaseException:
            for owner, count in told.items():
                meters[owner][0].admitted += count
            raise
        self._settled_s = now_s
        now_s = self._deps.stopwatch.seconds()
        for owner, (pace, rate) in meters.items():
            pace.ahead(rate, ahead_s[owner], now_s)
        return len(meters)

    def _meters(self) -> Iterator[tuple[str, Pace, Rate]]:
        """Every meter that has a limit, by whose it is."""
        limits = self._deps.limits
        if limits.rate.per_s:
            yield from ((owner, pace, limits.rate) for owner, pace in self._paces.items())
            yield from ((caller.owner, caller.pace, limits.rate) for caller in self._doors.values())
        if limits.strangers.per_s:
            yield STRANGERS, self._strangers, limits.strangers

    def rate_headers(self, caller: Caller) -> Headers:
        """The RateLimit fields of draft-ietf-httpapi-ratelimit-headers-10."""
        rate, now_s = self._deps.limits.rate, self._deps.stopwatch.seconds()
        left, full_s = caller.pace.remaining(rate, now_s), ceil(max(caller.pace.full_at - now_s, 0.0))
        return [self._policy, (b"ratelimit", b'"key";r=%d;t=%d' % (left, full_s))]

    async def _look_up(self, given: bytes, now: datetime) -> Caller:
        text = _bearer(given, AUTHORIZATION_BYTES_MAX if self._deps.machines is None else TOKEN_BYTES_MAX)
        limits = self._deps.limits
        if given not in self._known and not self._strangers.remaining(limits.strangers, self._deps.stopwatch.seconds()):
            # Checked before the look-up and counted only after a failed one: keys of ours cost the measure nothing.
            self.stranger()
        if self._deps.machines is not None and text.count(".") == 2:
            return await self._by_token(self._deps.machines, given, text, now)
        forgotten = self._forgotten
        key = await self._deps.keys.find(digest(text, self._deps.pepper)) if prefix_of(text) else None
        state = check(key, now) if key is not None else KeyState.UNKNOWN
        if key is None or state is not KeyState.GOOD:
            self._known.pop(given, None)
            self.stranger()
            raise _refusal(key, state)
        known_until_s = now.timestamp() + limits.key_ttl_s
        if key.expires is not None:
            known_until_s = min(known_until_s, key.expires.timestamp())
        scopes, pace = frozenset(key.scopes), self._pace(key.prefix)
        caller = Caller(key.prefix, key.partner, scopes, pace, known_until_s, key.customer)
        caller.reach = key.reach
        # Read before somebody said that a key was stopped, and perhaps this one: good for this call, and no other.
        return self._remember(given, caller) if forgotten == self._forgotten else caller

    async def _by_token(self, machines: MachineDoor, given: bytes, text: str, now: datetime) -> Caller:
        """A machine's token. It is believed like a key: not longer than keys are, and not beyond its own end."""
        try:
            machine = await machines.machine(text, now)
        except Rejected as error:
            self._known.pop(given, None)
            self.stranger()
            raise Problem("token-refused", error.detail, headers=CHALLENGE) from error
        known_until_s = min(now.timestamp() + self._deps.limits.key_ttl_s, machine.until_s)
        pace = self._pace(machine.owner)
        caller = Caller(machine.owner, machine.partner, machine.scopes, pace, known_until_s)
        caller.reach = machine.reach
        return self._remember(given, caller)

    def _remember(self, given: bytes, caller: Caller) -> Caller:
        self._known.pop(given, None)
        while len(self._known) >= self._deps.limits.keys_cached_max:
            self._known.pop(next(iter(self._known)))
        self._known[given] = caller
        return caller

    def _pace(self, owner: str) -> Pace:
        """The one meter of a key, however its header is written: looking it up again must not refill the bucket."""
        pace = self._paces.pop(owner, None) or Pace()
        while len(self._paces) >= self._deps.limits.keys_cached_max:
            self._paces.pop(next(iter(self._paces)))
        self._paces[owner] = pace
        return pace


def _refusal(key: ApiKey | None, state: KeyState) -> Problem:
    if key is None:
        return Problem("credential-unknown", "this API key is not known: check that it is whole", headers=CHALLENGE)
    return Problem("credential-ended", f"the key {key.prefix} is {state}: ask for a new one", headers=CHALLENGE)


def _bearer(given: bytes, bytes_max: int) -> str:
    if not given:
        raise Problem(
            "credential-missing", "send Authorization: Bearer cdk_… with a key made by an operator", headers=CHALLENGE
        )
    if given[: len(BEARER)].lower() != BEARER or len(given) > bytes_max:
        raise Problem("credential-missing", "the Authorization header is not Bearer cdk_…", headers=CHALLENGE)
    return given[len(BEARER) :].strip().decode("latin-1")
