"""`crossdock archive`: what was over long ago, in files beside the database."""

from __future__ import annotations

from typing import Annotated

import msgspec
from cyclopts import App, Parameter, validators

from crossdock.cli.caring import Yes
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import finish, print_json, print_text

archive = App(
    name="archive",
    help="Move orders that were over long ago to files, look them up there, bring them back.",
)

Order = Annotated[str, Parameter(help="An order, by its number or any identifier.")]
ClosedDays = Annotated[
    int | None,
    Parameter(
        name="--closed-days",
        help="Of which nothing was recorded for so many days, instead of retention.closed_days.",
        validator=validators.Number(gte=0, lte=36_525),
    ),
]
Limit = Annotated[
    int, Parameter(name="--limit", help="So many files at most.", validator=validators.Number(gte=1, lte=500))
]


@archive.command
def run(
    *,
    closed_days: ClosedDays = None,
    project: Project = HERE,
    data: Data = None,
    yes: Yes = False,
    json: AsJson = False,
) -> int:
    """Show what would leave the database now; write it to the archive and take it out with --yes."""
    from crossdock.bootstrap.archiving import plan_archive, run_archive

    work = run_archive if yes else plan_archive
    done = finish(work(place(project, data), closed_days))
    if json:
        return print_json(done)
    said = (
        f"{len(done.dossiers)} would go: archive them with --yes" if done.planned else f"{len(done.dossiers)} archived"
    )
    octets = f"the bytes of {done.messages} messages {'would go as well' if done.planned else 'archived'}"
    return print_text("\n".join([*done.dossiers, *done.files, said, octets]))


@archive.command(name="list")
def list_(
    *, before: str = "", limit: Limit = 50, project: Project = HERE, data: Data = None, json: AsJson = False
) -> int:
    """List the files of the archive, the newest month first; --before is the last name of the page before."""
    from crossdock.bootstrap.archiving import list_archive

    files = finish(list_archive(place(project, data), before, limit))
    if json:
        return print_json(files)
    lines = [
        f"{one.name}  {one.at:%Y-%m-%d %H:%M}Z  {one.pieces} {one.kind}  {one.bytes} bytes  sha256 {one.sha256}"
        + (f"  deleted {one.gone:%Y-%m-%d}" if one.gone is not None else "")
        for one in files
    ]
    return print_text("\n".join(lines) or "nothing is archived")


@archive.command
def show(order: Order, *, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Read an order back from its archive file, line by line; the database is only asked where that is."""
    from crossdock.app.archive.lines import encode_whole
    from crossdock.bootstrap.archiving import read_archived

    archived, whole = finish(read_archived(place(project, data), order))
    if json:
        return print_json({"archived": archived, "whole": whole})
    head = f"# {archived.ident}, archived {archived.at:%Y-%m-%d %H:%M}Z in {archived.place.file}"
    return print_text(head + "\n" + encode_whole(whole).decode().rstrip("\n"))


@archive.command
def restore(order: Order, *, project: Project = HERE, data: Data = None, yes: Yes = False, json: AsJson = False) -> int:
    """Put an order back into the database with --yes; a late fact about it does so by itself."""
    from crossdock.bootstrap.archiving import read_archived, restore_archived

    where = place(project, data)
    archived = finish(restore_archived(where, order)) if yes else finish(read_archived(where, order))[0]
    if json:
        return print_json(archived)
    what = f"{archived.ident}: {archived.facts} facts, {archived.commands} commands, {archived.cases} cases"
    return print_text(f"{what} {'are back' if yes else 'would come back: do it with --yes'}")


@archive.command
def verify(*, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Work the hash of every file out again; exit 1 where one is not there or not what was written."""
    from crossdock.bootstrap.archiving import verify_archive

    faults = finish(verify_archive(place(project, data)))
    text = "\n".join(f"{one.file} {one.detail}" for one in faults) or "every file is as it was written"
    shown = print_json(msgspec.to_builtins(faults)) if json else print_text(text)
    return shown or (1 if faults else 0)


@archive.command
def pause(
    *,
    reason: Annotated[str, Parameter(name="--reason", help="Why, for whoever finds it paused.")],
    by: Annotated[str, Parameter(name="--by", help="Your name.")],
    project: Project = HERE,
    data: Data = None,
) -> int:
    """Let nothing leave the database any more, until it is resumed."""
    from crossdock.bootstrap.archiving import pause_archive

    finish(pause_archive(place(project, data), reason, by))
    return print_text("nothing is archived until crossdock archive resume")


@archive.command
def resume(
    *,
    by: Annotated[str, Parameter(name="--by", help="Your name.")],
    project: Project = HERE,
    data: Data = None,
) -> int:
    """Go on archiving."""
    from crossdock.bootstrap.archiving import pause_archive

    finish(pause_archive(place(project, data), "", by))
    return print_text("what is over is archived again")
