"""`contracts/extensions/<namespace>.toml`: local extensions, refused where they redefine what is core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from crossdock.bootstrap.reading import Problem, open_source, read_struct
from crossdock.canonical.extensions import Extension, mistakes, on_contract
from crossdock.mapping.spec import Spec

FOLDER = "contracts/extensions"
FILES_MAX = 500


def read_extensions(folder: Path, problems: list[Problem]) -> dict[str, Extension]:
    """All of them by namespace, those without a mistake."""
    files = sorted((folder / FOLDER).glob("*.toml"))
    if len(files) > FILES_MAX:
        problems.append(Problem(FOLDER, 0, "", f"more than {FILES_MAX} extensions: a namespace holds many fields"))
        return {}
    found = {}
    for path in files:
        source = open_source(path, f"{FOLDER}/{path.name}", problems)
        extension = read_struct(Extension, source, problems) if source.table else None
        if extension is None:
            continue
        wrong = list(mistakes(path.stem, extension))
        problems.extend(source.problem(one.key, one.detail) for one in wrong)
        if not wrong:
            found[path.stem] = extension
    return found


def unregistered(maps: Mapping[str, tuple[Spec, ...]], extensions: Mapping[str, Extension]) -> Iterator[Problem]:
    """Fields of an extension that a project's map writes and nobody registered, by partner and map."""
    for partner, specs in sorted(maps.items()):
        for spec in specs:
            for fact in spec.tables("fact"):
                yield from _of_fact(f"maps/{partner}/{spec.name.rpartition('/')[2]}.toml", fact, extensions)


def _of_fact(file: str, fact: Mapping[str, object], extensions: Mapping[str, Extension]) -> Iterator[Problem]:
    kind = str(fact.get("type", ""))
    for namespace, name in _written(fact.get("fields")):
        known = {one.name for one in extensions[namespace].field} if namespace in extensions else set()
        carried = {field.name for space, field in on_contract(extensions, kind) if space == namespace}
        if name not in (carried if kind else known):
            where = f"{FOLDER}/{namespace}.toml"
            said = f" on {kind}" if kind else ""
            yield Problem(
                file, 0, f"ext.{namespace}.{name}", f"is not registered{said}: add it to {where} with an owner"
            )


def _written(fields: object) -> Iterator[tuple[str, str]]:
    spaces = fields.get("ext") if isinstance(fields, dict) else None
    for namespace, names in spaces.items() if isinstance(spaces, dict) else ():
        if isinstance(names, dict):
            yield from ((namespace, name) for name in names)
