"""Golden samples of policies: an order in, the decision the policies make of it out.

samples/policies/NAME.toml
    at = 2026-06-01T12:00:00Z            the instant of the decision
    [order]                              an `order.approved`, as the canonical JSON of docs/reference/events.md has it
    [expect]                             decision, failed, warnings, warehouses, route, refused, scope; those left out
    decision = "blocked"                 are not looked at
    failed = ["RR-07"]
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from crossdock.canonical.events.order import OrderApproved
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.process.order.trial import Trial, try_release
from crossdock.process.policy import Policy

ROOM = "policies"
FILES_MAX = 10_000
FILE_BYTES_MAX = 1024 * 1024


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in one sample."""

    at: datetime
    order: OrderApproved
    expect: dict[str, object]


class Tried(NamedTuple):
    """A sample, what it expects and what the policies make of it, as texts of one line a key."""

    name: str
    expected: str
    made: str


def files_of(folder: Path) -> list[Path]:
    """The samples there are, by name."""
    return sorted((folder / "samples" / ROOM).glob("*.toml"))[:FILES_MAX]


def tried(path: Path, policy: Policy) -> Tried:
    """Decide one.

    Raises:
        Rejected: the file is no sample; the text says what to mend.
    """
    file = _read(path)
    trial = msgspec.to_builtins(try_release(file.order, file.at, policy), builtin_types=(tuple,))
    unknown = sorted(file.expect.keys() - set(Trial.__struct_fields__))
    if unknown:
        known = ", ".join(Trial.__struct_fields__)
        raise Rejected(f"expect: nothing is decided of {', '.join(unknown)}; there are {known}")
    made = {name: trial[name] for name in file.expect}
    return Tried(path.stem, _lines(file.expect), _lines(made))


def _read(path: Path) -> File:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Rejected(f"larger than {FILE_BYTES_MAX} bytes: split it")
        # By way of JSON: instants, amounts and quantities are then read as they are from any partner.
        file = msgspec.json.decode(encode_json(tomllib.loads(path.read_text("utf-8"))), type=File)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, OSError) as error:
        raise Rejected(f"not a sample of a policy: {error}") from error
    if file.at.tzinfo is None:
        raise Rejected("at: say the offset, such as 2026-06-01T12:00:00Z")
    return file


def _lines(told: dict[str, object]) -> str:
    return "".join(f"{name} = {encode_json(told[name]).decode()}\n" for name in sorted(told))
