"""Answers kept for `Idempotency-Key`: the same request again gets the same answer and nothing happens twice."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec


class ClaimState(StrEnum):
    """What a key was found to be."""

    FRESH = "fresh"
    RUNNING = "running"
    DONE = "done"
    OTHER_REQUEST = "other_request"


class StoredReply(msgspec.Struct, frozen=True, gc=False):
    """An answer as it went out."""

    status: int
    content_type: str
    body: bytes


class Claim(msgspec.Struct, frozen=True, gc=False):
    """`reply` is there exactly when `state` is `done`."""

    state: ClaimState
    reply: StoredReply | None = None


class Replies(Protocol):
    """Claims and answers, by owner (the API key's prefix or the partner) and key."""

    async def claim(self, owner: str, key: str, digest: bytes, now: datetime) -> Claim:
        """Take the key for one request, atomically among all processes.

        `digest` is SHA-256 of method, path and body. A claim that was never settled lapses after a minute (its process
        died), an answer after a day; both are then `fresh` again.
        """

    async def settle(self, owner: str, key: str, reply: StoredReply) -> None:
        """Keep the answer of a claimed key."""

    async def forget(self, owner: str, key: str) -> None:
        """Give a claim back because nothing was taken: the same key may be tried again."""

    async def sweep(self, now: datetime) -> int:
        """Delete at most 10,000 lapsed rows; returns how many."""
