"""Figures as Prometheus collects them (text format 0.0.4). This is the only module that knows its client.

Values are kept by the client's own counters; what is read when asked becomes families of one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from crossdock.ports.measured import METRICS
from crossdock.ports.metrics import Kind, Metric, Reading


class PrometheusMeter:
    """See `ports.metrics.Meter` and `Exposition`. One a process; nothing of it is global."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, metrics: Iterable[Metric] = METRICS) -> None:
        # When a series began is what Prometheus notes by itself; here it would double what is sent.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self._registry)
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}
        # The client looks labels up under a lock; asked for once, a series is found without. Labels are closed sets.
        self._counting: dict[tuple[str, tuple[str, ...]], Counter] = {}
        self._observing: dict[tuple[str, tuple[str, ...]], Histogram] = {}
        for metric in metrics:
            if metric.kind is Kind.HISTOGRAM:
                self._histograms[metric.name] = Histogram(
                    metric.name, metric.help, metric.labels, buckets=metric.bounds, registry=None
                )
            elif metric.kind is Kind.COUNTER:
                self._counters[metric.name] = Counter(metric.name, metric.help, metric.labels, registry=None)

    def count(self, metric: Metric, labels: tuple[str, ...] = (), by: float = 1) -> None:
        """See `Meter.count`."""
        known = self._counting.get((metric.name, labels))
        if known is None:
            counter = self._counters[metric.name]
            known = self._counting[metric.name, labels] = counter.labels(*labels) if labels else counter
        known.inc(by)

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """See `Meter.observe`."""
        known = self._observing.get((metric.name, labels))
        if known is None:
            histogram = self._histograms[metric.name]
            known = self._observing[metric.name, labels] = histogram.labels(*labels) if labels else histogram
        known.observe(value)

    def text(self, readings: Sequence[Reading]) -> bytes:
        """See `Exposition.text`."""
        read = {reading.metric.name for reading in readings}
        counted = [one for name, one in (self._counters | self._histograms).items() if name not in read]
        return generate_latest(_Answer([self._registry, *counted], _families(readings)))


class _Answer(CollectorRegistry):
    """The families of one answer."""

    def __init__(self, collectors: Sequence[Collector], families: Sequence[Family]) -> None:
        super().__init__()
        self._collectors = collectors
        self._families = families

    def collect(self) -> Iterable[Family]:
        """Whatever was counted, then what was read."""
        for collector in self._collectors:
            yield from collector.collect()
        yield from self._families


def _families(readings: Sequence[Reading]) -> list[Family]:
    families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
    for reading in readings:
        metric = reading.metric
        family = families.get(metric.name)
        if family is None:
            kind = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
            family = families[metric.name] = kind(metric.name, metric.help, labels=metric.labels)
        family.add_metric(list(reading.labels), reading.value)
    return list(families.values())
