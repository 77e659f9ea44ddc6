"""The simulation and its certificate: anybody can try to break the hub, and check what somebody else tried."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter, validators

from crossdock.cli.options import JsonFile
from crossdock.cli.shown import complain, print_text

certificate = App(name="certificate", help="The convergence certificate: write one from a campaign, check one.")

Seed = Annotated[int, Parameter(name="--seed", help="The first seed. Same seed, same run, to the last byte.")]
Orders = Annotated[
    int, Parameter(name="--orders", help="How many orders a seed has.", validator=validators.Number(gte=1, lte=999))
]
Seeds = Annotated[
    int, Parameter(name="--seeds", help="How many seeds, one after the other.", validator=validators.Number(gte=1))
]
Minutes = Annotated[
    float | None, Parameter(name="--minutes", help="Begin no seed after so many minutes; without `--seeds`, go on.")
]
Some = Annotated[str, Parameter(name="--faults", help="Only the faults of these numbers: `3,7`, or `none`.")]
Only = Annotated[str, Parameter(name="--only", help="Only the orders of these numbers: `0,2`.")]
Key = Annotated[Path, Parameter(name="--key", help="File with the ed25519 key; made when there is none.")]
File = Annotated[Path, Parameter(help="The certificate.")]
Short = Annotated[
    bool,
    Parameter(
        name="--short",
        negative="",
        help="Short stories, each a part of the example and told by several seeds: eight seeds in the time of one.",
    ),
]
ENDLESS = 1_000_000_000
KEY = Path("data/certificate.key")


def simulate(  # noqa: PLR0913  (each is an option of the command)
    *,
    seed: Seed = 1,
    orders: Orders = 2,
    seeds: Seeds | None = None,
    minutes: Minutes = None,
    short: Short = False,
    faults: Some = "",
    only: Only = "",
    json: JsonFile = None,
) -> int:
    """Play the hub on virtual time while everything goes wrong, and compare with the same without faults.

    Crashes between any two effects, lost answers, torn, repeated and overtaken messages, partners that cannot be
    reached or answer rubbish, full and slow disks, wrong clocks, two versions side by side; of two seeds in five what
    is received goes through the log, of two in three the carrier speaks X12 or EDIFACT. Exit 1: a seed failed; its
    smallest part is printed, with the command to repeat it.
    """
    import msgspec

    from crossdock.testing.simulate import campaign as sim

    if faults or only:
        return _again(sim.plan_of(seed, orders, short=short), orders, faults, only)
    count = seeds or (ENDLESS if minutes is not None else 1)
    verdicts: list[sim.Verdict] = []
    for verdict in sim.campaign(range(seed, seed + count), orders, minutes=minutes, short=short):
        verdicts.append(verdict)
        if verdict.wrong:
            _tell(sim.shrunk(verdict.plan), orders)
    report = sim.summed(verdicts, orders, short=short)
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    print_text(_summary(report))
    return 1 if report.failed else 0


@certificate.command(name="write")
def write_certificate(
    file: File, /, *, seed: Seed = 1, orders: Orders = 2, seeds: Seeds = 100, short: Short = False, key: Key = KEY
) -> int:
    """Run a campaign and write its certificate, signed. Exit 1: a seed failed; the certificate says which."""
    from crossdock.testing.simulate import campaign as sim
    from crossdock.testing.simulate.certificate import certificate as text_of
    from crossdock.testing.simulate.certificate import signing_key

    signer = signing_key(key)
    report = sim.summed(sim.campaign(range(seed, seed + seeds), orders, short=short), orders, short=short)
    file.write_text(text_of(report, signer), encoding="utf-8")
    print_text(_summary(report))
    return 1 if report.failed else 0


@certificate.command(name="verify")
def verify_certificate(file: File, /) -> int:
    """Check a certificate's signature, and say whether it is about the code that is here. Exit 1: it does not hold."""
    from crossdock.kernel.errors import Rejected
    from crossdock.testing.simulate.certificate import BYTES_MAX, verified

    if not file.is_file() or file.stat().st_size > BYTES_MAX:
        return complain(f"{file} is no certificate: name a file that `crossdock certificate write` made")
    try:
        found = verified(file.read_text(encoding="utf-8", errors="replace"))
    except Rejected as refusal:
        print_text(refusal.detail)
        return 1
    print_text(f"signed by {found.signed_by}\n{found.result}")
    print_text("about the code that is here" if found.is_ours else f"about other code: {found.code}")
    return 0


def _again(whole: object, orders: int, faults: str, only: str) -> int:
    """Play a part of a seed's plan."""
    from crossdock.testing.simulate import campaign as sim
    from crossdock.testing.simulate.plan import Plan

    assert isinstance(whole, Plan)
    try:
        kept = _numbers(faults, len(whole.faults))
        plan = whole.only(_numbers(only, orders), kept)
    except ValueError as error:
        return complain(
            f"{error}: seed {whole.seed} has {orders} orders and {len(whole.faults)} faults, counted from 0"
        )
    verdict = sim.judge(plan)
    _tell(verdict, orders)
    return 1 if verdict.wrong else 0


def _numbers(text: str, below: int) -> list[int]:
    """`3,7` as numbers, nothing as all of them, `none` as none.

    Raises:
        ValueError: one is no number, or too large.
    """
    if text in ("", "none"):
        return [] if text else list(range(below))
    numbers = sorted({int(part) for part in text.split(",")})
    if not all(0 <= number < below for number in numbers):
        raise ValueError(f"{text} goes beyond what there is")
    return numbers


def _tell(verdict: object, orders: int) -> None:
    from crossdock.testing.simulate import campaign as sim

    assert isinstance(verdict, sim.Verdict)
    plan = verdict.plan
    print_text(f"seed {plan.seed}, orders {sim.listed(plan.orders)}: {'FAILED' if verdict.wrong else 'right'}")
    for fault in plan.faults:
        print_text(f"  fault  {fault}")
    for wrong in verdict.wrong[:20]:
        print_text(f"  wrong  {wrong}")
    print_text(f"  digest {verdict.digest}\n  repeat {sim.command(plan, orders)}")


def _summary(report: object) -> str:
    from crossdock.testing.simulate import campaign as sim

    assert isinstance(report, sim.Report)
    lines = [f"{name:<38}{count:>10,}" for name, count in (*report.struck.items(), *report.met.items())]
    lines.append(
        f"{report.seeds:,} seeds from {report.first}, {report.told_of}: {len(report.failed)} failed"
        f"{' (' + ', '.join(map(str, report.failed[:20])) + ')' if report.failed else ''}"
    )
    lines.append(f"{report.told:,} messages, {report.checks:,} checks, digest {report.digest}")
    lines.append(
        f"{report.days_per_minute:,.0f} simulated days a minute ({report.days:,.0f} in {report.seconds:,.0f} s)"
    )
    return "\n".join(lines)
