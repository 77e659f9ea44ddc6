"""`authority.toml`: what each partner's word is worth, checked against who is connected (architecture.md §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from crossdock.bootstrap.reading import Problem, Source, open_source, read_struct
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import Role
from crossdock.process.terms.authority import MILESTONE, AuthorityTerms, ClaimRule

FILE = "authority.toml"
NAMED_MAX = 8


def read_authority(folder: Path, partners: Mapping[str, Role], problems: list[Problem]) -> AuthorityTerms:
    """The rules; none where there is no such file. `partners` are the roles of those connected, by id."""
    path = folder / FILE
    if not path.exists():
        return AuthorityTerms()
    source = open_source(path, FILE, problems)
    terms = read_struct(AuthorityTerms, source, problems)
    if terms is None:
        return AuthorityTerms()
    for number, rule in enumerate(terms.claims):
        problems.extend(_wrong(rule, ("claims", str(number)), source, partners))
    return terms


def _wrong(rule: ClaimRule, place: tuple[str, ...], source: Source, partners: Mapping[str, Role]) -> Iterable[Problem]:
    there = ", ".join(sorted(partners)[:NAMED_MAX]) or "none"
    for key, names in (("partner", (rule.partner,)), ("by", rule.by), ("over", rule.over)):
        for name in names:
            if name not in partners:
                yield source.problem((*place, key), f"no partner {name} is connected; there are: {there}")
    for text in rule.on:
        kind, colon, milestone = text.partition(":")
        known = EVENT_TYPES.get(kind)
        if known is None:
            yield source.problem((*place, "on"), f"no fact is called {kind}: see docs/reference/events.md")
        elif colon and (kind != MILESTONE or milestone not in Milestone.__members__):
            yield source.problem((*place, "on"), f"{text} is no milestone: write {MILESTONE}:DELIVERED, for instance")
        elif (role := partners.get(rule.partner)) and role not in known.owners | known.observers:
            detail = f"{role.value} {rule.partner} may not say {kind} at all: it is refused without this rule"
            yield source.problem((*place, "on"), detail)
