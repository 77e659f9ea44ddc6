"""Policy of dock appointments (domain.md §3.9, §9.1). Durations are seconds."""

from __future__ import annotations

import msgspec

MINUTE = 60


class AppointmentTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which stops need a slot, and how much of it may go wrong before a person is asked.

    `required_at` are location numbers where nobody unloads or loads without one; `*` means everywhere.
    """

    required_at: tuple[str, ...] = ()
    max_reschedules: int = 2
    appt_grace: int = 30 * MINUTE
    appt_noshow_after: int = 60 * MINUTE

    def needs(self, location: str) -> bool:
        """Whether a stop there needs a slot."""
        return "*" in self.required_at or location in self.required_at
