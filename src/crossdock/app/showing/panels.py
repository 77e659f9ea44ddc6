"""What stands on which board (mission.md §8.6): panels as data; queries name figures of `ports.measured` only."""

from __future__ import annotations

import msgspec

from crossdock.process.kpi.catalogue import ROWS, Kpi

BOARDS = {
    "OPS": "Control tower",
    "WHS": "Warehouses",
    "TRN": "Transport",
    "CUS": "Customs",
    "FIN": "Finance",
    "CSR": "Customer service",
    "INT": "Integration",
    "EXE": "Management",
}
# How Grafana writes the units of domain.md §7.
UNITS = {"s": "s", "min": "m", "h": "h", "d": "d", "%": "percent"}


class Panel(msgspec.Struct, frozen=True):
    """One picture. `queries` are PromQL with the legend of each; `rows` what of mission.md §8 it shows."""

    title: str
    queries: tuple[tuple[str, str], ...]
    unit: str = "short"
    kind: str = "timeseries"
    rows: str = ""
    width: int = 8


class Section(msgspec.Struct, frozen=True):
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


class Board(msgspec.Struct, frozen=True):
    """One dashboard, in a file of its own."""

    name: str
    title: str
    sections: tuple[Section, ...]


def _p(title: str, query: str, legend: str, unit: str = "short", rows: str = "", kind: str = "timeseries") -> Panel:
    return Panel(title, ((query, legend),), unit, kind, rows)


def _rate(name: str, by: str, where: str = "") -> str:
    return f"sum by ({by}) (rate({name}{where}[5m]))"


def _p95(name: str, by: str) -> str:
    return f"histogram_quantile(0.95, sum by (le, {by}) (rate({name}_bucket[5m])))"


# fmt: off
TECHNICAL = Board("technical", "Crossdock: technical", (
    Section("What comes in", (
        _p("Facts a second", _rate("crossdock_facts_total", "partner"), "{{partner}}", "ops", "D-07 O-01"),
        _p("What became of them", _rate("crossdock_facts_total", "disposition"), "{{disposition}}", "ops", "O-04 O-10"),
        _p("Messages a second", _rate("crossdock_messages_total", "partner, status"), "{{partner}} {{status}}", "ops",
           "O-01 O-03"),
        _p("Share of duplicates", "sum by (partner) (rate(crossdock_facts_total{disposition=\"SUPPRESS\"}[1h]))"
           " / sum by (partner) (rate(crossdock_facts_total[1h]))", "{{partner}}", "percentunit", "O-10"),
        _p("Could not be taken", _rate("crossdock_facts_failed_total", "kind"), "{{kind}}", "ops", "O-03"),
        _p("Turned away", "sum(rate(crossdock_facts_turned_away_total[5m]))", "facts", "ops", "O-03 O-16"),
    )),
    Section("How long it takes", (
        _p("Stages, 95 %", _p95("crossdock_stage_seconds", "stage"), "{{stage}}", "s", "O-02"),
        _p("Facts in a batch, mean",
           "sum(rate(crossdock_batch_facts_sum[5m])) / sum(rate(crossdock_batch_facts_count[5m]))",
           "facts", "short", "O-01"),
        _p("Calls on us, 95 %", _p95("crossdock_http_request_seconds", "route"), "{{route}}", "s", "O-06"),
        _p("Calls on partners, 95 %", _p95("crossdock_call_seconds", "partner"), "{{partner}}", "s", "O-02 O-06"),
        _p("Answers by status", _rate("crossdock_http_requests_total", "status"), "{{status}}", "ops", "O-06 O-07"),
        _p("Availability", "1 - sum(rate(crossdock_http_requests_total{status=~\"5..\"}[1h]))"
           " / sum(rate(crossdock_http_requests_total[1h]))", "share", "percentunit", "O-07"),
    )),
    Section("What goes out", (
        _p("Calls by outcome", _rate("crossdock_calls_total", "partner, outcome"), "{{partner}} {{outcome}}", "ops",
           "O-01 O-03"),
        _p("Tried again", _rate("crossdock_retries_total", "partner"), "{{partner}}", "ops", "O-03"),
        _p("On their way", "sum by (partner, state) (crossdock_deliveries)", "{{partner}} {{state}}", "short", "O-05"),
        _p("Oldest command", "crossdock_delivery_age_seconds", "{{partner}}", "s", "O-08 T-07 T-15"),
        _p("Breakers and pauses", "crossdock_breaker_open + crossdock_partner_paused", "{{partner}}", "short",
           "O-07 O-13"),
        _p("Rate used up in advance", "crossdock_partner_rate_full_seconds", "{{partner}}", "s", "O-16"),
    )),
    Section("What stands still", (
        _p("Waiting room", "sum by (partner) (crossdock_waiting_facts)", "{{partner}}", "short", "O-05 O-15"),
        _p("Quarantine", "sum by (partner, code) (crossdock_quarantined_facts)", "{{partner}} {{code}}", "short",
           "O-11"),
        _p("Unused messages", "crossdock_unused_messages", "{{partner}}", "short", "O-11"),
        Panel("Oldest of each", (
            ("crossdock_waiting_age_seconds", "waiting room"), ("crossdock_quarantine_age_seconds", "quarantine"),
            ("crossdock_unused_age_seconds", "unused messages")), "s", rows="O-08 O-11"),
        _p("Run again, 24 h", "crossdock_replayed_messages", "{{partner}}", "short", "O-09"),
        _p("Acknowledgments overdue", "crossdock_acks_overdue", "{{partner}}", "short", "O-15"),
    )),
    Section("How the hub does", (
        _p("Readers behind the log", "crossdock_reader_lag_seconds", "{{reader}}", "s", "O-08"),
        _p("Timers late", "crossdock_timer_lag_seconds", "lag", "s", "O-08"),
        _p("Loops failing", "crossdock_loop_failing > 0", "{{loop}}", "short", "O-13"),
        _p("Connections", "crossdock_pool_connections", "{{pool}} {{state}}", "short", "O-13"),
        _p("Waiting for a connection", "crossdock_pool_queue", "{{pool}}", "short", "O-05"),
        _p("Size of the database", "crossdock_database_bytes", "bytes", "bytes", "O-16"),
        _p("Size of the archive", "crossdock_archive_bytes", "bytes", "bytes", "O-16"),
        Panel("In the archive", (
            ("crossdock_archived", "dossiers"), ("crossdock_archive_looked_seconds", "s since a look")), rows="O-16"),
        _p("Memory of processes", "process_resident_memory_bytes{job=\"crossdock\"}", "{{instance}}", "bytes", "O-16"),
        _p("Processor time", "rate(process_cpu_seconds_total{job=\"crossdock\"}[5m])", "{{instance}}", "short", "O-16"),
        _p("Silence of partners", "crossdock_partner_silence_seconds", "{{partner}}", "s", "O-15"),
    )),
))

WORK = Board("work", "Crossdock: exceptions and promises", (
    Section("Exceptions by owner", (
        _p("Open cases by queue", "sum by (queue) (crossdock_cases_open)", "{{queue}}", "short", "D-02 D-09"),
        _p("Oldest case by queue", "crossdock_case_age_seconds", "{{queue}}", "s", "D-02 M-18"),
        _p("Past their deadline", "crossdock_cases_overdue", "{{queue}}", "short", "D-03 O-42"),
        _p("What they cost", "sum by (queue, currency) (crossdock_cases_price)", "{{queue}} {{currency}}", "short",
           "O-14"),
        _p("Open cases by code", "sum by (code) (crossdock_cases_open)", "{{code}}", "short", "D-06 D-09 T-13"),
        _p("By severity", "sum by (severity) (crossdock_cases_open)", "S{{severity}}", "short", "D-09"),
    )),
    Section("States of the business", (
        _p("Awaiting a carrier, no carrier", "sum by (code) (crossdock_cases_open{code=~\"TRN-0[1-4]\"})", "{{code}}",
           "short", "T-01"),
        _p("Delays and risk of them", "sum by (code) (crossdock_cases_open{code=~\"TRN-0[5-9]\"})", "{{code}}", "short",
           "T-02 M-25"),
        _p("Stuck in the warehouse", "sum by (code) (crossdock_cases_open{queue=\"WHS\"})", "{{code}}", "short",
           "T-06 T-12"),
        _p("Customs", "sum by (code) (crossdock_cases_open{queue=\"CUS\"})", "{{code}}", "short", "D-10 T-10 M-32"),
        _p("Money", "sum by (code) (crossdock_cases_open{queue=\"FIN\"})", "{{code}}", "short", "T-04 T-11 T-14"),
        _p("Customer service", "sum by (code) (crossdock_cases_open{queue=\"CSR\"})", "{{code}}", "short", "T-03 T-08"),
        _p("Views that disagree", "sum by (code) (crossdock_cases_open{queue=\"INT\"})", "{{code}}", "short",
           "T-07 T-15 T-16 M-29"),
    )),
    Section("Promises", (
        _p("Kept", "crossdock_slo_kept_ratio", "{{slo}}", "percentunit", "D-03 O-34 Q-01 Q-02 Q-03 Q-04 Q-05 Q-06"),
        _p("Left of the budget", "crossdock_slo_budget_left_ratio", "{{slo}}", "percentunit", "D-03 O-42"),
        _p("How fast it is used", "crossdock_slo_burn", "{{slo}}", "short", "O-34"),
    )),
    Section("Reconciliation", (
        _p("Differences that stand", "crossdock_reconciliation_breaks", "{{check}} {{partner}}", "short",
           "D-04 O-12 T-09"),
        _p("Last run", "crossdock_reconciliation_age_seconds", "{{check}} {{partner}}", "s", "D-04"),
    )),
))
# fmt: on


def boards() -> tuple[Board, ...]:
    """All of them; the last has a section for each kind of reader, made of the catalogue of KPIs."""
    cuts = tuple(
        Section(title, tuple(_kpi(row) for row in ROWS if board in row.boards)) for board, title in BOARDS.items()
    )
    return TECHNICAL, WORK, Board("business", "Crossdock: business", (_progress(), _freshness(), *cuts))


def _progress() -> Section:
    """The way of an order from release to invoice, stage by stage (D-01)."""
    steps = ("K-01", "K-04", "K-03", "K-21", "K-12", "K-23", "K-24", "K-29")
    return Section("The way of an order", tuple(_kpi(row, "D-01 T-05") for row in ROWS if row.id in steps))


def _freshness() -> Section:
    """The board of D-05: lag, ageing, freshness, accuracy."""
    chosen = ("K-04", "K-14", "K-31", "K-37")
    return Section("Lag, ageing, freshness, accuracy", tuple(_kpi(row, "D-05") for row in ROWS if row.id in chosen))


def _kpi(row: Kpi, rows: str = "") -> Panel:
    """A KPI over the last day, with the 95th percentile where it has one."""
    where = f'{{kpi="{row.id}", stat=~"value|p95"}}'
    return _p(f"{row.id} {row.name}", f"max by (stat) (crossdock_kpi{where})", "{{stat}}", UNITS[row.unit], rows)
