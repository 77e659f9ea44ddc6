"""The `[settings]` of a partner file held against what its connector takes, key by key, each problem with its line.

Every connector keeps the struct of its settings in its `config` module (tests/house/test_connectors.py holds it).
"""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module

import msgspec

from crossdock.app.signatures import HmacSettings
from crossdock.bootstrap.reading import Problem, Source
from crossdock.kernel.errors import CrossdockError

SECTION = "settings"
STRUCTS = ("Config", "Settings")
# What is read by the doors and the transports, whatever the connector.
SHARED = frozenset(("auth", "base_url", "commands", "folder_in", "folder_out", *HmacSettings.__struct_fields__))


@lru_cache(maxsize=256)
def settings_of(connector: str) -> type[msgspec.Struct] | None:
    """The struct of a connector's settings; `None` for a connector that is not one of ours."""
    try:
        module = import_module(f"crossdock.connectors.{connector}.config")
    except ModuleNotFoundError:
        return None
    found = [getattr(module, name) for name in STRUCTS if hasattr(module, name)]
    return found[0] if found and issubclass(found[0], msgspec.Struct) else None


def check_settings(connector: str, settings: Mapping[str, object], source: Source) -> Iterable[Problem]:
    """Everything wrong with a partner's settings."""
    struct = settings_of(connector)
    if struct is None:
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    problems = [
        problem
        for name, value in settings.items()
        for problem in (
            _wrong(source, (SECTION, name), value, fields[name].type)
            if name in fields
            else _unknown(source, name, connector, fields.keys() | SHARED)
        )
    ]
    yield from problems
    if not problems:
        yield from _as_a_whole(source, struct, {name: value for name, value in settings.items() if name in fields})


def _as_a_whole(source: Source, struct: type[msgspec.Struct], settings: Mapping[str, object]) -> Iterable[Problem]:
    """What only shows when the values stand together."""
    try:
        msgspec.convert(dict(settings), struct)
    except (msgspec.ValidationError, ValueError) as error:
        yield source.problem((SECTION,), str(error).replace("`", ""))
    except CrossdockError as error:
        yield source.problem((SECTION,), error.detail)


def _wrong(source: Source, path: tuple[str, ...], value: object, kind: object) -> Iterable[Problem]:
    if typing.get_origin(kind) is dict and isinstance(value, dict):
        inner = typing.get_args(kind)[1]
        for name, one in value.items():
            yield from _wrong(source, (*path, str(name)), one, inner)
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield source.problem(path, str(error).replace("`", ""))


def _unknown(source: Source, name: str, connector: str, known: Iterable[str]) -> Iterable[Problem]:
    if name in SHARED:
        return
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known))}"
    yield source.problem((SECTION, name), f"connector {connector} has no setting {name}; {hint}")
