"""Where a part of a cluster stands: the address others reach it at, and how a program is started there."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crossdock.runtime.engines.engine import Account
from crossdock.runtime.engines.loopback import HOST


class Station(msgspec.Struct, frozen=True):
    """A host, for whoever starts programs on it. `network` is the path of its network namespace; empty: this one."""

    address: str = HOST
    network: str = ""

    @property
    def entry(self) -> tuple[str, ...]:
        """What is said before a command, so that it runs there; its process id stays the one that was started."""
        return ("nsenter", f"--net={self.network}", "--") if self.network else ()

    def command(self, command: Sequence[str], account: Account | None) -> list[str]:
        """The whole command, for a program that runs there as `account`. Only root may enter, so it is left inside."""
        if not self.network or account is None:
            return [*self.entry, *command]
        who = (f"--setuid={account.uid}", f"--setgid={account.gid}")
        return [*self.entry[:-1], *who, "--", *command]

    def account(self, account: Account | None) -> Account | None:
        """As whom that command is to be started."""
        return None if self.network else account


HERE = Station()
