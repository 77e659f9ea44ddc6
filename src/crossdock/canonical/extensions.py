"""Local extensions: what a region or business unit says beside the canonical fields, under `ext.<namespace>` (F-04).

An extension adds; what order, shipment, delivery or stock mean is said once for all (F-05, F-08). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Literal, assert_never

import msgspec

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.entity_types import ENTITY_TYPES
from crossdock.canonical.personal import OF_A_PERSON
from crossdock.canonical.registry import Life

COUNCIL = "the data council"
NAMESPACE = re.compile(r"[a-z][a-z0-9_]{1,39}")
# What every part of the enterprise calls by one name and one meaning (F-08), beside entities and subjects of facts.
MEANINGS = frozenset(
    {
        "delivery", "delivery_exception", "delivery_status", "inventory", "inventory_availability", "milestone",
        "order_status", "pod", "return_initiation", "shipment_confirmed", "shipment_status", "state", "status",
    }
)  # fmt: skip
# What our own rules read from partners' facts: it is part of the contract, though it stands beside the fields.
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
NUMBER_CHARS_MAX, INSTANT_CHARS_MAX = 40, 40
YES_NO = frozenset({"yes", "no", "true", "false"})
WANTED = {
    "number": "number such as -12.50",
    "yes_no": "yes or no",
    "instant": "instant with a zone such as 2026-06-01T06:00:00Z",
}
SHOWN_MAX, VALUES_SHOWN = 40, 10
READ_BY_US = frozenset({("freight.approved", "approval", "second")})
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class ExtensionField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field, carried as text.

    Attributes:
        on: the fact types and commands that may carry it.
        type: what the text must read as: `yes` or `no`, RFC 3339 with a zone, digits with a point; a `code` is one of
            `values`.
        means: what it says, for whoever meets it.
        personal: it is about a person, and shown as every other personal field is. Its name begins with `person_` then,
            and only then: what was said is masked by whoever shows it, without this file and after it is retired.
    """

    name: Name
    on: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=64)]
    means: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    type: Literal["text", "number", "yes_no", "instant", "code"] = "text"
    values: Annotated[tuple[str, ...], msgspec.Meta(max_length=1_000)] = ()
    personal: bool = False


class Extension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One namespace.

    Attributes:
        owner: who answers for it.
        scope: the region or business unit it is of.
        ends, instead: of a deprecated one, when it is retired and what takes its place.
    """

    owner: str
    scope: str
    since: date
    field: Annotated[tuple[ExtensionField, ...], msgspec.Meta(min_length=1, max_length=200)]
    state: Life = Life.DRAFT
    approved_by: str = ""
    ends: date | None = None
    instead: str = ""


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong, at which key of the extension, and who must do what."""

    key: tuple[str, ...]
    detail: str


def mistakes(namespace: str, extension: Extension) -> Iterator[Mistake]:
    """Why an extension is refused; nothing when it only adds."""
    if not NAMESPACE.fullmatch(namespace):
        yield Mistake((), "a namespace is written in small letters, digits and _: rename the file")
    if namespace in core_words():
        yield Mistake((), redefined(namespace, extension.owner, f"name the namespace for who needs it: {namespace}_nl"))
    if extension.state is not Life.DRAFT and not extension.approved_by:
        yield Mistake(("state",), f"{extension.state} and nobody approved it: {COUNCIL} says so in approved_by")
    if extension.state is Life.DEPRECATED and (extension.ends is None or not extension.instead):
        yield Mistake(("state",), f"deprecated: {extension.owner} says when it ends and what takes its place")
    seen: set[tuple[str, str]] = set()
    for number, field in enumerate(extension.field):
        yield from _field_mistakes(field, ("field", str(number)), namespace, extension.owner)
        for contract in field.on:
            if (contract, field.name) in seen:
                yield Mistake(("field", str(number), "on"), f"{field.name} stands twice on {contract}: keep one")
            seen.add((contract, field.name))


def _field_mistakes(field: ExtensionField, key: tuple[str, ...], namespace: str, owner: str) -> Iterator[Mistake]:
    if field.name in core_words():
        yield Mistake(
            (*key, "name"), redefined(field.name, owner, f"call it {field.name}_{namespace}, or what it adds")
        )
    for contract in field.on:
        payload = payload_of(contract)
        if payload is None:
            yield Mistake((*key, "on"), f"there is no fact and no command {contract}: see docs/reference/events.md")
        elif field.name not in core_words() and field.name in {
            one.encode_name for one in msgspec.structs.fields(payload)
        }:
            yield Mistake((*key, "name"), redefined(f"{contract} {field.name}", owner, "fill the field that is there"))
    if field.personal != field.name.startswith(OF_A_PERSON):
        rule = f"what is about a person, and nothing else, is called {OF_A_PERSON}…"
        yield Mistake((*key, "personal"), f"{rule}: {owner} says personal = true and names it so, or neither")
    if (field.type == "code") != bool(field.values):
        yield Mistake((*key, "values"), 'a code has values, and nothing else has: list them, or say type = "code"')


def redefined(what: str, owner: str, instead: str) -> str:
    """The sentence for what would say anew what is said for all."""
    change = f"if the meaning itself must change, {owner} asks {COUNCIL} for a new version of the contract"
    return (
        f"{what} has one meaning for the whole enterprise, and an extension may only add beside it: {instead}; {change}"
    )


def core_words() -> frozenset[str]:
    """Names that mean one thing everywhere: entities, what facts are about, chapters of facts, and `MEANINGS`."""
    return _CORE


def payload_of(contract: str) -> type[Payload] | None:
    """The payload of a fact type or command."""
    if contract in EVENT_TYPES:
        return EVENT_TYPES[contract].payload
    return COMMAND_TYPES[contract].payload if contract in COMMAND_TYPES else None


def on_contract(extensions: Mapping[str, Extension], contract: str) -> tuple[tuple[str, ExtensionField], ...]:
    """The fields a contract may carry beside its own, each with its namespace; those of retired ones are none."""
    return tuple(
        (namespace, field)
        for namespace, extension in sorted(extensions.items())
        if extension.state is not Life.RETIRED
        for field in extension.field
        if contract in field.on
    )


def unregistered(extensions: Mapping[str, Extension], contract: str, said: Mapping[str, Mapping[str, str]]) -> str:
    """The first field of a fact's `ext` that nobody registered for its type, as `ext.namespace.name`; else empty."""
    known = {(namespace, field.name) for namespace, field in on_contract(extensions, contract)}
    return next(
        (
            f"ext.{namespace}.{name}"
            for namespace, names in sorted(said.items())
            for name in sorted(names)
            if (namespace, name) not in known and (contract, namespace, name) not in READ_BY_US
        ),
        "",
    )


def misfit(extensions: Mapping[str, Extension], contract: str, said: Mapping[str, Mapping[str, str]]) -> str:
    """The first registered field of a fact's `ext` whose text does not read as its type, and how it should; else empty.

    An empty text says nothing, as everywhere.
    """
    known = {(namespace, field.name): field for namespace, field in on_contract(extensions, contract)}
    for namespace, names in sorted(said.items()):
        for name, text in sorted(names.items()):
            field = known.get((namespace, name))
            if field is not None and text and not reads_as(field, text):
                return f"ext.{namespace}.{name} as {text[:SHOWN_MAX]!r}, which is no {_wanted(field)}"
    return ""


def reads_as(field: ExtensionField, text: str) -> bool:
    """Whether a text is one of the field's type."""
    match field.type:
        case "text":
            return True
        case "code":
            return text in field.values
        case "number":
            return len(text) <= NUMBER_CHARS_MAX and NUMBER.fullmatch(text) is not None
        case "yes_no":
            return text in YES_NO
        case "instant":
            return _is_instant(text)
        case _:
            assert_never(field.type)


def _is_instant(text: str) -> bool:
    if len(text) > INSTANT_CHARS_MAX or "T" not in text:
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _wanted(field: ExtensionField) -> str:
    if field.type == "code":
        more = "" if len(field.values) <= VALUES_SHOWN else f" and {len(field.values) - VALUES_SHOWN} more"
        return f"code of {', '.join(field.values[:VALUES_SHOWN])}{more}"
    return WANTED[field.type]


def _names(payload: type[Payload]) -> frozenset[str]:
    return frozenset(one.encode_name for one in msgspec.structs.fields(payload))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_CORE = (
    MEANINGS
    | {_snake(name) for name in ENTITY_TYPES}
    | {word for kind in EVENT_TYPES.values() for word in (*kind.subjects, kind.name.partition(".")[0])}
)
