"""One short conversation with a partner's FTP server; blocking, so it is held in a thread. The one door to ftplib."""

from __future__ import annotations

import contextlib
import ftplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.ftp.settings import FtpSettings

NOT_LOGGED_IN = "530"
# Latin-1 gives every byte back as it was: names are not decoded here, because servers agree on no encoding.
NAMES = "latin-1"


class _ReusingTls(ftplib.FTP_TLS):
    """FTP_TLS whose data connections continue the session of the control connection, which careful servers demand so
    that nobody else can pick up a transfer."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321  (encrypted just below)
        control = self.sock
        session = control.session if isinstance(control, ssl.SSLSocket) else None
        return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size


class FtpSession:
    """How to begin a conversation. Holds no connection between two."""

    def __init__(self, settings: FtpSettings, password: Secret) -> None:
        """Raises: Permanent: a certificate cannot be read."""
        self.settings = settings
        self._password = password
        try:
            self._context = ssl.create_default_context(cadata="\n".join(settings.certificates) or None)
        except (ssl.SSLError, ValueError) as error:
            raise Permanent(f"certificates of {settings.host} cannot be read: give them in PEM ({error})") from error
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2

    @contextmanager
    def conversation(self) -> Iterator[ftplib.FTP]:
        """A connection that is logged in, closed at the end.

        Raises:
            Permanent: the server cannot prove who it is, offers no encryption, or does not let us in.
            Transient: it cannot be reached, broke off, refused an operation, or took too long.
        """
        host, user = self.settings.host, self.settings.user
        ftp = self._made()
        try:
            ftp.connect(host, self.settings.port, timeout=self.settings.timeout_s)
            if isinstance(ftp, ftplib.FTP_TLS):
                self._secure(ftp)
            self._log_in(ftp)
            yield ftp
            with contextlib.suppress(*ftplib.all_errors):
                ftp.quit()
        except ssl.SSLCertVerificationError as error:
            raise Permanent(
                f"{host} shows a certificate that is not trusted ({error.verify_message}): nothing was sent; put the "
                "partner's certificate into certificates, after comparing it over another way"
            ) from error
        except ftplib.error_perm as error:
            raise Transient(f"{host} refused a file operation of {user}: {error}") from error
        except (ftplib.Error, EOFError, OSError) as error:
            raise Transient(f"no conversation with {host}: {str(error) or type(error).__name__}") from error
        finally:
            ftp.close()

    def _made(self) -> ftplib.FTP:
        if self.settings.insecure:
            return ftplib.FTP(encoding=NAMES)  # noqa: S321  (the partner file says that this server has nothing better)
        return _ReusingTls(context=self._context, encoding=NAMES)

    def _secure(self, ftp: ftplib.FTP_TLS) -> None:
        try:
            ftp.auth()
        except ftplib.error_perm as error:
            raise Permanent(
                f"{ftp.host} offers no encryption ({error}): no password was sent; ask the partner for TLS or SFTP, or "
                "say insecure = true if it has neither and you accept that all of it can be read on the way"
            ) from error

    def _log_in(self, ftp: ftplib.FTP) -> None:
        try:
            ftp.login(self.settings.user, self._password.reveal())
            if isinstance(ftp, ftplib.FTP_TLS):
                ftp.prot_p()
        except ftplib.error_perm as error:
            if str(error).startswith(NOT_LOGGED_IN):
                raise Permanent(
                    f"{ftp.host} does not let {self.settings.user} in: correct user or the secret ftp_password"
                ) from error
            raise
