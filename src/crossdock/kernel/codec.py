"""The one door to msgspec for bytes from outside: bounded, strict, and with errors that say where.

msgspec lets through what a ledger cannot use: `NaN` and `1E+999999999` as decimals, NUL in text, nesting until the
stack ends, a repeated key (the last wins). The first three are refused here; the fourth is left to the contract, which
has no field where it could hide a second meaning. Depth needs no counting where the contract has none: a typed decoder
follows the contract, and what it skips unread ends in a RecursionError, which is refused like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

import msgspec

from crossdock.kernel.errors import Rejected

T = TypeVar("T")

DECIMAL_DIGITS_MAX = 24
DECIMAL_EXPONENT_MAX = 18
_BACKSLASH = 0x5C
# Where msgspec stopped; it says so of all that is malformed, and not of what is cut off.
_STOPPED = re.compile(r"\(byte (\d+)\)$")

_encoder = msgspec.json.Encoder(decimal_format="string", order=None)

# What `check_decimals` searches for, after one translation that makes all bad decimals look alike: digits and points
# become 0, so a long number is a row of zeros and an exponent is `0E`; `NaN` and `Infinity` both begin with `NnN`. The
# shortest row to look at is `0.` and one decimal place too many: such a number may be written without an exponent.
_ALIKE = bytes.maketrans(b"123456789.IfaN", b"0000000000NNnN")
_TOO_LONG = b"0" * min(DECIMAL_DIGITS_MAX + 1, len("0.") + DECIMAL_EXPONENT_MAX + 1)


def decode_json(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode a whole message with a typed decoder.

    Raises:
        Rejected: not JSON, not the contract, NUL in text, nested too deep; `where` is the JSON path, or the byte
            where it is no JSON.
    """
    refuse_nul(body)
    return decode_part(body, decoder, at="$")


def decode_part(body: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T], *, at: str) -> T:
    """Decode a part of a message whose text was already checked; `at` is where it stands in the whole.

    Raises:
        Rejected: as `decode_json`.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        detail, _, where = str(error).partition(" - at ")
        raise Rejected(detail, where=at + where.strip("`")[1:]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Rejected(f"not well-formed JSON: {error}", where=_stopped(body, error) if at == "$" else at) from error
    except RecursionError as error:
        raise Rejected("nested too deep: no contract of ours needs it", where=at) from error


def _stopped(body: bytes | msgspec.Raw, error: msgspec.DecodeError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        # The position is one in the text, which may begin anywhere in the message.
        return f"byte {_undecodable(bytes(body))}"
    stopped = _STOPPED.search(str(error))
    return f"byte {stopped[1] if stopped else len(bytes(body))}"


def _undecodable(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(body)


def refuse_nul(body: bytes) -> None:
    """No text may hold the NUL character: PostgreSQL cannot store it.

    Raises:
        Rejected: it does, raw or as an escape.
    """
    # A single byte is found fastest by its number, and hardly any message holds a backslash.
    at = body.find(0)
    if at < 0 and _BACKSLASH in body:
        at = _escaped_nul(body)
    if at >= 0:
        raise Rejected("text must not hold the NUL character: remove it and send again", where=f"byte {at}")


def _escaped_nul(body: bytes) -> int:
    # `\\u0000` is an escaped backslash and harmless text: the escape counts only behind an even run of backslashes.
    start = body.find(b"\\u0000")
    while start >= 0:
        behind = start
        while behind > 0 and body[behind - 1] == _BACKSLASH:
            behind -= 1
        if (start - behind) % 2 == 0:
            return start
        start = body.find(b"\\u0000", start + 1)
    return start


def check_decimals(value: msgspec.Struct, encoded: bytes, *, at: str = "$") -> None:
    """Refuse a decoded struct that holds a decimal no ledger can use.

    Args:
        encoded: the struct's canonical JSON (possibly inside more). A bad decimal leaves a mark there that a byte
        search
            finds in a fraction of the time a walk over the struct takes; only then the struct is walked.

    Raises:
        Rejected: NaN, infinity, too many digits or too large an exponent; `where` is the JSON path.
    """
    alike = encoded.translate(_ALIKE)
    # `find`, because `in` on bytes first tries its operand as a number, at three times the cost.
    if alike.find(_TOO_LONG) >= 0 or alike.find(b"0E") >= 0 or alike.find(b"NnN") >= 0:
        _walk(value, at)


def _walk(value: object, where: str) -> None:
    if isinstance(value, Decimal):
        check_decimal(value, where)
    for name, child in _children(value):
        _walk(child, where + name)


def _children(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, msgspec.Struct):
        return [(f".{name}", getattr(value, name)) for name in value.__struct_fields__]
    if isinstance(value, dict):
        return [(f".{key}", item) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [(f"[{index}]", item) for index, item in enumerate(value)]
    return ()


def check_decimal(number: Decimal, where: str = "") -> None:
    """Refuse what no goods or money ledger can hold: NaN, infinity, more than 24 digits, exponents beyond ±18.

    Raises:
        Rejected: it is such a number; `where` is handed on.
    """
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or len(digits) > DECIMAL_DIGITS_MAX or abs(exponent) > DECIMAL_EXPONENT_MAX:
        shown = f"{number:.6e}" if number.is_finite() else str(number)
        raise Rejected(f"{shown} is not a usable amount: give at most {DECIMAL_DIGITS_MAX} digits", where=where)


def encode_json(value: object) -> bytes:
    """Canonical JSON: decimals as strings, instants as RFC 3339, defaults left out where the struct says so."""
    return _encoder.encode(value)
