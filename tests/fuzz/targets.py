"""Every target by its name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz.dialects import DIALECTS
from tests.fuzz.doors import DOORS
from tests.fuzz.readers import READERS
from tests.fuzz.target import Target

TARGETS: Mapping[str, Target] = {**READERS, **DIALECTS, **DOORS}
