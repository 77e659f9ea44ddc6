"""One short, blocking conversation with a mailbox or a post office. The one door to imaplib and smtplib."""

from __future__ import annotations

import contextlib
import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.mail.settings import MailSettings

OVERHEAD = 2
HEADERS_MAX = 64 * 1024
TRY_AGAIN_FIRST, TRY_AGAIN_LAST = 400, 499


class Mailbox(imaplib.IMAP4_SSL):
    """A conversation in which nothing longer than `literal_max` bytes is read, whatever the server announces."""

    literal_max = 0

    def read(self, size: int) -> bytes:
        """See `imaplib.IMAP4.read`."""
        if size > self.literal_max:
            raise self.abort(f"it sends {size} bytes, more than was asked for")
        return super().read(size)


class MailSession:
    """How to begin a conversation. Holds no connection between two."""

    def __init__(self, settings: MailSettings, password: Secret) -> None:
        """Raises: Permanent: a certificate cannot be read."""
        self.settings = settings
        self._password = password
        try:
            self._context = ssl.create_default_context(cadata="\n".join(settings.certificates) or None)
        except (ssl.SSLError, ValueError) as error:
            raise Permanent(f"certificates of {settings.imap_host} cannot be read: give them in PEM") from error

    @contextmanager
    def mailbox(self) -> Iterator[Mailbox]:
        """The inbox, open for reading and moving.

        Raises:
            Permanent: the server cannot prove who it is, does not let us in, or has no such folder.
            Transient: it cannot be reached, broke off, or took too long.
        """
        settings = self.settings
        try:
            box = Mailbox(settings.imap_host, settings.imap_port, ssl_context=self._context, timeout=settings.timeout_s)
        except ssl.SSLCertVerificationError as error:
            raise _untrusted(settings.imap_host, error) from error
        except (imaplib.IMAP4.error, OSError) as error:
            raise Transient(f"no connection to {settings.imap_host}: {error}") from error
        box.literal_max = mail_bytes_max(settings)
        try:
            self._enter(box)
            yield box
        except imaplib.IMAP4.abort as error:
            raise Transient(f"{settings.imap_host} broke off: {error}") from error
        except imaplib.IMAP4.error as error:
            raise Transient(f"{settings.imap_host} refused an operation: {error}") from error
        except OSError as error:
            raise Transient(f"no conversation with {settings.imap_host}: {error}") from error
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                box.logout()
            with contextlib.suppress(OSError):
                # A logout that failed has left the socket open.
                box.shutdown()

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over.

        Raises:
            Permanent: the server cannot prove who it is, does not let us in, or refuses this mail.
            Transient: it cannot be reached, broke off, or asks us to come later.
        """
        settings = self.settings
        host = settings.smtp_host
        try:
            with smtplib.SMTP_SSL(host, settings.smtp_port, timeout=settings.timeout_s, context=self._context) as post:
                post.login(settings.user, self._password.reveal())
                post.send_message(message, settings.our_address, [settings.their_address])
        except ssl.SSLCertVerificationError as error:
            raise _untrusted(host, error) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Permanent(f"{host} does not let {settings.user} in: correct user or mail_password") from error
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refused(host, code, text) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(host, error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Transient(f"no conversation with {host}: {error}; the same mail is sent again") from error

    def _enter(self, box: Mailbox) -> None:
        settings = self.settings
        try:
            box.login(settings.user, self._password.reveal())
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise Permanent(
                f"{settings.imap_host} does not let {settings.user} in: correct user or mail_password"
            ) from error
        answer, _ = box.select(f'"{settings.inbox}"')
        if answer != "OK":
            raise Permanent(f"{settings.imap_host} has no folder {settings.inbox}: correct inbox in the partner file")


def mail_bytes_max(settings: MailSettings) -> int:
    """How large a mail may be that carries files of the size agreed: base64 and headers add to it."""
    return OVERHEAD * settings.bytes_max + HEADERS_MAX


def _refused(host: str, code: int, text: bytes | str) -> Permanent | Transient:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if TRY_AGAIN_FIRST <= code <= TRY_AGAIN_LAST:
        return Transient(f"{host} takes the mail later ({code} {said})")
    return Permanent(f"{host} refused the mail ({code} {said}): correct the addresses, or ask who runs it")


def _untrusted(host: str, error: ssl.SSLCertVerificationError) -> Permanent:
    return Permanent(
        f"{host} shows a certificate that is not trusted ({error.verify_message}): no password was sent; put it into "
        "certificates, after comparing it over another way"
    )
