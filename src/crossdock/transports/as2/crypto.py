"""Cryptographic Message Syntax (RFC 5652, 3274): sign, verify, encrypt, decrypt, compress. Bytes in, bytes out.

The one door to asn1crypto; cryptography does the arithmetic. Whoever signed must hold a key we were given the
certificate of: no chain is followed, no certificate that came with a message is believed.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms, core  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.serialization import pkcs7

from crossdock.kernel.errors import Permanent
from crossdock.transports.as2.faults import As2Fault, Modifier
from crossdock.transports.as2.identity import Identity
from crossdock.transports.as2.profile import Cipher, Digest

HASHES: dict[Digest, hashes.HashAlgorithm] = {
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA384: hashes.SHA384(),
    Digest.SHA512: hashes.SHA512(),
    Digest.SHA1: hashes.SHA1(),  # noqa: S303  (only where the partner file allows it)
}
_DIGEST_OIDS = {"sha1": Digest.SHA1, "sha256": Digest.SHA256, "sha384": Digest.SHA384, "sha512": Digest.SHA512}
_CIPHER_OIDS = {
    "aes128_cbc": Cipher.AES128,
    "aes192_cbc": Cipher.AES192,
    "aes256_cbc": Cipher.AES256,
    "tripledes_3key": Cipher.TRIPLE_DES,
}
_KEY_BYTES = {Cipher.AES128: 16, Cipher.AES192: 24, Cipher.AES256: 32, Cipher.TRIPLE_DES: 24}
BLOCK_BITS = {Cipher.TRIPLE_DES: 64}


def digest_of(data: bytes, digest: Digest) -> bytes:
    """The digest of these bytes."""
    state = hashes.Hash(HASHES[digest])
    state.update(data)
    return state.finalize()


def sign(data: bytes, identity: Identity, digest: Digest) -> bytes:
    """A detached signature in DER over exactly these bytes, with our certificate in it."""
    algorithm = HASHES[digest]
    if digest is Digest.SHA1:
        return _sign_sha1(data, identity)
    assert isinstance(algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(identity.certificate, identity.key, algorithm)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    return builder.sign(serialization.Encoding.DER, options)


def verify(
    data: bytes, signature: bytes, trusted: Sequence[x509.Certificate], allowed: Sequence[Digest], now: datetime
) -> Digest:
    """Check a detached signature over these bytes; returns the digest it was made with.

    Raises:
        As2Fault: not by a trusted certificate in force, not over these bytes, or with a digest that is not allowed.
    """
    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        if not isinstance(signed, cms.SignedData) or len(signed["signer_infos"]) != 1:
            raise As2Fault(Modifier.AUTHENTICATION_FAILED, "the signature is not one by one signer: sign once")
        signer = signed["signer_infos"][0]
        certificate = _signer_certificate(signer, trusted, now)
        digest = _DIGEST_OIDS.get(signer["digest_algorithm"]["algorithm"].native)
        if digest is None or digest not in allowed:
            names = ", ".join(allowed)
            raise As2Fault(Modifier.AUTHENTICATION_FAILED, f"sign with one of the digests agreed: {names}")
        signed_bytes = _what_was_signed(signer, data, digest)
        _check(certificate, signer["signature"].native, signed_bytes, signer, digest)
    except (ValueError, TypeError, KeyError, InvalidSignature) as error:
        raise As2Fault(
            Modifier.AUTHENTICATION_FAILED, "the signature does not hold: sign with the key of the agreed certificate"
        ) from error
    return digest


def encrypt(data: bytes, certificate: x509.Certificate, cipher: Cipher, session_key: bytes, vector: bytes) -> bytes:
    """EnvelopedData in DER for the holder of this certificate. `session_key` and `vector` are fresh random bytes."""
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise Permanent(
            "the partner's certificate holds no RSA key: ask for one with an RSA key, or say encrypt = false"
        )
    padder = padding.PKCS7(BLOCK_BITS.get(cipher, 128)).padder()
    encryptor = _block_cipher(cipher, session_key, vector).encryptor()
    sealed = encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()
    own = cms.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    recipient = cms.KeyTransRecipientInfo(
        {
            "version": "v0",
            "rid": cms.RecipientIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
            ),
            "key_encryption_algorithm": {"algorithm": "rsaes_pkcs1v15", "parameters": core.Null()},
            "encrypted_key": public.encrypt(session_key, rsa_padding.PKCS1v15()),
        }
    )
    oid = next(name for name, known in _CIPHER_OIDS.items() if known is cipher)
    enveloped = cms.EnvelopedData(
        {
            "version": "v0",
            "recipient_infos": [cms.RecipientInfo(name="ktri", value=recipient)],
            "encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": {"algorithm": oid, "parameters": core.OctetString(vector)},
                "encrypted_content": sealed,
            },
        }
    )
    return bytes(cms.ContentInfo({"content_type": "enveloped_data", "content": enveloped}).dump())


def session_bytes(cipher: Cipher) -> tuple[int, int]:
    """How many random bytes `encrypt` needs: for the key, for the vector."""
    return _KEY_BYTES[cipher], BLOCK_BITS.get(cipher, 128) // 8


def decrypt(enveloped: bytes, identities: Sequence[Identity], allowed: Sequence[Cipher]) -> bytes:
    """What was encrypted for one of these identities.

    Raises:
        As2Fault: not for us, with a cipher that is not allowed, or damaged. One text for all damage, so that nobody can
            learn about the key from our answers.
    """
    try:
        content = cms.ContentInfo.load(enveloped, strict=True)["content"]
        if not isinstance(content, cms.EnvelopedData):
            raise As2Fault(Modifier.DECRYPTION_FAILED, "the message says it is encrypted and is not")
        info = content["encrypted_content_info"]
        algorithm = info["content_encryption_algorithm"]
        cipher = _CIPHER_OIDS.get(algorithm["algorithm"].native)
        if cipher is None or cipher not in allowed:
            names = ", ".join(allowed)
            raise As2Fault(Modifier.DECRYPTION_FAILED, f"encrypt with one of the ciphers agreed: {names}")
        key = _session_key(content["recipient_infos"], identities)
        decryptor = _block_cipher(cipher, key, algorithm["parameters"].native).decryptor()
        unpadder = padding.PKCS7(BLOCK_BITS.get(cipher, 128)).unpadder()
        padded = decryptor.update(info["encrypted_content"].native) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except (ValueError, TypeError, KeyError) as error:
        raise As2Fault(
            Modifier.DECRYPTION_FAILED, "the message cannot be decrypted: encrypt it for our present certificate"
        ) from error


def compress(data: bytes) -> bytes:
    """CompressedData in DER (RFC 3274)."""
    compressed = cms.CompressedData(
        {
            "version": "v0",
            "compression_algorithm": {"algorithm": "zlib"},
            "encap_content_info": {"content_type": "data", "content": zlib.compress(data)},
        }
    )
    return bytes(cms.ContentInfo({"content_type": "compressed_data", "content": compressed}).dump())


def decompress(data: bytes, bytes_max: int) -> bytes:
    """What was compressed, of at most `bytes_max`.

    Raises:
        As2Fault: no CompressedData with zlib, damaged, or larger.
    """
    try:
        content = cms.ContentInfo.load(data, strict=True)["content"]
        if not isinstance(content, cms.CompressedData):
            raise As2Fault(Modifier.DECOMPRESSION_FAILED, "the message says it is compressed and is not")
        inflater = zlib.decompressobj()
        plain = inflater.decompress(content["encap_content_info"]["content"].native, bytes_max)
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise As2Fault(Modifier.DECOMPRESSION_FAILED, "the compressed content is damaged: send it again") from error
    if not inflater.eof:
        raise As2Fault(Modifier.DECOMPRESSION_FAILED, f"the content is cut off or larger than {bytes_max} bytes")
    return plain


def kind_of(data: bytes) -> str:
    """What a CMS object is (`enveloped_data`, `compressed_data`, `signed_data` …); empty when it is none."""
    try:
        return str(cms.ContentInfo.load(data)["content_type"].native)
    except (ValueError, TypeError):
        return ""


def _signer_certificate(signer: cms.SignerInfo, trusted: Sequence[x509.Certificate], now: datetime) -> x509.Certificate:
    for certificate in trusted:
        own = cms.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
        sid = signer["sid"]
        same = (
            sid.chosen["issuer"] == own.issuer and sid.chosen["serial_number"].native == own.serial_number
            if sid.name == "issuer_and_serial_number"
            else sid.chosen.native == own.key_identifier
        )
        if same:
            if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
                until = certificate.not_valid_after_utc.date()
                raise As2Fault(
                    Modifier.AUTHENTICATION_FAILED, f"the certificate is not in force (until {until}): agree a new one"
                )
            return certificate
    raise As2Fault(Modifier.AUTHENTICATION_FAILED, "signed with a certificate that was not agreed: send it to us first")


def _what_was_signed(signer: cms.SignerInfo, data: bytes, digest: Digest) -> bytes:
    """The attributes with the digest of the data in them, or the data itself (RFC 5652 §5.4)."""
    attributes = signer["signed_attrs"]
    if not attributes:
        return data
    found = {attribute["type"].native: attribute["values"] for attribute in attributes}
    if found["content_type"][0].native != "data":
        raise ValueError("the signed content type is not data")
    if not hmac.compare_digest(found["message_digest"][0].native, digest_of(data, digest)):
        raise As2Fault(
            Modifier.INTEGRITY_CHECK_FAILED,
            "the content is not what was signed: it was changed on the way, send it again",
        )
    return bytes(attributes.untag().dump())


def _check(
    certificate: x509.Certificate, signature: bytes, signed: bytes, signer: cms.SignerInfo, digest: Digest
) -> None:
    public, algorithm = certificate.public_key(), HASHES[digest]
    if isinstance(public, rsa.RSAPublicKey):
        if signer["signature_algorithm"].signature_algo == "rsassa_pss":
            pss = rsa_padding.PSS(rsa_padding.MGF1(algorithm), rsa_padding.PSS.AUTO)
            public.verify(signature, signed, pss, algorithm)
        else:
            public.verify(signature, signed, rsa_padding.PKCS1v15(), algorithm)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, signed, ec.ECDSA(algorithm))
    else:
        raise As2Fault(Modifier.AUTHENTICATION_FAILED, "the agreed certificate holds neither an RSA nor an EC key")


def _session_key(recipients: cms.RecipientInfos, identities: Sequence[Identity]) -> bytes:
    for identity in identities:
        own = cms.Certificate.load(identity.certificate.public_bytes(serialization.Encoding.DER))
        for recipient in recipients:
            if recipient.name != "ktri":
                continue
            rid = recipient.chosen["rid"]
            same = (
                rid.chosen["issuer"] == own.issuer and rid.chosen["serial_number"].native == own.serial_number
                if rid.name == "issuer_and_serial_number"
                else rid.chosen.native == own.key_identifier
            )
            if same:
                return _unwrapped(recipient.chosen, identity.key)
    raise As2Fault(Modifier.DECRYPTION_FAILED, "not encrypted for our certificate: use the one we sent you last")


def _unwrapped(recipient: cms.KeyTransRecipientInfo, key: rsa.RSAPrivateKey) -> bytes:
    algorithm = recipient["key_encryption_algorithm"]
    sealed = recipient["encrypted_key"].native
    if algorithm["algorithm"].native == "rsaes_oaep":
        name = algorithm["parameters"]["hash_algorithm"]["algorithm"].native
        chosen = HASHES[_DIGEST_OIDS[name]]
        return key.decrypt(sealed, rsa_padding.OAEP(rsa_padding.MGF1(chosen), chosen, None))
    # OpenSSL answers wrong padding with a random key, so what follows fails the same way whatever was wrong.
    return key.decrypt(sealed, rsa_padding.PKCS1v15())


def _block_cipher(cipher: Cipher, key: bytes, vector: bytes) -> BlockCipher[modes.CBC]:
    algorithm = TripleDES(key) if cipher is Cipher.TRIPLE_DES else AES(key)
    return BlockCipher(algorithm, modes.CBC(vector))


def _sign_sha1(data: bytes, identity: Identity) -> bytes:
    """The builder of cryptography refuses SHA-1, rightly; a partner that knows nothing else has said so."""
    own = cms.Certificate.load(identity.certificate.public_bytes(serialization.Encoding.DER))
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [digest_of(data, Digest.SHA1)]},
        ]
    )
    signature = identity.key.sign(attributes.dump(), rsa_padding.PKCS1v15(), HASHES[Digest.SHA1])
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            name="issuer_and_serial_number",
            value=cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
        ),
        "digest_algorithm": {"algorithm": "sha1"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
        "signature": signature,
    }
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha1"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [own],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
