"""What a collector is told can be read by Prometheus' own parser, and says what was counted."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from crossdock.instruments.prometheus import PrometheusMeter
from crossdock.ports import measured
from crossdock.ports.metrics import Reading


def told(meter: PrometheusMeter, *readings: Reading) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample by name and label values."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(meter.text(readings).decode())
        for sample in family.samples
    }


def test_what_was_counted_is_told_with_its_labels() -> None:
    meter = PrometheusMeter()
    meter.count(measured.RETRIES, ("wms-a",))
    meter.count(measured.RETRIES, ("wms-a",), 4)
    assert told(meter)["crossdock_retries_total", ("wms-a",)] == 5


def test_a_histogram_has_the_declared_buckets() -> None:
    meter = PrometheusMeter()
    meter.observe(measured.BATCH_FACTS, (), 7)
    samples = told(meter)
    assert samples["crossdock_batch_facts_bucket", ("5.0",)] == 0
    assert samples["crossdock_batch_facts_bucket", ("10.0",)] == 1
    assert samples["crossdock_batch_facts_sum", ()] == 7


def test_what_was_read_stands_beside_it_once() -> None:
    meter = PrometheusMeter()
    readings = [Reading(measured.LOOP_ROUNDS, (name,), 3) for name in ("relay", "echo")]
    samples = told(meter, *readings, Reading(measured.TIMER_LAG, (), 1.5))
    assert samples["crossdock_loop_rounds_total", ("relay",)] == 3
    assert samples["crossdock_timer_lag_seconds", ()] == 1.5
    assert meter.text(readings).decode().count("# TYPE crossdock_loop_rounds_total counter") == 1


def test_two_processes_in_one_do_not_count_for_each_other() -> None:
    one, other = PrometheusMeter(), PrometheusMeter()
    one.count(measured.FACTS_TURNED_AWAY)
    assert told(other)["crossdock_facts_turned_away_total", ()] == 0


def test_nothing_is_told_of_when_a_series_began() -> None:
    meter = PrometheusMeter()
    meter.count(measured.FACTS_TURNED_AWAY)
    assert "_created" not in meter.text(()).decode()
