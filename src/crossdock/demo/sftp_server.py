"""Kestrel's own SFTP server: one user, by password, into two folders and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import asyncssh

from crossdock.demo.plan import SFTP_USER


class SftpServer:
    """Serves `root` with `in` (what Kestrel has for us) and `out` (what we have for it)."""

    def __init__(self, root: Path, host_key: Path, password: str) -> None:
        self._root = root
        self._host_key = host_key
        self._password = password
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def open(self, host: str, port: int) -> None:
        """Start listening."""
        for side in ("in", "out"):
            (self._root / side).mkdir(parents=True, exist_ok=True)
        self._acceptor = await asyncssh.listen(
            host,
            port,
            server_factory=lambda: _Guard(self._password),
            server_host_keys=[str(self._host_key)],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(self._root)),
            allow_scp=False,
        )

    async def close(self) -> None:
        """Stop listening; who is connected is cut off with the process."""
        if self._acceptor is not None:
            self._acceptor.close()
            await self._acceptor.wait_closed()


class _Guard(asyncssh.SSHServer):
    def __init__(self, password: str) -> None:
        self._password = password

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (SFTP_USER, self._password)


def make_host_key(file: Path) -> str:
    """Make the server a key of its own, kept in `file` and, as its partners pin it, in `file`.pub."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(file))
    key.write_public_key(f"{file}.pub")
    return key.export_public_key().decode().strip()
