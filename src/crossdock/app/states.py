"""A dossier's packed state as named values for its readers; inside it is arrays without names, which pack smaller."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.app.headline import Concern, Tiles, tiles
from crossdock.kernel.ids import fingerprint
from crossdock.ports.store import DossierRow

DEPTH_MAX = 16
DIGEST_CHARS = 12

PACKED = "packed "


class StateReader:
    """See `queries.States`."""

    def __init__(self, registries: Mapping[str, Registry]) -> None:
        self._registries = registries

    def __call__(self, row: DossierRow) -> dict[str, object]:
        """Process manager name to its state, field by field."""
        registry = self._registries[row.ident.partition("|")[0]]
        return {
            name: named(registry.unpack(registry.machine(name.partition(":")[0]), packed))
            for name, packed in unpack(row.state).machines.items()
        }

    def group(self, row: DossierRow, idents: Sequence[str]) -> list[str]:
        """The part of the dossier each identifier stands for (`WH-NL1/1`), empty for the whole of it."""
        aliases = unpack(row.state).aliases
        return [aliases.get(fingerprint(ident), "") for ident in idents]

    def tiles(self, row: DossierRow, cases: Sequence[Concern]) -> Tiles:
        """See `queries.States.tiles`."""
        return tiles(unpack(row.state), self._registries["order"], cases)


def states_of(registries: Mapping[str, Registry]) -> StateReader:
    """A reader for dossiers of these kinds (`order`, `load`)."""
    return StateReader(registries)


def named(value: object, depth: int = 0) -> object:
    """Structs as mappings of their fields, at any depth up to 16, packed documents as digests; all else as it is."""
    assert depth <= DEPTH_MAX, "a state of ours is flat: tables of rows of values"
    if isinstance(value, msgspec.Struct):
        return {field: named(getattr(value, field), depth + 1) for field in value.__struct_fields__}
    if isinstance(value, dict):
        return {str(key): named(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [named(item, depth + 1) for item in value]
    return digest_of(value) if isinstance(value, bytes) else value


def digest_of(packed: bytes) -> str:
    """What stands for a packed document in a state: enough to see that it changed, and nothing of what it says."""
    return f"{PACKED}{hashlib.sha256(packed).hexdigest()[:DIGEST_CHARS]}" if packed else ""


def is_digest(leaf: object) -> bool:
    """Whether a leaf of a state stands for a packed document."""
    return isinstance(leaf, str) and leaf.startswith(PACKED)
