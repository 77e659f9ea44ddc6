"""The bounded scalars contracts are made of: identifiers, counts, decimals and places in a sequence.

A field about a person is marked here and nowhere else (`canonical.personal` finds the marks).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from crossdock.kernel.instant import AwareDatetime

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Country = Annotated[str, msgspec.Meta(min_length=2, max_length=2)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]
Ordinal = Annotated[int, msgspec.Meta(ge=1, le=2_147_483_647)]
Minutes = Annotated[int, msgspec.Meta(ge=-2_147_483_648, le=2_147_483_647)]
Instant = AwareDatetime
# The field is about a person: who somebody is, where they live, how they are reached, what they said in their words.
PERSONAL = msgspec.Meta(extra={"personal": "all"})
# The place may be somebody's home: its name, and the town in its address, are about a person too.
HOME = msgspec.Meta(extra={"personal": "home"})
Personal = Annotated[str, PERSONAL]
PersonalText = Annotated[str, msgspec.Meta(max_length=2000, extra={"personal": "all"})]
# Kilograms (3 places), cubic metres (4), percent, fractions: always exact, never a float (domain.md §0.2).
Number = Decimal
