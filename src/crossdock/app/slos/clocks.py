"""Clocks that run ahead: a source that keeps saying what has not happened yet has its clock or its zone put wrong.

One such message is no news and none is dropped (domain.md §4.4 TS-12); many within 24 hours are INT-08, one case a
source, which is over when a whole day brings no more of them than the policy lets pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Severity
from crossdock.ports.slos import Ahead, ServiceLevels
from crossdock.ports.store import CaseRow
from crossdock.process.terms.times import TimeTerms

SKEWED = EXCEPTION_TYPES["INT-08"]
SLOT = "clock"
DAY = timedelta(hours=24)
HOUR_S = 3_600
# A message is written some minutes before it reaches us: so much less than the offset it is off by, it is ahead.
UNDERWAY_S = 15 * 60


def ahead_of_us(found: Iterable[Ahead], terms: TimeTerms) -> dict[str, str]:
    """The partners whose clock is a case, each with what to do about it."""
    return {
        one.partner: _told(one.partner, sorted(one.seconds))
        for one in found
        if len(one.seconds) > terms.skew_case_count
    }


def _told(partner: str, seconds: list[float]) -> str:
    usual = median(seconds)
    words = f"{len(seconds)} facts of {partner} in 24 hours say they happened after they reached us, most by about "
    words += f"{timedelta(seconds=round(usual))}"
    hours = -(-usual // HOUR_S)
    if hours * HOUR_S - usual <= UNDERWAY_S:
        return f"{words}: nearly the {hours:+.0f} h of a whole zone: correct the time zone of its messages, or its map"
    return f"{words}: have it set its clock"


async def watch_clocks(levels: ServiceLevels, terms: TimeTerms, now: datetime) -> int:
    """Open and close INT-08 as the last 24 hours say; how many.

    Raises:
        Transient: the database is away.
    """
    told = ahead_of_us(await levels.ahead(now - DAY, timedelta(seconds=terms.skew_ok)), terms)
    known = {subject.removeprefix("partner|") for subject, slot in await levels.open_cases(SKEWED.code) if slot == SLOT}
    rows = [_row(partner, words, now, is_open=True) for partner, words in told.items() if partner not in known]
    proof = f"no more than {terms.skew_case_count} facts of a whole day were ahead of their receipt"
    rows += [_row(partner, proof, now, is_open=False) for partner in sorted(known - told.keys())]
    await levels.write(rows)
    return len(rows)


def _row(partner: str, words: str, now: datetime, *, is_open: bool) -> CaseRow:
    """INT-08 above the daily count is one level graver than a single impossible time."""
    return CaseRow(
        code=SKEWED.code,
        subject=f"partner|{partner}",
        slot=SLOT,
        dossier=0,
        severity=Severity.S3.value,
        queue=SKEWED.queue,
        detail=words,
        open=is_open,
        cause=words,
        at=now,
    )
