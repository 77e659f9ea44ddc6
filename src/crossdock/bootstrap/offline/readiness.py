"""`crossdock partners`: who is ready to go live, and what is missing at whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from crossdock.bootstrap.connectors import KINDS, MANIFESTS
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.offline.check import codes_warnings
from crossdock.bootstrap.offline.samples import Outcome, Sample, run_test, samples_of
from crossdock.bootstrap.options import TestOptions
from crossdock.bootstrap.project import PartnerConfig, read_project
from crossdock.mediation.library import Library
from crossdock.mediation.opening import open_message
from crossdock.ports.connector import Replier
from crossdock.ports.readiness import MISSING, NOTHING, READY, Point, Readiness


async def readiness(folder: Path) -> list[Readiness]:
    """The list of every partner.

    Raises:
        Permanent: the project has mistakes: see `crossdock check`.
        Rejected: samples that share one expectation.
    """
    project = read_project(folder, MANIFESTS)
    library = library_of(project)
    outcomes = await run_test(TestOptions(folder))
    unstewarded = [problem.file for problem in codes_warnings(folder)]
    return [
        Readiness(
            config.partner.id,
            config.partner.role.value,
            config.partner.connector,
            tuple(_points(folder, config, library, outcomes, unstewarded)),
        )
        for config in project.partners
    ]


def _points(
    folder: Path, config: PartnerConfig, library: Library, outcomes: Sequence[Outcome], unstewarded: Sequence[str]
) -> Iterable[Point]:
    samples = samples_of(folder, config.partner.id)
    yield _transport(config)
    yield _maps(config, library)
    yield _samples(config, samples)
    yield _tests([one for one in outcomes if one.partner == config.partner.id])
    yield _codes(folder, config.partner.id, unstewarded)
    yield _acknowledgments(config, library)
    yield _said("steward", config.partner.steward, "say in `steward` who of yours answers for it")
    contact = config.profile.contact
    yield _said(
        "contact",
        " ".join(part for part in (contact.name, contact.email or contact.phone) if part) * contact.is_reachable,
        "add email or phone under [contact]",
    )
    slo = config.profile.slo.words
    yield Point("SLO", READY if slo else NOTHING, slo or "nothing was agreed")


def _said(name: str, text: str, what_to_do: str) -> Point:
    return Point(name, READY if text else MISSING, text or what_to_do)


def _transport(config: PartnerConfig) -> Point:
    if config.transport is not None:
        return Point("transport", READY, config.transport.kind)
    if config.partner.settings.get("base_url"):
        return Point("transport", READY, "http")
    if KINDS[config.partner.connector].by_files:
        return Point("transport", READY, "folder")
    if not config.manifest.commands_out:
        return Point("transport", READY, "our door")
    return Point("transport", MISSING, "say under [transport] or in settings.base_url how it is reached")


def _maps(config: PartnerConfig, library: Library) -> Point:
    """The project was read, so they compile; how many are the partner's own or laid over ours is told."""
    maps = library.book(config.partner.connector, config.partner.id).maps
    own = [one for one in maps if one.spec.makers or one.spec.name.startswith(f"{config.partner.id}/")]
    if not maps:
        return Point("maps", NOTHING, "read by Python of the connector")
    return Point("maps", READY, f"{len(maps)} maps" + (f", {len(own)} with rules of its own" if own else ""))


def _samples(config: PartnerConfig, samples: Sequence[Sample]) -> Point:
    inward = [sample for sample in samples if not sample.is_command]
    kinds = {kind for sample in inward for kind in _kinds(sample.path)}
    lacking = [name for name in config.profile.expected.documents if name not in kinds]
    if lacking:
        return Point("samples", MISSING, f"none of {', '.join(lacking)}: ask the partner for real ones")
    if not samples:
        return Point("samples", MISSING, f"put some into samples/{config.partner.id}")
    return Point("samples", READY, f"{len(inward)} in, {len(samples) - len(inward)} out")


def _kinds(path: Path) -> set[str]:
    opened = open_message(path.read_bytes())
    return {opened.kind(piece) for piece in opened.pieces}


def _tests(outcomes: Sequence[Outcome]) -> Point:
    failed = [outcome.sample for outcome in outcomes if not outcome.is_fine]
    if failed:
        return Point("tests", MISSING, f"{len(failed)} of {len(outcomes)} fail: crossdock test shows how")
    return Point("tests", READY if outcomes else MISSING, f"{len(outcomes)} pass" if outcomes else "there are none")


def _codes(folder: Path, partner: str, unstewarded: Sequence[str]) -> Point:
    tables = sorted((folder / "codes" / partner).glob("*.csv"))
    lacking = sorted({name for name in unstewarded if name.startswith(f"codes/{partner}/")})
    if lacking:
        return Point("codes", MISSING, f"{', '.join(lacking)}: say source and steward at the top")
    return Point("codes", READY if tables else NOTHING, f"{len(tables)} lists" if tables else "no lists of its own")


def _acknowledgments(config: PartnerConfig, library: Library) -> Point:
    answers = isinstance(KINDS[config.partner.connector].decoder(library), Replier)
    within = config.partner.acknowledge_within_s
    told = [*(("we answer",) if answers else ()), *((f"it answers within {within} s",) if within else ())]
    if answers and config.manifest.commands_out and not within:
        return Point("acks", MISSING, "say in `acknowledge_within_s` when its answer is overdue, or it is never missed")
    return Point("acks", READY if told else NOTHING, ", ".join(told) or "by the answer of its API")
