"""People from the command line: who may come and as what, and the link the first of them signs in with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crossdock.bootstrap.options import PersonOptions
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import complain, finish, print_json, print_text
from crossdock.ports.people import Person
from crossdock.ports.principal import DIMENSIONS, Grant, Reach, RoleName

person = App(name="person", help="Add people, say what they may do, list and end them.")

Email = Annotated[str, Parameter(help="Their e-mail address.")]
Roles = Annotated[
    list[str],
    Parameter(name="--role", negative="", help=f"What they are, repeated for several: {', '.join(RoleName)}."),
]
By = Annotated[str, Parameter(name="--by", help="Your name, for the record of acts.")]
Why = Annotated[str, Parameter(name="--reason", help="Why, for whoever reads the record later.")]


Some = list[str] | None


@dataclass(frozen=True, slots=True)
class What:
    """Roles, and which part of the business they reach: everything of what is not named."""

    role: Roles
    name: Annotated[str, Parameter(name="--name", help="What people call them.")] = ""
    partner: Annotated[Some, Parameter(name="--partner", negative="", help="Only this partner; repeat it.")] = None
    site: Annotated[Some, Parameter(name="--site", negative="", help="Only this site; repeat it.")] = None
    unit: Annotated[Some, Parameter(name="--unit", negative="", help="Only this business unit; repeat it.")] = None
    customer: Annotated[Some, Parameter(name="--customer", negative="", help="Only this customer; repeat it.")] = None
    by: By = "command line"
    reason: Why = "added from the command line"

    def grants(self) -> tuple[Grant, ...]:
        """As values, each role within the same reach."""
        named = (tuple(one or ()) for one in (self.partner, self.site, self.unit, self.customer))
        reach = Reach(*named)
        return tuple(Grant(RoleName(one), reach) for one in self.role)


@person.command
def add(
    email: Email,
    /,
    *,
    what: Annotated[What, Parameter(name="*")],
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Let somebody come; for somebody who may already, put these roles in the place of theirs."""
    from crossdock.bootstrap.people import add_person

    unknown = [one for one in what.role if one not in set(RoleName)]
    if unknown:
        return complain(f"there is no role {', '.join(unknown)}: there are {', '.join(RoleName)}")
    options = PersonOptions(email, what.name, what.grants(), what.by, what.reason)
    added = finish(add_person(place(project, data), options))
    return print_json(added) if json else print_text(f"{added.email} may come as {', '.join(what.role)}")


@person.command(name="list")
def list_(*, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """List everybody who may come, or might once."""
    from crossdock.bootstrap.people import list_people

    people = finish(list_people(place(project, data)))
    return print_json(people) if json else print_people(people)


@person.command
def revoke(
    email: Email,
    /,
    *,
    by: By,
    reason: Why,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """End somebody: signed out everywhere, and no link lets them in again."""
    from crossdock.bootstrap.people import end_person

    finish(end_person(place(project, data), email, by=by, reason=reason))
    return print_json({"ended": email}) if json else print_text(f"{email} may come no more")


def signin(
    email: Email,
    /,
    *,
    by: By = "command line",
    invitation: Annotated[
        bool, Parameter(name="--invitation", negative="", help="To be sent to them: it waits for days, not minutes.")
    ] = False,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Print a link that signs somebody in, once."""
    from crossdock.bootstrap.people import sign_in_link

    url, expires = finish(sign_in_link(place(project, data), email, by, invitation=invitation))
    return print_json({"url": url, "expires": expires}) if json else print_text(url)


def print_people(people: Sequence[Person]) -> int:
    """One line a person; those who ended are dimmed."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("e-mail", "name", "may", "since"):
        table.add_column(title)
    for one in people:
        since = f"{one.created:%Y-%m-%d}" if one.ended is None else f"ended {one.ended:%Y-%m-%d}"
        cells = (one.email, one.name, "; ".join(told(grant) for grant in one.grants), since)
        table.add_row(*(escape(cell) for cell in cells), style="dim" if one.ended is not None else "")
    Console(highlight=False).print(table)
    return 0


def told(grant: Grant) -> str:
    """`operator of partners acme, b; sites nl-1`."""
    reach = msgspec.structs.asdict(grant.reach)
    parts = [f"{name} {', '.join(reach[name])}" for name in DIMENSIONS if reach[name]]
    return f"{grant.role} of {'; '.join(parts)}" if parts else grant.role.value
