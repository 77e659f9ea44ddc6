"""One dossier's contribution to one KPI: what is counted, when, and how contributions add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

ZERO = Decimal(0)


class Aggregate(StrEnum):
    """How contributions become one figure.

    `share` is Σ numerator ÷ Σ denominator; `spread` the median and percentiles of the raw samples; `age` the same of
    what is still open, as it is at the moment of asking; `mean` their average; `total` their sum.
    """

    SHARE = "share"
    SPREAD = "spread"
    AGE = "age"
    MEAN = "mean"
    TOTAL = "total"


class Measure(msgspec.Struct, frozen=True, gc=False):
    """A contribution.

    Attributes:
        kpi: its id. `slot`: what of the dossier it is about (a shipment, a line); one per KPI and slot.
        at: the instant that decides its window.
        value: the sample, or the numerator of a share, in the KPI's unit.
        weight: the denominator of a share; 1 for a sample.
        since: of something still open, from when its age counts; the value is then not known yet.
        by: whom it may be told apart by (partner, warehouse, carrier); empty for nobody.
    """

    kpi: str
    slot: str
    at: datetime
    value: Decimal = ZERO
    weight: Decimal = Decimal(1)
    since: datetime | None = None
    by: str = ""


class Figure(msgspec.Struct, frozen=True):
    """A KPI over a window. `value` is the share, the median, the mean or the total; None where nothing counts."""

    kpi: str
    unit: str
    count: int
    value: Decimal | None
    p95: Decimal | None = None


def figure(kpi: str, unit: str, aggregate: Aggregate, measures: Sequence[Measure], now: datetime) -> Figure:
    """What these contributions come to. The store computes the same in SQL; a test holds the two together."""
    if aggregate is Aggregate.SHARE:
        weight = sum((weight_at(one, now) for one in measures), ZERO)
        top = sum((one.value for one in measures), ZERO)
        return Figure(kpi, unit, len(measures), top / weight * share_scale(unit) if weight else None)
    samples = sorted(sample(one, now, unit) for one in measures)
    if not samples:
        return Figure(kpi, unit, 0, None)
    if aggregate is Aggregate.TOTAL:
        return Figure(kpi, unit, len(samples), sum(samples, ZERO))
    if aggregate is Aggregate.MEAN:
        return Figure(kpi, unit, len(samples), sum(samples, ZERO) / len(samples))
    return Figure(kpi, unit, len(samples), percentile(samples, Decimal("0.5")), percentile(samples, Decimal("0.95")))


def weight_at(measure: Measure, now: datetime) -> Decimal:
    """What is still open counts as missed once its instant has passed."""
    return Decimal(1) if measure.since is not None and measure.since <= now else measure.weight


def share_scale(unit: str) -> Decimal:
    """Shares are told in percent."""
    return Decimal(100) if unit == "%" else Decimal(1)


SECONDS: Mapping[str, int] = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


def sample(measure: Measure, now: datetime, unit: str) -> Decimal:
    """A closed contribution's value, or an open one's age by now, in the KPI's unit."""
    if measure.since is None:
        return measure.value
    return Decimal((now - measure.since).total_seconds()) / SECONDS[unit]


def percentile(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    """The continuous percentile of sorted raw samples (SQL `percentile_cont`)."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def span(begin: datetime, end: datetime, unit: str) -> Decimal:
    """Time from one instant to another in `s`, `min`, `h` or `d`; negative where the order is the other."""
    return Decimal((end - begin).total_seconds()) / SECONDS[unit]


def one_each(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The last contribution of each KPI and slot."""
    return tuple({(one.kpi, one.slot): one for one in measures}.values())
