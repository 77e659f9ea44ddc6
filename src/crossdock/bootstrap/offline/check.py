"""`crossdock check`: everything wrong with a project at once, with file and line, before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.consumers import stated
from crossdock.bootstrap.extensions import unregistered
from crossdock.bootstrap.library import added, open_library, shipped
from crossdock.bootstrap.offline.lines import line_of_error, line_of_rule
from crossdock.bootstrap.offline.policy_samples import ROOM
from crossdock.bootstrap.project import Project, read_project
from crossdock.bootstrap.reading import ConfigurationError, Problem
from crossdock.kernel.errors import Rejected
from crossdock.mapping.compiled import MapError
from crossdock.mapping.spec import Spec

HEAD_LINES_MAX = 50
# What a code list says of itself in its head.
WANTED_OF_CODES = {"source": "where its codes come from", "steward": "who answers for it"}


class Checked(msgspec.Struct, frozen=True):
    """What is wrong with a project, and what is missing that people will want one day."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def is_fine(self, *, strict: bool) -> bool:
        """Whether it may run; `strict`: whether it is complete."""
        return not self.problems and not (strict and self.warnings)


def check_project(folder: Path, environ: Mapping[str, str] | None = None) -> Checked:
    """Read all of a project: settings, partners, policies, maps, code lists, samples."""
    problems: list[Problem] = []
    project = None
    try:
        project = read_project(folder, MANIFESTS, environ)
    except ConfigurationError as error:
        problems.extend(error.problems)
    if folder.is_dir():
        problems.extend(_library_problems(folder, project))
        problems.extend(_stray_folders(folder))
        stated(folder, problems)
    warnings = [*codes_warnings(folder), *(_project_warnings(project) if project is not None else ())]
    return Checked(tuple(_sorted(problems)), tuple(_sorted(warnings)))


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda one: (one.file, one.line, one.key))


def _library_problems(folder: Path, project: Project | None) -> Iterator[Problem]:
    found: list[Problem] = []
    added(folder, found)
    ours: list[Problem] = []
    shipped(ours)
    yield from (_placed(folder, problem) for problem in (*found, *ours))
    if found or ours or project is None:
        return
    library = open_library(folder)
    for config in project.partners:
        for spec, error in library.mistakes(config.partner.connector, config.partner.id):
            yield from _map_problems(folder, config.partner.id, spec, error)


def _placed(folder: Path, problem: Problem) -> Problem:
    """With the file as seen from the project, and the line where the text tells one."""
    path = Path(problem.file)
    try:
        text, shown = path.read_text("utf-8"), path.relative_to(folder).as_posix()
    except (OSError, UnicodeDecodeError, ValueError):
        return problem
    return msgspec.structs.replace(problem, file=shown, line=line_of_error(text, problem.detail))


def _map_problems(folder: Path, partner: str, spec: Spec | None, error: Rejected) -> Iterator[Problem]:
    if spec is None or not isinstance(error, MapError):
        name = f"maps/{spec.name}.toml" if spec is not None else "maps"
        yield Problem(name, _line(folder, name, "extends"), "extends", error.detail)
        return
    for one in error.problems:
        maker, _ = spec.maker(one.rule)
        name = f"maps/{maker}.toml"
        if (folder / name).is_file():
            yield Problem(name, _line(folder, name, one.rule), one.rule, one.detail)
        else:
            # A map we ship is right by itself: what this partner lays over it is not.
            where = f"{one.detail}; {maker} is shipped: mend maps/{partner} or codes/{partner}"
            yield Problem(f"partners/{partner}.toml", 0, one.rule, where)


def _line(folder: Path, name: str, rule: str) -> int:
    try:
        return line_of_rule((folder / name).read_text("utf-8"), rule)
    except (OSError, UnicodeDecodeError):
        return 0


def _stray_folders(folder: Path) -> Iterator[Problem]:
    """Folders of a partner there is no file for: nothing in them is ever used."""
    known = {path.stem for path in (folder / "partners").glob("*.toml")}
    for room in ("maps", "codes", "samples"):
        for path in sorted((folder / room).glob("*/")):
            if path.name not in (known | {ROOM} if room == "samples" else known) and not path.name.startswith("."):
                yield Problem(f"{room}/{path.name}", 0, "", f"there is no partners/{path.name}.toml: add it, or rename")


def codes_warnings(folder: Path) -> Iterator[Problem]:
    """What the code lists of a project do not say of themselves."""
    for path in sorted((folder / "codes").rglob("*.csv")):
        head = _head(path)
        for name, meaning in WANTED_OF_CODES.items():
            if not head.get(name):
                text = f"say {meaning}: a line `# {name}: …` at the top"
                yield Problem(path.relative_to(folder).as_posix(), 1, name, text)


def _head(path: Path) -> dict[str, str]:
    try:
        lines: Sequence[str] = path.read_text("utf-8").splitlines()[:HEAD_LINES_MAX]
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line[1:].partition(":") for line in lines if line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _project_warnings(project: Project) -> Iterator[Problem]:
    yield from _partner_warnings(project)
    maps = {name: shelf.maps for name, shelf in added(project.folder, []).items()}
    yield from unregistered(maps, project.extensions)


def _partner_warnings(project: Project) -> Iterator[Problem]:
    for config in project.partners:
        name = f"partners/{config.partner.id}.toml"
        if not config.partner.steward:
            yield Problem(name, 0, "steward", "say who of yours answers for this partner")
        if not config.profile.contact.is_reachable:
            yield Problem(name, 0, "contact", "say whom to ask there: email or phone under [contact]")
