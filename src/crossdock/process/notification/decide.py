"""From an order's log to the notices it calls for (domain.md §9.6, mission.md W-10). Pure.

A notice has a key made of its rule and of what it is about, so it is one notice however often the log is read. It has
an instant it is due at; until then later facts may join it, take it back, or make it needless.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.parts import Contact
from crossdock.canonical.vocabulary import Disposition, Flag
from crossdock.kernel.instant import TimeQuality
from crossdock.process.terms.notifications import NoticeRule, NotificationTerms

CORRECTION = "correction"
DEPARTED = "shipment.departed"
MERGED_MAX = 50
VALUE_CHARS_MAX = 200


class Heard(msgspec.Struct, frozen=True, gc=False):
    """One fact of the log, what became of it, when it was durable here, and which shipment it is about."""

    fact: Fact
    disposition: Disposition
    recorded: datetime
    group: str = ""


class Recipients(msgspec.Struct, frozen=True):
    """Whom an order's notices go to. `country` is where they live, for the hours they sleep."""

    order_no: str
    contacts: tuple[Contact, ...] = ()
    country: str = ""


class Notice(msgspec.Struct, frozen=True):
    """One message to one contact. `recipient` is a reference (`SO-1/contact/0`), never an address.

    After `until` it is old news and goes nowhere.
    """

    key: str
    rule: str
    channel: str
    recipient: str
    template: str
    lang: str
    due: datetime
    until: datetime
    cause: str
    values: dict[str, str]


def notices(log: Sequence[Heard], to: Recipients, terms: NotificationTerms) -> list[Notice]:
    """All the log calls for, by the instant they are due."""
    ordered = sorted(log, key=lambda one: (one.fact.at, one.fact.rank, one.fact.key))
    taken_back = {one.fact.retracts: one for one in ordered if one.fact.retracts and _counts(one)}
    found = [notice for rule in terms.rules for notice in _of_rule(rule, ordered, to, terms, taken_back)]
    return sorted(found, key=lambda one: (one.due, one.key))


def _of_rule(
    rule: NoticeRule, log: Sequence[Heard], to: Recipients, terms: NotificationTerms, taken_back: dict[str, Heard]
) -> Iterable[Notice]:
    contacts = [(at, one) for at, one in enumerate(to.contacts) if one.consent and one.kind in _kinds(rule)]
    if not contacts:
        return
    for group in _grouped(rule, [one for one in log if one.fact.type in rule.on and _tellable(one, terms)], terms):
        first = group[0]
        due = first.fact.at + timedelta(seconds=rule.merge_s or rule.after_s)
        # What nobody knew of cannot have been due.
        due = max(due, first.recorded)
        if rule.unless and any(
            one.fact.type in rule.unless and one.group == first.group and one.recorded <= due and _counts(one)
            for one in log
        ):
            continue
        standing = [one for one in group if one.fact.key not in taken_back]
        lifted = [taken_back[one.fact.key] for one in group if one.fact.key in taken_back]
        if not standing and lifted[0].recorded <= due:
            continue
        for at, contact in contacts:
            recipient = f"{to.order_no}/contact/{at}"
            notice = _notice(rule, standing or group, to, terms, contact, recipient, due)
            yield notice
            if not standing:
                yield _correction(rule, notice, lifted[0], terms, to.country)


def _grouped(rule: NoticeRule, found: Sequence[Heard], terms: NotificationTerms) -> list[list[Heard]]:
    """What one notice is about: one shipment, one attempt, or what came within the merge window of the first."""
    groups: dict[str, list[Heard]] = {}
    merging: list[list[Heard]] = []
    told: dict[str, datetime] = {}
    for one in found:
        if rule.min_change_s and not _changes(one, rule, told):
            continue
        if rule.once != "fact":
            key = one.group if rule.once == "group" else f"{one.group}|{getattr(one.fact.payload, 'attempt_no', 0)}"
            groups.setdefault(key, []).append(one)
            continue
        window = timedelta(seconds=rule.merge_s)
        if merging and rule.merge_s and one.fact.at - merging[-1][0].fact.at < window and len(merging[-1]) < MERGED_MAX:
            merging[-1].append(one)
        else:
            merging.append([one])
    return [*groups.values(), *merging]


def _changes(one: Heard, rule: NoticeRule, told: dict[str, datetime]) -> bool:
    """Whether a promise or an estimate moved by enough since it was last told, or before where the fact says that."""
    payload = one.fact.payload
    now = next(
        (at for name in ("new_promise", "promise", "eta", "new_eta") if (at := getattr(payload, name, None))), None
    )
    before = told.get(one.group) or getattr(payload, "old_promise", None)
    if not isinstance(now, datetime):
        return one.group not in told and not told.update({one.group: one.fact.at})
    if isinstance(before, datetime) and abs(now - before).total_seconds() < rule.min_change_s:
        return False
    told[one.group] = now
    return True


def _counts(one: Heard) -> bool:
    return one.disposition is Disposition.APPLY


def _tellable(one: Heard, terms: NotificationTerms) -> bool:
    """Never on RECORD or SUPPRESS, never what nobody said but a departure, never old news."""
    if not _counts(one):
        return False
    inferred = Flag.INFERRED in one.fact.flags or one.fact.occurred.quality is TimeQuality.INFERRED
    if inferred and one.fact.type != DEPARTED:
        return False
    age = (one.recorded - one.fact.at).total_seconds()
    return age <= terms.late.get(one.fact.type, terms.notify_max_age)


def _kinds(rule: NoticeRule) -> tuple[str, ...]:
    return (f"consignee_{rule.channel}", rule.channel) if rule.audience == "consignee" else (rule.channel,)


def _notice(
    rule: NoticeRule,
    group: Sequence[Heard],
    to: Recipients,
    terms: NotificationTerms,
    contact: Contact,
    recipient: str,
    due: datetime,
) -> Notice:
    first, last = group[0], group[-1]
    values = {"order_no": to.order_no, "at": last.fact.at.isoformat(), "count": str(len(group)), "group": first.group}
    for name in ("shipment", "carrier", "reason", "attempt_no", "eta", "new_promise", "rma_no", "tracking_no"):
        said = getattr(last.fact.payload, name, None)
        if said not in (None, ""):
            values[name] = str(said)[:VALUE_CHARS_MAX]
    woken = awake(due, to.country, terms) if rule.quiet else due
    return Notice(
        key=f"{rule.id}|{first.fact.key}",
        rule=rule.id,
        channel=rule.channel,
        recipient=recipient,
        template=rule.template,
        lang=contact.lang if contact.lang in terms.langs else terms.langs[0],
        due=woken,
        until=woken + timedelta(seconds=terms.late.get(first.fact.type, terms.notify_max_age)),
        cause=first.fact.event_id,
        values=values,
    )


def _correction(rule: NoticeRule, notice: Notice, lifted: Heard, terms: NotificationTerms, country: str) -> Notice:
    due = max(notice.due, lifted.recorded)
    return msgspec.structs.replace(
        notice,
        key=f"{CORRECTION}|{notice.key}",
        template=CORRECTION,
        due=awake(due, country, terms) if rule.quiet else due,
        until=due + (notice.until - notice.due),
        cause=lifted.fact.event_id,
        values={**notice.values, "told": notice.template},
    )


def awake(at: datetime, country: str, terms: NotificationTerms) -> datetime:
    """The instant itself, or the next one at which the recipient may be woken."""
    zone = ZoneInfo(terms.zones.get(country, terms.tz))
    begin, end = time.fromisoformat(terms.quiet_begin), time.fromisoformat(terms.quiet_end)
    local = at.astimezone(zone)
    if end <= local.timetz().replace(tzinfo=None) < begin:
        return at
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone).astimezone(UTC)
