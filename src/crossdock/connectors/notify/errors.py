"""What keeps a letter from being written, as outcomes."""

from __future__ import annotations

from crossdock.ports.connector import Outcome, OutcomeKind


def no_channel(channel: str) -> Outcome:
    """The partner file names no target for it."""
    return Outcome(OutcomeKind.REFUSED, f"there is no channel {channel}: name it in [settings.channels]")


def no_address(recipient: str) -> Outcome:
    """Nobody may be written to under this reference."""
    return Outcome(OutcomeKind.REFUSED, f"{recipient} has no address, or took its leave back")


def not_taken(channel: str) -> Outcome:
    """The other side said no, or was not there."""
    return Outcome(OutcomeKind.TRANSIENT, f"{channel} did not take the letter: it is tried again")


def no_answer(timeout_s: float) -> Outcome:
    """It may have gone out."""
    return Outcome(OutcomeKind.UNKNOWN, f"the letter was not taken in {timeout_s:g} s: look whether it arrived")
