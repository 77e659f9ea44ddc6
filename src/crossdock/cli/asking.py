"""Questions about one order, answered from its log: how does it stand, how did it stand, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter, validators

from crossdock.cli.answers import print_answer, print_figures, print_past
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import finish, print_json

Field = Annotated[
    str,
    Parameter(name="--field", help="Ask about this field: delivered_us, carrier, lines.20.cancelled; any end of one."),
]
Known = Annotated[
    datetime | None,
    Parameter(name="--as-known", help="By what had been recorded then, in UTC unless it says other."),
]
True_ = Annotated[
    datetime | None,
    Parameter(name="--as-true", help="As it was then by all that is known today, in UTC unless it says other."),
]

Board = Annotated[str, Parameter(name="--board", help="Only those of OPS, WHS, TRN, CUS, FIN, CSR, INT or EXE.")]
Days = Annotated[
    int,
    Parameter(name="--days", help="How many days the window goes back.", validator=validators.Number(gte=1, lte=400)),
]


def why(
    identifier: str, /, *, field: Field = "state", project: Project = HERE, data: Data = None, json: AsJson = False
) -> int:
    """Print why an order is as it is: each decision with its fact, its rule, and the rules that were passed over.

    Parameters
    ----------
    identifier
        An order number, or any identifier of it.
    """
    from crossdock.bootstrap.asking import ask_why

    answer = finish(ask_why(place(project, data), identifier, field))
    return print_json(answer) if json else print_answer(answer)


def show(
    identifier: str,
    /,
    *,
    as_known: Known = None,
    as_true: True_ = None,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Print how an order stands: business states, processes, timers and cases; now, or at a moment of the past.

    Parameters
    ----------
    identifier
        An order number, or any identifier of it.
    """
    from crossdock.app.history import Moment
    from crossdock.bootstrap.asking import show_past

    moment = Moment(_utc(as_known), _utc(as_true))
    past = finish(show_past(place(project, data), identifier, moment))
    return print_json(past) if json else print_past(past)


def kpis(
    *,
    board: Board = "",
    days: Days = 1,
    as_known: Known = None,
    as_true: True_ = None,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Print the KPIs of the last days: median and 95th percentile of samples, shares in percent, ages as of now."""
    from crossdock.app.history import Moment
    from crossdock.bootstrap.asking import read_figures

    moment = Moment(_utc(as_known), _utc(as_true))
    figures = finish(read_figures(place(project, data), board, days, moment if as_known or as_true else None))
    return print_json(figures) if json else print_figures(figures)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
