"""Changing an installation by hand: its schema and its API keys. What cannot be undone needs `--yes`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import App, Parameter, validators

from crossdock.app.access import Scope
from crossdock.bootstrap.options import KeyOptions
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import complain, finish, print_json, print_keys, print_reprocessed, print_text
from crossdock.ports.keys import ApiKey
from crossdock.ports.principal import Reach

Yes = Annotated[
    bool, Parameter(name="--yes", negative="", help="Do it; without it the plan is shown and nothing done.")
]
Days = Annotated[
    int | None, Parameter(name="--days", help="Valid for so many days.", validator=validators.Number(gte=1, lte=3650))
]
Phase = Annotated[
    Literal["", "pre", "post"],
    Parameter(name="--phase", help="Only `pre`, while the release before still runs, or `post`, when it is gone."),
]
ScopeNames = Annotated[
    list[str], Parameter(name="--scope", negative="", help=f"What it may do, repeated for several: {', '.join(Scope)}.")
]


@dataclass(frozen=True, slots=True)
class Because:
    """Who does it and why, for the record of acts."""

    by: Annotated[str, Parameter(name="--by", help="Your name, for the record of acts.")] = "command line"
    reason: Annotated[str, Parameter(name="--reason", help="Why, for whoever reads it later.")] = "not said"


@dataclass(frozen=True, slots=True)
class Said:
    """As `Because`, where it has to be said: what is ended for good."""

    by: Annotated[str, Parameter(name="--by", help="Your name, for the record of acts.")]
    reason: Annotated[str, Parameter(name="--reason", help="Why, for whoever reads it later.")]


Some = list[str] | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """Whose a key is, and for how long."""

    partner: Annotated[str, Parameter(name="--partner", help="The partner it writes as.")] = ""
    label: Annotated[str, Parameter(name="--label", help="Whose it is, for people.")] = ""
    days: Days = None
    customer: Annotated[str, Parameter(name="--customer", help="Whose orders it asks the portal for.")] = ""
    reach_partner: Annotated[Some, Parameter(negative="", help="Only what is of this partner; repeat it.")] = None
    reach_site: Annotated[Some, Parameter(negative="", help="Only what is of this site; repeat it.")] = None
    reach_unit: Annotated[Some, Parameter(negative="", help="Only what is of this business unit; repeat it.")] = None
    reach_customer: Annotated[Some, Parameter(negative="", help="Only what is of this customer; repeat it.")] = None

    def reach(self) -> Reach:
        """The part of the business it reads and works on; all of it where nothing is named."""
        named = (self.reach_partner, self.reach_site, self.reach_unit, self.reach_customer)
        return Reach(*(tuple(one or ()) for one in named))


UNSAID = Because()
FOR_NOBODY = NewKey()

key = App(name="key", help="Make, list and revoke API keys.")


def migrate(
    *, phase: Phase = "", project: Project = HERE, data: Data = None, yes: Yes = False, json: AsJson = False
) -> int:
    """Show what the database lacks; bring it up to date with --yes. Exit 1 while something is pending."""
    from crossdock.bootstrap.commands import apply_migrations, pending_migrations

    where = place(project, data)
    if not yes:
        pending = finish(pending_migrations(where, phase))
        text = "\n".join([*pending, "apply them with --yes"]) if pending else "nothing is pending"
        shown = print_json({"pending": pending}) if json else print_text(text)
        return shown or (1 if pending else 0)
    applied = finish(apply_migrations(where, phase))
    return print_json({"applied": applied}) if json else print_text("\n".join(applied) or "nothing was pending")


def reprocess(
    *,
    partner: Annotated[str, Parameter(name="--partner", help="Only what this partner sent.")] = "",
    message: Annotated[str, Parameter(name="--message", help="Only this message, by its id.")] = "",
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="", help="Say what would become of them.")] = False,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Run messages that could not be used once more, after their map was mended. Exit 1 while some still cannot be."""
    from crossdock.bootstrap.reprocess import run_reprocess

    done = finish(run_reprocess(place(project, data), partner=partner, message=message, dry=dry_run))
    shown = print_json(done) if json else print_reprocessed(done)
    unused = [rerun for rerun in done.reruns if rerun.status not in ("accepted", "superseded")]
    return shown or (1 if unused else 0)


@key.command
def create(
    *,
    scope: ScopeNames,
    what: Annotated[NewKey, Parameter(name="*")] = FOR_NOBODY,
    because: Annotated[Because, Parameter(name="*")] = UNSAID,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Make a key and show it, this once."""
    from crossdock.bootstrap.commands import create_key

    of, whose = because, what.reach()
    options = KeyOptions(tuple(scope), what.partner, what.label, what.days, of.by, of.reason, what.customer, whose)
    text, kept = finish(create_key(place(project, data), options))
    return print_json({"key": text.reveal(), "prefix": kept.prefix}) if json else print_text(text.reveal())


@key.command(name="list")
def list_(*, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """List the keys there are, without the keys themselves."""
    from crossdock.bootstrap.commands import list_keys

    keys = finish(list_keys(place(project, data)))
    return print_json([_shown(one) for one in keys]) if json else print_keys(keys)


@key.command
def revoke(
    prefix: str,
    /,
    *,
    because: Annotated[Said, Parameter(name="*")],
    project: Project = HERE,
    data: Data = None,
    yes: Yes = False,
) -> int:
    """Stop a key at once. Needs --yes: a revoked key cannot be used again.

    Parameters
    ----------
    prefix
        The key's prefix, as `key list` shows it.
    """
    from crossdock.bootstrap.commands import revoke_key

    if not yes:
        print_text(f"would revoke {prefix}; do it with --yes")
        return 1
    if not finish(revoke_key(place(project, data), prefix, by=because.by, reason=because.reason)):
        return complain(f"no key with prefix {prefix} is in force: see crossdock key list")
    return print_text(f"{prefix} is revoked")


def _shown(kept: ApiKey) -> dict[str, object]:
    return {name: getattr(kept, name) for name in ApiKey.__struct_fields__ if name != "digest"}
