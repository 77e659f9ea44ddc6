"""Converters: the small functions a map puts behind a source with `as`, one after the other.

A converter takes text and gives text or a typed value, or raises ValueError with what is wrong with the text. They are
made once, with their argument from the map, which they check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from types import MappingProxyType

from crossdock.kernel.codec import DECIMAL_DIGITS_MAX
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence, from_epoch, from_micros, micros

Converter = Callable[[str], object]
Maker = Callable[[object], Converter]

INT_DIGITS_MAX = 18
PLACES_MAX = 12
TEXT_MAX = 10_000
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_TRUE = {"true": True, "false": False}


def decimal(text: str) -> Decimal:
    """`12`, `-12.50`, `.5`, `+3`; no exponent, at most 24 digits."""
    if not text.isascii() or _DECIMAL.fullmatch(text) is None or len(text) > DECIMAL_DIGITS_MAX + 2:
        raise ValueError(f"is no number of at most {DECIMAL_DIGITS_MAX} digits")
    number = Decimal(text)
    if len(number.as_tuple().digits) > DECIMAL_DIGITS_MAX:
        raise ValueError(f"is no number of at most {DECIMAL_DIGITS_MAX} digits")
    return number


def integer(text: str) -> int:
    """A whole number; `3.0` is one too."""
    bare = text.removeprefix("-").removeprefix("+")
    if bare.isdecimal() and bare.isascii() and len(bare) <= INT_DIGITS_MAX:
        return int(text)
    number = decimal(text)
    if number != number.to_integral_value():
        raise ValueError("is no whole number")
    return int(number)


def boolean(text: str) -> bool:
    """`true` or `false` in any case; other words need `as = {true = "Y|1"}`."""
    found = _TRUE.get(text.lower())
    if found is None:
        raise ValueError("is neither true nor false")
    return found


def shown(value: object) -> str:
    """A value as text, as it is written into documents: numbers without exponent or needless zeros, instants in ISO
    8601."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Occurrence):
        return value.instant.isoformat()
    return str(value)


# ---------------------------------------------------------------- makers: the argument from the map to the converter


def _plain(converter: Converter) -> Maker:
    def make(argument: object) -> Converter:
        if argument is not None:
            raise Rejected("takes no argument")
        return converter

    return make


def _text(make: Callable[[str], Converter]) -> Maker:
    def checked(argument: object) -> Converter:
        if not isinstance(argument, str):
            raise Rejected("takes a text")
        return make(argument)

    return checked


def _whole(make: Callable[[int], Converter], least: int, most: int) -> Maker:
    def checked(argument: object) -> Converter:
        if not isinstance(argument, int) or isinstance(argument, bool) or not least <= argument <= most:
            raise Rejected(f"takes a whole number from {least} to {most}")
        return make(argument)

    return checked


def _substring(argument: object) -> Converter:
    numbers = argument if isinstance(argument, list) else []
    if not 1 <= len(numbers) <= 2 or not all(isinstance(one, int) and one >= 1 for one in numbers):
        raise Rejected("takes [first character from 1] or [first character, how many]")
    start = numbers[0] - 1
    end = start + numbers[1] if len(numbers) == 2 else None
    return lambda text: text[start:end].strip()


def _split(argument: object) -> Converter:
    parts = argument if isinstance(argument, list) else []
    if (
        len(parts) != 2
        or not isinstance(parts[0], str)
        or not parts[0]
        or not isinstance(parts[1], int)
        or not parts[1]
    ):
        raise Rejected('takes ["what parts the text", which part from 1, or from -1 at the end]')
    mark, position = parts
    index = position - 1 if position > 0 else position

    def split(text: str) -> str:
        pieces = text.split(mark)
        return pieces[index].strip() if -len(pieces) <= index < len(pieces) else ""

    return split


def _replace(argument: object) -> Converter:
    parts = argument if isinstance(argument, list) else []
    if len(parts) != 2 or not all(isinstance(one, str) for one in parts) or not parts[0]:
        raise Rejected('takes ["what", "by what"]')
    old, new = parts
    return lambda text: text.replace(old, new).strip()


def _pad(argument: object) -> Converter:
    parts = argument if isinstance(argument, list) else []
    if len(parts) != 2 or not isinstance(parts[0], int) or not 0 < parts[0] <= 255 or not isinstance(parts[1], str):
        raise Rejected('takes [length, "the sign put in front"]')
    width, sign = parts
    if len(sign) != 1:
        raise Rejected("takes one sign to put in front")
    return lambda text: text.rjust(width, sign)


def _fits(most: int) -> Converter:
    def fits(text: str) -> str:
        if len(text) > most:
            raise ValueError(f"is longer than {most} characters and may not be cut")
        return text

    return fits


def _implied(places: int) -> Converter:
    def implied(text: str) -> Decimal:
        if "." in text:
            raise ValueError("has a decimal point where the last digits are the decimals")
        return decimal(text).scaleb(-places)

    return implied


def _to_implied(places: int) -> Converter:
    def written(text: str) -> str:
        number = decimal(text).scaleb(places)
        if number != number.to_integral_value():
            raise ValueError(f"has more than {places} decimals")
        return f"{number.to_integral_value():f}"

    return written


def _places(places: int) -> Converter:
    step = Decimal(1).scaleb(-places)

    def rounded(text: str) -> Decimal:
        try:
            return decimal(text).quantize(step, ROUND_HALF_EVEN)
        except InvalidOperation as error:
            raise ValueError(f"is too large to be written with {places} decimals") from error

    return rounded


def _times(factor: str) -> Converter:
    try:
        number = decimal(factor)
    except ValueError as error:
        raise Rejected("takes a number in quotes, such as '0.45359237'") from error
    return lambda text: (decimal(text) * number).normalize() + 0


def _true(words: str) -> Converter:
    yes = frozenset(word.strip() for word in words.split("|"))
    return lambda text: text in yes


def _comma(text: str) -> Decimal:
    return decimal(text.replace(".", "").replace(",", "."))


def _sign_last(text: str) -> Decimal:
    return -decimal(text[:-1].strip()) if text.endswith("-") else decimal(text)


def _epoch(per_second: int) -> Converter:
    def instant(text: str) -> str:
        try:
            return from_micros(int(decimal(text) * (1_000_000 // per_second))).isoformat()
        except OverflowError as error:
            raise ValueError("is no instant: it lies outside the years a calendar has") from error

    return instant


def _epoch_of_either(text: str) -> str:
    try:
        return from_epoch(decimal(text)).isoformat()
    except OverflowError as error:
        raise ValueError("is no instant: it lies outside the years a calendar has") from error


def _to_epoch_s(text: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is no instant of ISO 8601") from error
    if instant.tzinfo is None:
        raise ValueError("is an instant without its offset")
    return micros(instant) // 1_000_000


def _zeros(text: str) -> str:
    return text.lstrip("0") or "0"


CONVERTERS: Mapping[str, Maker] = MappingProxyType(
    {
        "decimal": _plain(decimal),
        "int": _plain(integer),
        "upper": _plain(str.upper),
        "lower": _plain(str.lower),
        "strip_zeros": _plain(_zeros),
        "digits": _plain(lambda text: "".join(sign for sign in text if sign.isdecimal() and sign.isascii())),
        "negate": _plain(lambda text: -decimal(text)),
        "abs": _plain(lambda text: abs(decimal(text))),
        "decimal_comma": _plain(_comma),
        "sign_last": _plain(_sign_last),
        "epoch": _plain(_epoch_of_either),
        "epoch_s": _plain(_epoch(1)),
        "epoch_ms": _plain(_epoch(1000)),
        "to_epoch_s": _plain(_to_epoch_s),
        "implied": _whole(_implied, 0, PLACES_MAX),
        "to_implied": _whole(_to_implied, 0, PLACES_MAX),
        "places": _whole(_places, 0, PLACES_MAX),
        "times": _text(_times),
        "true": _text(_true),
        "substring": _substring,
        "split": _split,
        "replace": _replace,
        "pad": _pad,
        "cut": _whole(lambda most: lambda text: text[:most].strip(), 1, TEXT_MAX),
        "fits": _whole(_fits, 1, TEXT_MAX),
        "prefix": _text(lambda head: lambda text: head + text),
        "without_prefix": _text(lambda head: lambda text: text.removeprefix(head).strip()),
    }
)


def make_converter(spec: object, custom: Mapping[str, Converter]) -> Converter:
    """The converter behind `as`: a name, `{name = argument}`, or a list of these.

    Args:
        custom: converters of a connector, by name; they take no argument and win over ours.

    Raises:
        Rejected: no such converter, or it takes another argument.
    """
    chain = [_single(one, custom) for one in (spec if isinstance(spec, list) else [spec])]
    if not chain:
        raise Rejected("`as` names no converter")
    if len(chain) == 1:
        return chain[0]

    def converted(text: str) -> object:
        value: object = text
        for one in chain:
            value = one(shown(value))
            if value == "":
                break
        return value

    return converted


def _single(spec: object, custom: Mapping[str, Converter]) -> Converter:
    if isinstance(spec, dict) and len(spec) == 1:
        name, argument = next(iter(spec.items()))
    else:
        name, argument = spec, None
    if not isinstance(name, str):
        raise Rejected("`as` takes a name, {name = argument}, or a list of these")
    if name in custom and argument is None:
        return custom[name]
    maker = CONVERTERS.get(name)
    if maker is None:
        raise Rejected(f"{name!r} is no converter: there are {', '.join(sorted({*CONVERTERS, *custom}))}")
    try:
        return maker(argument)
    except Rejected as error:
        raise Rejected(f"converter {name!r} {error.detail}") from error
