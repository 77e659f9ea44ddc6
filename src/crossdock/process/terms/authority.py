"""What a partner's word is worth (architecture.md §5, domain.md §1.7, mission.md A-30): `authority.toml`.

The ownership matrix says which role may say what at all. These rules say how far one partner is believed within that.

[[claims]]
id = "drivers-app"
partner = "nvtr"
on = ["tracking.milestone:DELIVERED"]
take = "confirmed"
by = ["tms1"]

[[claims]]
id = "tms-knows-better"
partner = "tms1"
on = ["tracking.milestone"]
over = ["nvtr"]
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

MILESTONE = "tracking.milestone"
RULES_MAX = 1_000
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]


class ClaimRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the statements of one partner are taken; of several rules about one statement the first holds.

    Attributes:
        id: what traces and `crossdock why` call it.
        on: fact types; of milestones also one of them, `tracking.milestone:DELIVERED`.
        take: `at_once`; `confirmed`, once another partner has said the same; `evidence`, never: it is only kept.
        by: whose word confirms it; empty for anybody's.
        over: whose claims lose where this one contradicts them, instead of a person having to decide.
    """

    id: Name
    partner: str
    on: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    take: Literal["at_once", "confirmed", "evidence"] = "at_once"
    by: tuple[str, ...] = ()
    over: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.take == "confirmed" and any(one.partition(":")[0] != MILESTONE for one in self.on):
            raise ValueError(f"only milestones can wait for a second source: name {MILESTONE} in on")
        if self.by and self.take != "confirmed":
            raise ValueError('by names who confirms: add take = "confirmed"')
        if self.over and any(one.partition(":")[0] != MILESTONE for one in self.on):
            raise ValueError(f"only milestones are weighed against each other: name {MILESTONE} in on")
        if self.partner in (*self.by, *self.over):
            raise ValueError(f"{self.partner} cannot confirm or outdo itself: name others in by and over")


class AuthorityTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `authority.toml`."""

    claims: Annotated[tuple[ClaimRule, ...], msgspec.Meta(max_length=RULES_MAX)] = ()

    def __post_init__(self) -> None:
        """Refuse two rules of one name."""
        names = [rule.id for rule in self.claims]
        if len(set(names)) != len(names):
            raise ValueError("two claims have one id: give each a name of its own")

    def rule(self, partner: str, kind: str, milestone: str = "") -> ClaimRule | None:
        """The first rule about such a statement of this partner."""
        whole = f"{kind}:{milestone}"
        for rule in self.claims:
            if rule.partner == partner and (kind in rule.on or whole in rule.on):
                return rule
        return None
