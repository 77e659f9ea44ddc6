"""A command as a state to be reached, for partners without idempotency keys.

Nothing is ever sent blindly: the partner's books are read, the one call that is missing is made, and they are read
again. A command repeated after any interruption goes on where it stopped, and one that was carried out asks for
nothing more. Looking before doing is only safe alone: such a connector's `concurrency` is 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec

from crossdock.kernel.errors import Permanent, Rejected, Transient
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.transport import HttpReply

P = TypeVar("P", bound=msgspec.Struct)
LedgerT = TypeVar("LedgerT")
LedgerT_co = TypeVar("LedgerT_co", covariant=True)
CallT = TypeVar("CallT")
CallT_contra = TypeVar("CallT_contra", contravariant=True)


class Ended(Exception):
    """The attempt is over with this outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


class Task(NamedTuple, Generic[LedgerT, CallT]):
    """A command read: which order it is about, and the next call towards it (None: nothing is left to do).

    `next` raises Permanent when the partner's books stand against it; the text says who must do what. `mark` is what
    we call the thing to be done in the partner's books, where it must be looked for by that.
    """

    order_no: str
    next: Callable[[LedgerT], CallT | None]
    mark: str = ""


class Books(Protocol[LedgerT_co, CallT_contra]):
    """A partner's books, open for one attempt."""

    async def read(self, order_no: str, mark: str) -> LedgerT_co:
        """What they say now of one order.

        Raises:
            Ended: they cannot be read, with the outcome that has.
            Permanent: they have no such order.
        """

    async def make(self, call: CallT_contra) -> Outcome:
        """Make a writing call."""


def read_task(
    command_type: str, payload: bytes, tasks: Mapping[str, Callable[[bytes], Task[LedgerT, CallT]]]
) -> Task[LedgerT, CallT]:
    """Read a command.

    Raises:
        Permanent: this connector does not know the type, or the payload is not the command's contract.
    """
    reader = tasks.get(command_type)
    if reader is None:
        raise Permanent(f"this connector cannot send {command_type}: name a system for it that can")
    try:
        return reader(payload)
    except msgspec.MsgspecError as error:
        raise Permanent(f"{command_type} does not fit its contract: {error}") from error


def task_reader(payload: type[P], task: Callable[[P], Task[LedgerT, CallT]]) -> Callable[[bytes], Task[LedgerT, CallT]]:
    """Tie a command's payload struct to the function that makes a task of it."""
    decoder = msgspec.json.Decoder(payload)
    return lambda body: task(decoder.decode(body))


async def attempt(
    command: Outbound,
    tasks: Mapping[str, Callable[[bytes], Task[LedgerT, CallT]]],
    books: Books[LedgerT, CallT],
    *,
    act: bool,
    steps_max: int,
) -> Outcome:
    """One attempt at a command, or (`act` false) only a look whether it was carried out. Never raises."""
    try:
        return await _reach(read_task(command.type, command.payload, tasks), books, act=act, steps_max=steps_max)
    except Ended as ended:
        return ended.outcome
    except (Permanent, Rejected) as error:
        return Outcome(OutcomeKind.REFUSED, error.detail)
    except Transient as error:
        return Outcome(OutcomeKind.TRANSIENT, error.detail, retry_after_s=error.retry_after_s)


def looked_up(outcome: Outcome) -> Outcome:
    """The outcome of a mere look (resolution read_back): books that cannot be read now leave it open."""
    if outcome.kind is OutcomeKind.TRANSIENT:
        return Outcome(OutcomeKind.UNKNOWN, outcome.detail, retry_after_s=outcome.retry_after_s)
    return outcome


async def _reach(task: Task[LedgerT, CallT], books: Books[LedgerT, CallT], *, act: bool, steps_max: int) -> Outcome:
    before: CallT | None = None
    refused: Outcome | None = None
    for _ in range(steps_max):
        call = task.next(await books.read(task.order_no, task.mark))
        if call is None:
            return Outcome(OutcomeKind.DELIVERED, reference=task.mark or task.order_no)
        if not act:
            return Outcome(OutcomeKind.REFUSED, f"not done yet in the partner's books: {call}"[:500])
        if call == before:
            # A refusal may only mean that somebody did it meanwhile: it counts when the books have not moved since.
            return refused or Outcome(OutcomeKind.REFUSED, f"taken, and changed nothing: look at it: {call}"[:500])
        outcome = await books.make(call)
        if outcome.kind not in (OutcomeKind.DELIVERED, OutcomeKind.REFUSED):
            return outcome
        before, refused = call, outcome if outcome.kind is OutcomeKind.REFUSED else None
    return Outcome(
        OutcomeKind.REFUSED, f"not where it should be after {steps_max} calls: look at order {task.order_no}"
    )


def harmless(outcome: Outcome) -> Outcome:
    """The outcome of a reading call, which cannot have done anything: what went wrong on its way is tried again."""
    if outcome.kind is OutcomeKind.UNKNOWN:
        return Outcome(OutcomeKind.TRANSIENT, outcome.detail, retry_after_s=outcome.retry_after_s)
    return outcome


def unreached(error: Transient | TimeoutError, *, wrote: bool) -> Outcome:
    """No answer: nothing was sent, or a reading call was; only a writing call leaves the outcome open."""
    if isinstance(error, Transient):
        return Outcome(OutcomeKind.TRANSIENT, error.detail, retry_after_s=error.retry_after_s)
    return Outcome(OutcomeKind.UNKNOWN if wrote else OutcomeKind.TRANSIENT, str(error))


def raised(outcome: Outcome) -> Transient | Permanent:
    """The error a source raises for an outcome that is not delivered."""
    if outcome.kind is OutcomeKind.TRANSIENT:
        return Transient(outcome.detail, retry_after_s=outcome.retry_after_s)
    return Permanent(outcome.detail)


def header(reply: HttpReply, name: str) -> str:
    """A header of an answer, empty when absent; names have no case."""
    return next((value for key, value in reply.headers.items() if key.lower() == name), "")
