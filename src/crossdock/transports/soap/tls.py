"""How a SOAP service and we prove to each other who we are."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from tempfile import NamedTemporaryFile

from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret


def tls_context(certificates: Sequence[str], identity: Secret | None) -> ssl.SSLContext:
    """`certificates` are trusted in place of the machine's authorities; `identity` is our key and certificate.

    Raises:
        Permanent: one of them cannot be read.
    """
    try:
        context = ssl.create_default_context(cadata="\n".join(certificates) or None)
    except (ssl.SSLError, ValueError) as error:
        raise Permanent("certificates cannot be read: give them in PEM") from error
    if identity is None:
        return context
    try:
        # The library takes a key from a file alone; this one only its owner can read, and it is gone at once.
        with NamedTemporaryFile(prefix="crossdock-", suffix=".pem") as file:
            file.write(identity.reveal().encode())
            file.flush()
            context.load_cert_chain(file.name)
    except (ssl.SSLError, OSError) as error:
        raise Permanent("soap_identity is not a private key without a passphrase and its certificate in PEM") from error
    return context
