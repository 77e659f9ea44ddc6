"""Backups of the embedded database, and what is made from them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from crossdock.bootstrap.options import RestoreOptions
from crossdock.cli.caring import UNSAID, Because
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import finish, print_json, print_text

To = Annotated[Path | None, Parameter(name="--to", help="Folder of the backups, instead of backup.dir.")]
Keep = Annotated[
    int | None,
    Parameter(
        name="--keep",
        help="Then remove all base backups but the last so many, and the log only they need.",
        validator=validators.Number(gte=1, lte=1000),
    ),
]
At = Annotated[
    datetime | None,
    Parameter(name="--at", help="As it stood then, in UTC unless it says other; without it, up to the end of its log."),
]
Tail = Annotated[
    Path | None,
    Parameter(name="--tail", help="Data directory of the hub that is gone, for what it had not archived yet."),
]


def backup(
    *, to: To = None, keep: Keep = None, project: Project = HERE, data: Data = None, json: AsJson = False
) -> int:
    """Back up the embedded database, while it runs or not; with `backup.dir` set its log is archived there always."""
    from crossdock.bootstrap.backing import run_backup

    done = finish(run_backup(place(project, data), to.absolute() if to else None, keep))
    if json:
        return print_json(done)
    reach = "and the log since" if done.archived else "restores that instant only: set backup.dir for any other"
    removed = f"; removed {', '.join(done.removed)}" if done.removed else ""
    return print_text(f"{done.folder} ({done.ended:%Y-%m-%d %H:%M:%S}Z, {reach}){removed}")


def restore(
    *,
    from_: Annotated[Path, Parameter(name="--from", help="Folder of the backups.")],
    to: Annotated[Path, Parameter(name="--to", help="Data directory to make.")],
    at: At = None,
    tail: Tail = None,
    because: Annotated[Because, Parameter(name="*")] = UNSAID,
    project: Project = HERE,
    json: AsJson = False,
) -> int:
    """Make a data directory from backups, as the hub stood at an instant; every partner in it is paused.

    Start it with `crossdock up --data`, reconcile, then resume the partners one by one.
    """
    from crossdock.bootstrap.backing import run_restore

    moment = at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
    options = RestoreOptions(
        from_.absolute(), to.absolute(), moment, tail.absolute() if tail else None, because.by, because.reason
    )
    done = finish(run_restore(place(project, None), options))
    if json:
        return print_json(done)
    last = f"the last commit of {done.last:%Y-%m-%d %H:%M:%S.%f}Z" if done.last else "its base backup"
    return print_text(f"{done.data} stands at {last}; {len(done.paused)} partners are paused until you resume them")
