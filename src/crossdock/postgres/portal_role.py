"""On whose behalf the database is asked: for one transaction, one customer, in a role that may see nothing else."""

from __future__ import annotations

from crossdock.kernel.errors import Permanent
from crossdock.postgres.connection import Connection

ROLE = "crossdock_portal"

AS_CUSTOMER = "select set_config('crossdock.customer', %s, true)"
_AS_READER = "select set_config('role', 'crossdock_portal', true), set_config('crossdock.customer', %s, true)"
# For the end of a transaction that also does something of our own.
OURSELVES = "select set_config('role', 'none', true)"
# A superuser, and whoever may bypass it, sees every row whatever the policies say.
_ABOVE = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
_MAY = "select exists (select from pg_roles where rolname = %s and pg_has_role(current_user, oid, 'set'))"


class Reader:
    """Makes a transaction a customer's; the way to do so is found once."""

    def __init__(self) -> None:
        self._way = ""

    async def enter(self, connection: Connection, customer: str) -> None:
        """This transaction is this customer's from now on, and sees nothing else; empty is nobody's.

        Raises:
            Permanent: the database cannot keep customers apart.
        """
        if not self._way:
            self._way = await _way_in(connection)
        await connection.execute(self._way, (customer,))


async def _way_in(connection: Connection) -> str:
    """The role where we may enter it; without it the tables' own security, which holds for whoever is not above it."""
    may = await (await connection.execute(_MAY, (ROLE,))).fetchone()
    if may is not None and may[0]:
        return _AS_READER
    above = await (await connection.execute(_ABOVE)).fetchone()
    if above is None or above[0]:
        raise Permanent(
            f"this database user is above row-level security and cannot act as {ROLE}: create that role and grant it "
            "to the user, or connect as a user that is no superuser"
        )
    return AS_CUSTOMER
