"""One connection to a partner's SFTP server, opened when needed and again after it broke; the one door to asyncssh."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.sftp.settings import SftpSettings

KEEPALIVE_S = 15.0


class SftpCredentials:
    """What we log in with: a key goes before a password."""

    def __init__(self, key: Secret | None, passphrase: Secret | None, password: Secret | None) -> None:
        """Raises: Permanent: neither key nor password, or the key cannot be read."""
        if key is None and password is None:
            raise Permanent("no credential: give sftp_key or sftp_password under [secrets], as env:NAME or file:PATH")
        self.password = password.reveal() if password is not None else None
        try:
            self.keys = (
                [asyncssh.import_private_key(key.reveal(), passphrase.reveal() if passphrase is not None else None)]
                if key is not None
                else []
            )
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError) as error:
            raise Permanent(f"the secret sftp_key is no private key we can read: {error}") from error


class _Doorkeeper(asyncssh.SSHClient):
    """Remembers a host key that is not pinned, so that the refusal can say which one it was."""

    def __init__(self) -> None:
        self.stranger = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Asked only for keys that are not pinned: never."""
        self.stranger = f"{key.get_algorithm()} {key.get_fingerprint()}"
        return False


class SftpSession:
    """Safe for many tasks of one loop; `close` it at the end."""

    def __init__(self, settings: SftpSettings, credentials: SftpCredentials) -> None:
        """Raises: Permanent: a pinned host key cannot be read."""
        self.settings = settings
        self._credentials = credentials
        self._pinned = _public_keys(settings)
        self._opening = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    @asynccontextmanager
    async def client(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """A client for a few calls, together bounded by `timeout_s`; a connection that failed is not used again.

        Raises:
            Permanent: the server shows another key, does not let us in, or a folder is missing or closed to us.
            Transient: it cannot be reached, broke off, or took too long.
        """
        host = self.settings.host
        try:
            async with asyncio.timeout(self.settings.timeout_s):
                yield await self._opened()
        except asyncssh.SFTPPermissionDenied as error:
            raise Permanent(
                f"{host} does not let {self.settings.user} do that: {error.reason}; "
                "ask the partner for the right to read, write and rename in the folders of the partner file"
            ) from error
        except asyncssh.SFTPConnectionLost as error:
            await self.close()
            raise Transient(f"{host} broke off: {error.reason}") from error
        except asyncssh.SFTPError as error:
            raise Transient(f"{host} refused a file operation: {error.reason}") from error
        except asyncssh.PermissionDenied as error:
            raise Permanent(
                f"{host} does not let {self.settings.user} in: correct user or the secret, or give the partner our key"
            ) from error
        except TimeoutError as error:
            await self.close()
            raise Transient(f"{host} took longer than {self.settings.timeout_s:g} s") from error
        except (asyncssh.Error, OSError) as error:
            await self.close()
            raise Transient(f"no connection to {host}: {error}") from error

    async def close(self) -> None:
        """End the connection; the next call opens another."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()
            await connection.wait_closed()

    async def _opened(self) -> asyncssh.SFTPClient:
        async with self._opening:
            if self._client is None or self._connection is None or self._connection.is_closed():
                await self.close()
                # Noted before it has a client, so that `close` ends it when the server gives none.
                self._connection = await self._connected()
                self._client = await self._connection.start_sftp_client()
            return self._client

    async def _connected(self) -> asyncssh.SSHClientConnection:
        keeper = _Doorkeeper()
        settings = self.settings
        try:
            # Nothing of the machine's own account is used: no ~/.ssh/config, no agent, no keys lying about.
            return await asyncssh.connect(
                settings.host,
                settings.port,
                username=settings.user,
                password=self._credentials.password,
                client_keys=self._credentials.keys or None,
                known_hosts=(self._pinned, [], []),
                client_factory=lambda: keeper,
                config=None,
                agent_path=None,
                login_timeout=settings.timeout_s,
                keepalive_interval=KEEPALIVE_S,
            )
        except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
            shown = f"the key {keeper.stranger}" if keeper.stranger else "no key of a kind that is pinned"
            raise Permanent(
                f"{settings.host} shows {shown}, which host_keys of the partner file does not hold: nothing was sent. "
                "Ask the partner whether it changed its key; if so, put the new one (ssh-keyscan -p "
                f"{settings.port} {settings.host}, compared by fingerprint over another way) into host_keys"
            ) from error


def _public_keys(settings: SftpSettings) -> list[asyncssh.SSHKey]:
    try:
        return [asyncssh.import_public_key(key) for key in settings.host_keys]
    except (asyncssh.KeyImportError, ValueError) as error:
        raise Permanent(f"host_keys of {settings.host} holds a public key that cannot be read: {error}") from error
