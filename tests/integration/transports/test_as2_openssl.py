"""Our cryptographic messages against another implementation: the openssl command, both ways."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from crossdock.transports.as2 import crypto
from crossdock.transports.as2.client import fresh_chance
from crossdock.transports.as2.identity import Identity
from crossdock.transports.as2.profile import Cipher, Digest
from tests.unit.transports.as2.made import NOW, X12, identity

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not on this machine")

US = Identity(identity("us"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with our key and the content."""
    (tmp_path / "us.pem").write_text(identity("us"))
    (tmp_path / "content").write_bytes(X12)
    return tmp_path


def openssl(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(["openssl", "cms", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout


@pytest.mark.parametrize("digest", list(Digest))
def test_openssl_verifies_what_we_sign(folder: Path, digest: Digest) -> None:
    (folder / "signature").write_bytes(crypto.sign(X12, US, digest))
    content = openssl(
        folder, "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content", "-CAfile", "us.pem",
        "-purpose", "any", "-attime", str(int(NOW.timestamp())),
    )  # fmt: skip
    assert content == X12


@pytest.mark.parametrize(("name", "digest"), [("sha256", Digest.SHA256), ("sha512", Digest.SHA512)])
@pytest.mark.parametrize("more", [(), ("-keyopt", "rsa_padding_mode:pss"), ("-noattr",), ("-keyid",)], ids=str)
@pytest.mark.proves("PF-18")
def test_we_verify_what_openssl_signs(folder: Path, name: str, digest: Digest, more: tuple[str, ...]) -> None:
    signature = openssl(
        folder, "-sign", "-binary", "-in", "content", "-signer", "us.pem", "-md", name, "-outform", "DER", *more
    )
    assert crypto.verify(X12, signature, (US.certificate,), (digest,), NOW) is digest


@pytest.mark.parametrize("cipher", list(Cipher))
def test_openssl_decrypts_what_we_encrypt(folder: Path, cipher: Cipher) -> None:
    chance = fresh_chance(cipher)
    sealed = crypto.encrypt(X12, US.certificate, cipher, chance.key, chance.vector)
    (folder / "sealed").write_bytes(sealed)
    assert openssl(folder, "-decrypt", "-binary", "-inform", "DER", "-in", "sealed", "-inkey", "us.pem") == X12


@pytest.mark.parametrize(
    ("name", "cipher"), [("aes128", Cipher.AES128), ("aes256", Cipher.AES256), ("des3", Cipher.TRIPLE_DES)]
)
def test_we_decrypt_what_openssl_encrypts(folder: Path, name: str, cipher: Cipher) -> None:
    sealed = openssl(folder, "-encrypt", "-binary", "-in", "content", f"-{name}", "-outform", "DER", "us.pem")
    assert crypto.decrypt(sealed, (US,), (cipher,)) == X12


def test_we_decrypt_a_key_sealed_with_oaep(folder: Path) -> None:
    sealed = openssl(
        folder, "-encrypt", "-binary", "-in", "content", "-aes256", "-outform", "DER",
        "-recip", "us.pem", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256",
    )  # fmt: skip
    assert crypto.decrypt(sealed, (US,), (Cipher.AES256,)) == X12
