"""Our private key with its certificate, and the partners' certificates, from PEM text."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from crossdock.kernel.errors import Permanent


class Identity:
    """A private key with its certificate; the key never leaves this object but into a primitive."""

    def __init__(self, pem: str) -> None:
        """Raises: Permanent: not one RSA key and its certificate in PEM."""
        try:
            key = serialization.load_pem_private_key(_block(pem, "PRIVATE KEY"), None)
            self.certificate = certificate_of(pem)
        except (ValueError, TypeError) as error:
            raise Permanent(f"as2_identity is not a private key and its certificate in PEM: {error}") from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise Permanent("as2_identity holds no RSA key: AS2 partners encrypt for RSA keys only")
        if key.public_key() != self.certificate.public_key():
            raise Permanent("as2_identity: the certificate is not the one of the private key")
        self.key = key


def certificate_of(pem: str) -> x509.Certificate:
    """Raises: Permanent: no certificate in PEM."""
    try:
        return x509.load_pem_x509_certificate(_block(pem, "CERTIFICATE"))
    except ValueError as error:
        raise Permanent(f"a certificate cannot be read: give it in PEM ({error})") from error


def _block(pem: str, label: str) -> bytes:
    """The first PEM block of that kind in a text that may hold several."""
    begin = pem.find("-----BEGIN ")
    while begin >= 0:
        head = pem[begin : pem.find("\n", begin)]
        end = pem.find("-----END ", begin)
        if end < 0:
            break
        stop = pem.find("-----", end + 9) + 5
        if head.rstrip().removesuffix("-----").endswith(label):
            return pem[begin:stop].encode()
        begin = pem.find("-----BEGIN ", stop)
    raise ValueError(f"no {label} in it")
