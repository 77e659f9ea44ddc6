"""The command line: `crossdock COMMAND`. Exit 0: done or fine. 1: the answer is no. 2: it could not be done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError

from crossdock.cli import (
    archiving,
    asking,
    backing,
    caring,
    governing,
    impacting,
    looking,
    people,
    projects,
    proving,
    publishing,
    reconciling,
    repairing,
    running,
    seeing,
    simulating,
    working,
)
from crossdock.cli.shown import complain
from crossdock.kernel.errors import CrossdockError

COMMANDS: tuple[Callable[..., int] | App, ...] = (
    running.up,
    running.serve,
    running.work,
    running.deliver,
    running.schedule,
    proving.demo,
    proving.chaos,
    proving.bench,
    simulating.simulate,
    simulating.certificate,
    projects.init,
    projects.check,
    projects.test,
    projects.coverage,
    projects.partners,
    projects.drift,
    seeing.inspect,
    looking.doctor,
    looking.audit,
    looking.trace,
    asking.show,
    asking.why,
    asking.kpis,
    reconciling.reconcile,
    repairing.replay,
    impacting.impact,
    working.cases,
    working.slos,
    publishing.contracts,
    governing.contract,
    publishing.catalogue,
    publishing.dashboards,
    publishing.export,
    backing.backup,
    backing.restore,
    archiving.archive,
    caring.migrate,
    caring.reprocess,
    caring.key,
    people.person,
    people.signin,
)
EXIT_REFUSED = 2
EXIT_INTERRUPTED = 130


def build_app() -> App:
    """The tree of commands."""
    app = App(
        name="crossdock",
        help="One traceable truth between ERP, warehouses, TMS, carriers and customers.",
        help_epilogue="Exit codes: 0 done or fine, 1 the answer is no, 2 it could not be done.",
        version=f"crossdock {version('crossdock')}",
        help_format="markdown",
        suppress_keyboard_interrupt=False,
    )
    for command in COMMANDS:
        app.command(command)
    return app


def run(tokens: Sequence[str]) -> int:
    """One command line to its exit code; what went wrong is said on stderr."""
    try:
        code = build_app()(tokens, exit_on_error=False, result_action="return_value")
    except CycloptsError:
        return EXIT_REFUSED
    except CrossdockError as error:
        return complain(error.detail)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return code if isinstance(code, int) else 0


def main() -> None:
    """Entry point of the `crossdock` program."""
    sys.exit(run(sys.argv[1:]))
