"""Many seeds: each is played with its faults and without, and a failing one is made as small as it gets."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

import msgspec

from crossdock.bootstrap.hub import PRODUCTION, Variant
from crossdock.testing.simulate.plan import Plan, draw
from crossdock.testing.simulate.run import Outcome, Simulation, compared
from crossdock.testing.simulate.story import SHORT_A_THOUSAND, rows, tale_of

T = TypeVar("T")

# Plans tried while one is made smaller.
TRIES_MAX = 200
# Ends without faults that are kept: those of the short stories of a thousand seeds.
STORIES_MAX = SHORT_A_THOUSAND + 8


class Verdict(msgspec.Struct, frozen=True):
    """What one plan came to. `wrong` is empty where it ended as it does without faults and nothing happened on the way;
    `days` are virtual, of the play with faults, and `seconds` real, of all that was played."""

    plan: Plan
    wrong: tuple[str, ...]
    struck: dict[str, int]
    met: dict[str, int]
    told: int
    checks: int
    digest: str
    days: float
    seconds: float


class Report(msgspec.Struct, frozen=True):
    """A campaign. `digest` is of all its verdicts, in the order of their seeds."""

    first: int
    seeds: int
    orders: int
    failed: tuple[int, ...]
    struck: dict[str, int]
    met: dict[str, int]
    told: int
    checks: int
    days: float
    seconds: float
    digest: str
    short: bool = False

    @property
    def told_of(self) -> str:
        """`2 orders each`."""
        return f"{self.orders} order{'s' * (self.orders > 1)} each{' in short' * self.short}"

    @property
    def days_per_minute(self) -> float:
        """Virtual days in a minute of ours."""
        return self.days / self.seconds * 60 if self.seconds else 0.0


def plan_of(seed: int, orders: int, *, short: bool = False) -> Plan:
    """The whole plan of a seed, of its own story or of a short one."""
    tale = tale_of(seed) if short else None
    return draw(seed, orders, rows(orders, tale), tale=tale)


def judge(plan: Plan, variant: Variant = PRODUCTION) -> Verdict:
    """Play a plan with its faults, and without unless the same story was just told."""
    began = time.perf_counter()
    calm = _calm(plan.calm(), variant)
    found = Simulation(plan, variant).run()
    wrong = (*(f"without faults: {one}" for one in calm.violations), *found.violations, *compared(found, calm))
    digest = hashlib.sha256("\n".join((calm.digest, found.digest, *wrong)).encode()).hexdigest()[:32]
    seconds = time.perf_counter() - began
    return Verdict(plan, wrong, found.struck, found.met, found.told, found.checks, digest, found.days, seconds)


@lru_cache(maxsize=STORIES_MAX)
def _calm(plan: Plan, variant: Variant) -> Outcome:
    return Simulation(plan, variant).run()


def campaign(
    seeds: Iterable[int], orders: int, *, minutes: float | None = None, short: bool = False
) -> Iterator[Verdict]:
    """A verdict a seed; none is begun after so many minutes of ours."""
    began = time.monotonic()
    for seed in seeds:
        if minutes is not None and time.monotonic() - began >= minutes * 60:
            return
        yield judge(plan_of(seed, orders, short=short))


def shrunk(plan: Plan, variant: Variant = PRODUCTION) -> Verdict:
    """The smallest part of a failing plan that still fails: no order and no fault of it can be left out any more."""
    verdict = judge(plan, variant)
    tries = TRIES_MAX

    def fails(smaller: Plan) -> bool:
        nonlocal verdict, tries
        tries -= 1
        found = judge(smaller, variant) if tries > 0 else verdict
        if tries > 0 and found.wrong:
            verdict = found
            return True
        return False

    assert verdict.wrong, "only a failing plan can be made smaller"
    _less(list(plan.faults), lambda faults: fails(msgspec.structs.replace(verdict.plan, faults=tuple(faults))))
    _less(list(plan.orders), lambda orders: bool(orders) and fails(
        msgspec.structs.replace(verdict.plan, orders=tuple(orders))))  # fmt: skip
    return verdict


def summed(verdicts: Iterable[Verdict], orders: int, *, short: bool = False) -> Report:
    """Add up a campaign."""
    digest = hashlib.sha256()
    struck: Counter[str] = Counter()
    met: Counter[str] = Counter()
    every = list(verdicts)
    for verdict in every:
        digest.update(f"{verdict.plan.seed} {verdict.digest}\n".encode())
        struck.update(verdict.struck)
        met.update(verdict.met)
    return Report(
        first=every[0].plan.seed if every else 0,
        seeds=len(every),
        orders=orders,
        failed=tuple(verdict.plan.seed for verdict in every if verdict.wrong),
        struck=dict(sorted(struck.items())),
        met=dict(sorted(met.items())),
        told=sum(verdict.told for verdict in every),
        checks=sum(verdict.checks for verdict in every),
        days=sum(verdict.days for verdict in every),
        seconds=sum(verdict.seconds for verdict in every),
        digest=digest.hexdigest()[:32],
        short=short,
    )


def command(plan: Plan, orders: int) -> str:
    """The command that plays this plan again, `orders` being how many it was drawn for."""
    short = plan.tale is not None
    whole = plan_of(plan.seed, orders, short=short)
    words = [f"crossdock simulate --seed {plan.seed} --orders {orders}{' --short' if short else ''}"]
    if plan.faults != whole.faults:
        words.append(f"--faults {listed(whole.faults.index(fault) for fault in plan.faults)}")
    if plan.orders != whole.orders:
        words.append(f"--only {listed(plan.orders)}")
    return " ".join(words)


def listed(numbers: Iterable[int]) -> str:
    """`3,7`, or `none`."""
    return ",".join(map(str, numbers)) or "none"


def _less(parts: list[T], fails: Callable[[list[T]], bool]) -> None:
    """Leave out halves, then quarters, then single parts, for as long as what is left fails."""
    size = max(len(parts) // 2, 1)
    while parts:
        rests = [parts[:place] + parts[place + size :] for place in range(0, len(parts), size)]
        smaller = next((rest for rest in rests if fails(rest)), None)
        if smaller is not None:
            parts = smaller
            size = max(min(size, len(parts) // 2), 1)
        elif size == 1:
            return
        else:
            size //= 2
