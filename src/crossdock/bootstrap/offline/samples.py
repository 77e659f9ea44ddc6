"""The golden samples of a project: bytes in and canonical facts out, commands in and documents out.

samples/<partner>/NAME.<any>             what the partner sends
samples/<partner>/NAME.expected.json     what we make of it: when it is taken to be received, facts, findings
samples/<partner>/NAME.command.json      a command of ours, with type and payload
samples/<partner>/NAME.expected.<any>    the document the partner gets for it
samples/policies/NAME.toml               an order, and what the policies decide of it (`policy_samples`)
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.offline.commands import written
from crossdock.bootstrap.offline.policy_samples import ROOM, files_of, tried
from crossdock.bootstrap.offline.speaking import hear, partner_of, voice_of
from crossdock.bootstrap.options import TestOptions
from crossdock.bootstrap.project import PartnerConfig, Project, read_project
from crossdock.formats.sniff import sniff
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.mediation.library import Library

COMMAND, EXPECTED = ".command.json", ".expected"
SAME, DIFFERENT, MISSING, WRITTEN, REFUSED = "same", "different", "missing", "written", "refused"
FILES_MAX = 100_000
DIFF_LINES_MAX = 2_000


class Sample(msgspec.Struct, frozen=True):
    """One golden sample. `expected` is absent while nobody has said what is expected."""

    partner: str
    name: str
    path: Path
    expected: Path | None

    @property
    def is_command(self) -> bool:
        """Whether it goes out."""
        return self.path.name.endswith(COMMAND)


class Expectation(msgspec.Struct, frozen=True):
    """What is made of a message received then."""

    received: datetime
    facts: tuple[msgspec.Raw, ...] = ()
    findings: tuple[msgspec.Raw, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What became of a sample: `same`, `different` with the lines of the difference, `missing` what is expected,
    `written` now, or `refused` with the reason."""

    partner: str
    sample: str
    status: str
    diff: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.status in (SAME, WRITTEN)


def samples_folder(project: Path) -> Path:
    """Where a project keeps them, in a folder a partner."""
    return project / "samples"


def samples_of(folder: Path, partner: str) -> list[Sample]:
    """The samples of a partner, by name.

    Raises:
        Rejected: two of them would share what is expected.
    """
    files = sorted(path for path in (samples_folder(folder) / partner).glob("*") if path.is_file())[:FILES_MAX]
    inputs = [path for path in files if _is_sample(path)]
    found: dict[str, Sample] = {}
    for path in inputs:
        name = path.name.removesuffix(COMMAND) if path.name.endswith(COMMAND) else path.stem
        if name in found:
            raise Rejected(f"{path} and {found[name].path.name} would share one expectation: rename one of them")
        expected = next((one for one in files if one.name.startswith(f"{name}{EXPECTED}.")), None)
        found[name] = Sample(partner, name, path, expected)
    return list(found.values())


def is_kept_beside(name: str, names: Collection[str]) -> bool:
    """Whether a file is what is expected of a sample among `names`, or a sample command of which something is expected:
    nothing a partner sent."""
    stem = name.removesuffix(COMMAND)
    if stem != name:
        return any(one.startswith(f"{stem}{EXPECTED}.") for one in names)
    stem, expected, _ = name.rpartition(EXPECTED + ".")
    return bool(expected) and any(one != name and one.startswith(f"{stem}.") for one in names)


def _is_sample(path: Path) -> bool:
    return not path.name.startswith(".") and EXPECTED + "." not in path.name and path.suffix != ".md"


async def run_test(options: TestOptions) -> list[Outcome]:
    """Every sample of every partner, or of one.

    Raises:
        Permanent: the project has mistakes (`ConfigurationError`), or there is no such partner.
        Rejected: see `samples_of`.
    """
    project = read_project(options.project, MANIFESTS)
    library = library_of(project)
    chosen = [partner_of(project, options.partner)] if options.partner else project.partners
    pairs = [(sample, config) for config in chosen for sample in samples_of(project.folder, config.partner.id)]
    outcomes = [await _tested(sample, config, library, update=options.update) for sample, config in pairs]
    return outcomes if options.partner else [*outcomes, *_policies(project)]


def _policies(project: Project) -> Iterator[Outcome]:
    """The golden samples of the policies; what they expect is written by hand."""
    for path in files_of(project.folder):
        try:
            name, expected, made = tried(path, project.policy)
        except Rejected as refusal:
            yield Outcome(ROOM, path.stem, REFUSED, (refusal.detail,))
            continue
        status = SAME if made == expected else DIFFERENT
        yield Outcome(ROOM, name, status, () if status == SAME else _difference(expected, made))


async def _tested(sample: Sample, config: PartnerConfig, library: Library, *, update: bool) -> Outcome:
    try:
        made, suffix = await _made(sample, config, library)
    except Rejected as refusal:
        return Outcome(sample.partner, sample.name, REFUSED, (refusal.detail,))
    before = sample.expected.read_text("utf-8") if sample.expected is not None else None
    if before == made:
        return Outcome(sample.partner, sample.name, SAME)
    if update:
        if sample.expected is not None:
            sample.expected.unlink()
        sample.path.with_name(f"{sample.name}{EXPECTED}{suffix}").write_text(made, "utf-8", newline="")
        return Outcome(sample.partner, sample.name, WRITTEN)
    if before is None:
        return Outcome(sample.partner, sample.name, MISSING, tuple(f"+{line}" for line in made.splitlines()))
    return Outcome(sample.partner, sample.name, DIFFERENT, _difference(before, made))


async def _made(sample: Sample, config: PartnerConfig, library: Library) -> tuple[str, str]:
    body = sample.path.read_bytes()
    if sample.is_command:
        document = await written(body, config, library)
        return document.body.decode("utf-8", "backslashreplace"), document.suffix
    heard = hear(voice_of(config, library, received_of(sample)), body, sniff(body))
    facts = tuple(msgspec.Raw(fact.body) for fact in heard.facts)
    findings = tuple(msgspec.Raw(encode_json(one)) for one in heard.findings)
    made = encode_json(Expectation(heard.voice.context.received_at, facts, findings))
    return msgspec.json.format(made, indent=2).decode() + "\n", ".json"


def received_of(sample: Sample) -> datetime:
    """When a sample is taken to have been received: as its expectation says, else now."""
    try:
        if sample.expected is not None:
            return msgspec.json.decode(sample.expected.read_bytes(), type=Expectation).received
    except msgspec.MsgspecError:
        pass
    return SystemClock().now().replace(microsecond=0)


def _difference(before: str, after: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "expected", "made", lineterm="", n=2)
    return tuple(_bounded(lines))


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == DIFF_LINES_MAX:
            yield "… and more"
            return
        yield line
