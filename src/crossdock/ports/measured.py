"""Every figure the hub tells of itself (mission.md §8.2 and §8.4); alert rules and dashboards are made of this list."""

from __future__ import annotations

from crossdock.ports.metrics import Kind, Metric

# Seconds, for what should take milliseconds and may take minutes.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30, 60, 120)
FACTS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)


def _counter(name: str, words: str, labels: str = "", rows: str = "") -> Metric:
    return Metric(name, Kind.COUNTER, words, tuple(labels.split()), rows=tuple(rows.split()))


def _gauge(name: str, words: str, labels: str = "", rows: str = "") -> Metric:
    return Metric(name, Kind.GAUGE, words, tuple(labels.split()), rows=tuple(rows.split()))


def _histogram(name: str, words: str, labels: str = "", rows: str = "", bounds: tuple[float, ...] = SECONDS) -> Metric:
    return Metric(name, Kind.HISTOGRAM, words, tuple(labels.split()), bounds, tuple(rows.split()))


# fmt: off
# ------------------------------------------------------------ counted where it happens, in every process

FACTS_TAKEN = _counter(
    "crossdock_facts_total", "Facts taken, by what became of them.", "partner format disposition", "O-01 O-04 O-10")
FACTS_FAILED = _counter(
    "crossdock_facts_failed_total", "Facts whose batch could not be committed; their senders were told.", "kind",
    "O-03")
FACTS_TURNED_AWAY = _counter(
    "crossdock_facts_turned_away_total", "Facts refused because too many were waiting already.", "", "O-03 O-16")
MESSAGES_TAKEN = _counter(
    "crossdock_messages_total", "Messages in a partner's own dialect, by how they could be read.",
    "partner channel status", "O-01 O-03 O-04")
BATCH_FACTS = _histogram("crossdock_batch_facts", "Facts in one transaction.", "", "O-01", FACTS)
STAGE_SECONDS = _histogram(
    "crossdock_stage_seconds", "Time in a stage: wait (for a batch), commit (the batch itself), call (on a partner).",
    "stage", "O-02")
HTTP_REQUESTS = _counter(
    "crossdock_http_requests_total", "Requests answered; status 0 where the caller was gone before.",
    "method route status", "O-06 O-07")
HTTP_SECONDS = _histogram(
    "crossdock_http_request_seconds", "Time from the head of a request to the end of its answer.", "route", "O-06")
CALLS = _counter(
    "crossdock_calls_total", "Commands sent or looked up, by how the call ended.", "partner type outcome", "O-01 O-03")
CALL_SECONDS = _histogram("crossdock_call_seconds", "Time of one call on a partner.", "partner", "O-02 O-06")
RETRIES = _counter("crossdock_retries_total", "Commands that were tried before.", "partner", "O-03")

# ------------------------------------------------------------ read from a process when it is asked

BATCHER_WAITING = _gauge("crossdock_batcher_waiting", "Facts that wait for the next transaction.", "", "O-05")
LOOP_ROUNDS = _counter("crossdock_loop_rounds_total", "Rounds of a loop.", "loop", "O-13")
LOOP_DONE = _counter("crossdock_loop_done_total", "Units of work a loop has done.", "loop", "O-01")
LOOP_FAILURES = _counter("crossdock_loop_failures_total", "Rounds that failed.", "loop", "O-03 O-13")
LOOP_FAILING = _gauge("crossdock_loop_failing", "Failures in a row, 0 while it works.", "loop", "O-13")
POOL_CONNECTIONS = _gauge(
    "crossdock_pool_connections", "Connections to the database, by pool and state.", "pool state", "O-13")
POOL_QUEUE = _gauge("crossdock_pool_queue", "Tasks that wait for a connection.", "pool", "O-05")
BUILD = _gauge("crossdock_build_info", "Always 1; which program and role this is.", "version role")
SOURCE_FAILED = _gauge(
    "crossdock_readings_failed", "1 where a source of figures could not be read this time.", "source", "O-13")

# ------------------------------------------------------------ read from the database, by the schedule role

DELIVERIES = _gauge("crossdock_deliveries", "Commands on their way.", "partner state", "O-05")
DELIVERY_AGE = _gauge(
    "crossdock_delivery_age_seconds", "Age of the oldest command on its way.", "partner", "O-08 T-07 T-15")
WAITING = _gauge("crossdock_waiting_facts", "Facts no dossier is known for yet.", "partner", "O-05 O-15")
WAITING_AGE = _gauge("crossdock_waiting_age_seconds", "Age of the oldest fact in the waiting room.", "", "O-08")
QUARANTINED = _gauge("crossdock_quarantined_facts", "Facts that could not be used.", "partner code", "O-11")
QUARANTINE_AGE = _gauge("crossdock_quarantine_age_seconds", "Age of the oldest fact in quarantine.", "", "O-11")
UNUSED = _gauge("crossdock_unused_messages", "Messages nobody could use yet.", "partner", "O-11")
UNUSED_AGE = _gauge("crossdock_unused_age_seconds", "Age of the oldest message nobody could use.", "", "O-11")
REPLAYED = _gauge("crossdock_replayed_messages", "Messages run again in the last 24 hours.", "partner", "O-09")
CASES = _gauge(
    "crossdock_cases_open", "Open exception cases.", "queue severity code",
    "T-01 T-02 T-03 T-04 T-06 T-07 T-08 T-09 T-10 T-11 T-12 T-13 T-14 T-16 O-03 O-14 M-18 M-29 M-32")
CASE_AGE = _gauge("crossdock_case_age_seconds", "Age of the oldest open case.", "queue", "M-18 O-08")
CASES_OVERDUE = _gauge("crossdock_cases_overdue", "Open cases past the time they had to be solved by.", "queue", "O-42")
CASES_PRICE = _gauge(
    "crossdock_cases_price", "What open cases cost as far as contracts say, without what grows by the hour.",
    "queue currency", "O-14")
BREAKER = _gauge("crossdock_breaker_open", "1 while nothing, or only a probe, is sent to a partner.", "partner", "O-07")
PAUSED = _gauge("crossdock_partner_paused", "1 while a person has paused a partner.", "partner", "O-13")
RATE_FULL = _gauge(
    "crossdock_partner_rate_full_seconds", "How long a partner's rate is used up in advance.", "partner", "O-16")
ACKS_OVERDUE = _gauge(
    "crossdock_acks_overdue", "Commands and documents whose acknowledgment is late.", "partner", "O-15")
TIMERS_LATE = _gauge("crossdock_timers_late", "Dossiers whose timer is due and has not rung.", "", "O-08")
TIMER_LAG = _gauge("crossdock_timer_lag_seconds", "How late the latest of them is.", "", "O-08")
READER_LAG = _gauge(
    "crossdock_reader_lag_seconds", "Age of the first fact a reader of the log has not read.", "reader", "O-08")
READER_BEHIND = _gauge(
    "crossdock_reader_behind_facts", "Facts a reader of the log has not read, counted up to 10,000.", "reader", "O-05")
HEARD = _gauge("crossdock_partner_silence_seconds", "How long ago a partner was last heard.", "partner", "O-15")
MOVED = _gauge(
    "crossdock_partner_still_seconds", "How long ago a partner last moved anything.", "partner", "O-15")
BREAKS = _gauge("crossdock_reconciliation_breaks", "Differences a check found and that still stand.", "check partner",
                "O-12 T-09")
CHECK_AGE = _gauge("crossdock_reconciliation_age_seconds", "How long ago a check last ran to its end.", "check partner",
                   "O-12")
ARCHIVED = _gauge(
    "crossdock_archived", "Dossiers whose log is in the archive, by what the planner believes.", "", "O-16")
ARCHIVE_BYTES = _gauge("crossdock_archive_bytes", "Size of the archive's files.", "", "O-16")
ARCHIVE_AGE = _gauge(
    "crossdock_archive_looked_seconds", "How long ago the keeper of the archive last looked; without one, nothing.", "",
    "O-16")
DATABASE_BYTES = _gauge("crossdock_database_bytes", "Size of the database on disk.", "", "O-16")
SLO_KEPT = _gauge("crossdock_slo_kept_ratio", "Share that kept the promise, over its window.", "slo",
                  "Q-01 Q-02 Q-03 Q-04 Q-05 Q-06 Q-07 Q-08")
SLO_TARGET = _gauge("crossdock_slo_target_ratio", "Share that is promised.", "slo", "O-34")
SLO_LEFT = _gauge("crossdock_slo_budget_left_ratio", "What is left of the error budget; negative: overdrawn.", "slo",
                  "O-34 O-42")
SLO_BURN = _gauge("crossdock_slo_burn", "How many times too fast the budget was used in the last hour.", "slo", "O-34")
KPI = _gauge(
    "crossdock_kpi", "A KPI of domain.md §7 over the last 24 hours, in its unit; stat is value, p95 or count.",
    "kpi unit stat",
    "M-01 M-02 M-03 M-04 M-05 M-06 M-07 M-08 M-09 M-10 M-11 M-12 M-13 M-14 M-15 M-16 M-17 M-18 M-19 M-20 M-21 M-22 "
    "M-23 M-25 M-26 M-28 M-31 M-33 O-12")
# fmt: on

METRICS: tuple[Metric, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
