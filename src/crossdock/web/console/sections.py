"""The sections of the console, in the order people see them: one word each, with the key that leads there after `g`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Section(msgspec.Struct, frozen=True):
    """One entry of the menu; `gap` sets it off from the one above."""

    name: str
    title: str
    key: str
    gap: bool = False

    @property
    def href(self) -> str:
        """Where it leads."""
        return "/console" if self.name == "now" else f"/console/{self.name}"


SECTIONS = (
    Section("now", "Now", "n"),
    Section("orders", "Orders", "o"),
    Section("work", "Work", "w"),
    Section("messages", "Messages", "m", gap=True),
    Section("deliveries", "Deliveries", "d"),
    Section("partners", "Partners", "p"),
    Section("reconciliation", "Reconciliation", "r", gap=True),
    Section("repair", "Repair", "y"),
    Section("money", "Money", "f", gap=True),
    Section("stock", "Stock", "s"),
    Section("kpis", "KPIs", "k"),
    Section("governance", "Governance", "v", gap=True),
    Section("audit", "Audit", "a"),
    Section("settings", "Settings", "e"),
)

BY_NAME: Mapping[str, Section] = {section.name: section for section in SECTIONS}
