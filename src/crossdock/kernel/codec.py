"""The one door to msgspec for bytes from outside: bounded, strict, and with errors that say where.

msgspec lets through what a ledger cannot use: `NaN` and `1E+999999999` as decimals, NUL in text, nesting until the
stack ends, a repeated key (the last wins). `decode_json` refuses the first three and leaves the fourth to the
contract, which has no field where it could hide a second meaning.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from crossdock.kernel.errors import Rejected

T = TypeVar("T")

DEPTH_MAX = 32
DECIMAL_DIGITS_MAX = 24
DECIMAL_EXPONENT_MAX = 18

_encoder = msgspec.json.Encoder(decimal_format="string", order=None)


def decode_json(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode with a typed decoder.

    Raises:
        Rejected: not JSON, not the contract, NUL in text, nested deeper than 32; `where` is the JSON path.
    """
    if b"\\u0000" in body or b"\x00" in body:
        raise Rejected("text must not hold the NUL character: remove it and send again")
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        detail, _, where = str(error).partition(" - at ")
        raise Rejected(detail, where=where.strip("`")) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Rejected(f"not well-formed JSON: {error}") from error
    except RecursionError as error:
        raise Rejected(f"nested deeper than {DEPTH_MAX} levels") from error


def bounded_decimal(kind: type, value: Any) -> Any:  # noqa: ANN401  (msgspec's dec_hook signature)
    """Check a decimal that came from outside; used by contracts through `Amount`-like fields."""
    if kind is Decimal:
        number = Decimal(value)
        check_decimal(number)
        return number
    raise NotImplementedError(kind)


def check_decimal(number: Decimal) -> None:
    """Refuse what no goods or money ledger can hold: NaN, infinity, more than 24 digits, exponents beyond ±18."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or len(digits) > DECIMAL_DIGITS_MAX or abs(exponent) > DECIMAL_EXPONENT_MAX:
        raise Rejected(f"{number} is not a usable amount: give at most {DECIMAL_DIGITS_MAX} digits")


def encode_json(value: object) -> bytes:
    """Canonical JSON: decimals as strings, instants as RFC 3339, defaults left out where the struct says so."""
    return _encoder.encode(value)
