"""Alert rules for Prometheus: symptoms somebody must act on, each once, with whom it is for and what to do.

They watch the hub from outside; what is wrong with an order is a case, and told by the hub itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crossdock.kernel.codec import encode_json

HEAD = """# Made from the code by `make docs`: change src/crossdock/app/showing/alerts.py, not this file.
# Load it with `rule_files` of prometheus.yml. Times and bounds are examples that suit a small installation."""


class Rule(msgspec.Struct, frozen=True):
    """One alert: holds when `expr` has held for `minutes`. `queue` is the owner's, as cases have it."""

    name: str
    expr: str
    minutes: int
    severity: str
    queue: str
    summary: str
    todo: str


# fmt: off
RULES = (
    Rule("CrossdockDown", "up{job=\"crossdock\"} == 0", 2, "critical", "INT",
         "{{ $labels.instance }} does not answer", "Look whether the process runs; read its log."),
    Rule("CrossdockFiguresMissing", "crossdock_readings_failed == 1", 10, "warning", "INT",
         "the source {{ $labels.source }} cannot be read", "Read the log for readings.failed: it says why."),
    Rule("CrossdockLoopFailing", "crossdock_loop_failing > 5", 5, "critical", "INT",
         "the loop {{ $labels.loop }} keeps failing", "Read the log for loop.failed: it says why and who must act."),
    Rule("CrossdockTurnsFactsAway", "rate(crossdock_facts_turned_away_total[5m]) > 0", 5, "warning", "INT",
         "senders are told to come back later", "Add a worker, or look what makes batches slow."),
    Rule("CrossdockBatchesFail", "sum by (kind) (rate(crossdock_facts_failed_total[5m])) > 0", 5, "critical", "INT",
         "batches cannot be committed: {{ $labels.kind }}", "Transient: look after the database. Bug: read the log."),
    Rule("CrossdockBatchesSlow",
         "histogram_quantile(0.95, sum by (le) (rate(crossdock_stage_seconds_bucket{stage=\"commit\"}[10m]))) > 2", 10,
         "warning", "INT", "one batch in twenty takes more than two seconds",
         "Look after the database's disk and load."),
    Rule("CrossdockApiErrors",
         "sum(rate(crossdock_http_requests_total{status=~\"5..\"}[10m]))"
         " / sum(rate(crossdock_http_requests_total[10m])) > 0.01", 10, "critical", "INT",
         "more than one call in a hundred fails by our fault", "Read the log for request.failed."),
    Rule("CrossdockDeliveriesOld", "crossdock_delivery_age_seconds > 3600", 10, "warning", "INT",
         "commands to {{ $labels.partner }} are an hour old", "crossdock slos, then the partner's breaker and cases."),
    Rule("CrossdockBreakerOpen", "crossdock_breaker_open == 1", 15, "warning", "INT",
         "nothing gets through to {{ $labels.partner }}", "Call its steward; it heals by itself when it answers."),
    Rule("CrossdockPartnerPaused", "crossdock_partner_paused == 1", 1440, "warning", "INT",
         "{{ $labels.partner }} has been paused for a day", "Resume it, or say why not."),
    Rule("CrossdockAcknowledgmentsOverdue", "crossdock_acks_overdue > 0", 30, "warning", "INT",
         "{{ $labels.partner }} owes acknowledgments", "Ask its steward whether what we sent arrived."),
    Rule("CrossdockTimersLate", "crossdock_timer_lag_seconds > 60", 5, "critical", "INT",
         "timers ring more than a minute late", "Look whether the schedule role runs, and its loop alarms."),
    Rule("CrossdockReaderLags", "crossdock_reader_lag_seconds > 300", 10, "warning", "INT",
         "{{ $labels.reader }} is five minutes behind the log", "Look at the loop of that name in the schedule role."),
    Rule("CrossdockConnectionsUsedUp", "crossdock_pool_queue > 0", 5, "warning", "INT",
         "tasks wait for a connection of {{ $labels.pool }}", "Raise postgres.pool_max, or find what holds them."),
    Rule("CrossdockQuarantineOld", "crossdock_quarantine_age_seconds > 14400", 15, "warning", "MDM",
         "a fact has been in quarantine for four hours", "GET /v1/quarantine says which and who must do what."),
    Rule("CrossdockMessagesUnused", "sum by (partner) (crossdock_unused_messages) > 10", 30, "warning", "MDM",
         "{{ $labels.partner }} sends what nobody can use", "Mend the map or code list, then crossdock reprocess."),
    Rule("CrossdockWaitingRoomOld", "crossdock_waiting_age_seconds > 86400", 15, "warning", "INT",
         "a fact has waited a day for its order", "GET /v1/waiting says what would release it."),
    Rule("CrossdockCasesOverdue", "crossdock_cases_overdue > 0", 15, "warning", "{{ $labels.queue }}",
         "{{ $value }} cases of {{ $labels.queue }} are past their deadline", "crossdock cases list --queue …"),
    Rule("CrossdockGraveCases", "sum by (queue) (crossdock_cases_open{severity=\"1\"}) > 0", 5, "critical",
         "{{ $labels.queue }}", "{{ $labels.queue }} has cases of the gravest kind",
         "crossdock cases list --severity 1"),
    Rule("CrossdockPromiseBurns", "crossdock_slo_burn > 14.4", 5, "critical", "INT",
         "{{ $labels.slo }} uses up its error budget", "The case INT-10 of that name says since when."),
    Rule("CrossdockPromiseOverdrawn", "crossdock_slo_budget_left_ratio < 0", 60, "warning", "INT",
         "the error budget of {{ $labels.slo }} is overdrawn", "Stop changing things that can wait; find the cause."),
    Rule("CrossdockChecksStandStill", "crossdock_reconciliation_age_seconds > 172800", 60, "warning", "INT",
         "{{ $labels.check }} with {{ $labels.partner }} has not run for two days", "crossdock reconcile"),
    Rule("CrossdockPartnerSilent", "crossdock_partner_silence_seconds > 86400", 60, "info", "INT",
         "{{ $labels.partner }} has said nothing for a day", "Its file may say what is usual: [slo] quiet_at_most_h."),
)
# fmt: on


def text() -> str:
    """The rules as a file Prometheus loads."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    yield "groups:"
    yield "  - name: crossdock"
    yield "    rules:"
    for rule in RULES:
        yield f"      - alert: {rule.name}"
        yield f"        expr: {_quoted(rule.expr)}"
        yield f"        for: {rule.minutes}m"
        yield f"        labels: {{severity: {rule.severity}, queue: {_quoted(rule.queue)}}}"
        yield "        annotations:"
        yield f"          summary: {_quoted(rule.summary)}"
        yield f"          todo: {_quoted(rule.todo)}"


def _quoted(words: str) -> str:
    """A text of JSON is one of YAML."""
    return encode_json(words).decode()
