"""The link between two borders over TLS: facts cross with papers of the common authority, and nobody comes without."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crossdock.runtime.doctor import Neighbours, Patient, examine
from crossdock.runtime.engines.border import Border, Papers
from crossdock.runtime.engines.loopback import HOST, free_ports
from tests.integration.jetstream.test_cells import PATIENCE_S, Cell, arrived, opened

Made = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]
DAY = timedelta(days=1)


def certificate(name: str, signer: Made | None = None) -> Made:
    """One for this address, signed by another or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer[0].subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
    )
    return builder.sign(signer[1] if signer else key, hashes.SHA256()), key


def papers(name: str, authority: Made, trusted: Made | None = None) -> Papers:
    """Papers signed by one authority, of whoever trusts it or another."""
    own, key = certificate(name, authority)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Papers(
        own.public_bytes(pem).decode(),
        private.decode(),
        (trusted or authority)[0].public_bytes(pem).decode(),
    )


async def test_facts_cross_over_tls_with_papers_of_the_common_authority(tmp_path: Path) -> None:
    authority, port = certificate("authority"), free_ports(("leaf",))["leaf"]
    async with AsyncExitStack() as stack:
        listening = Border("eu", listen=f"{HOST}:{port}", password="secret", papers=papers("eu", authority))
        eu = await opened(stack, tmp_path, listening, "us")
        link = f"nats-leaf://cell:secret@{HOST}:{port}"
        us = await opened(stack, tmp_path, Border("us", links=(link,), papers=papers("us", authority)), "eu")
        there, here = [eu.log.happens("shipment.planned")], [us.log.happens("shipment.planned")]
        await asyncio.gather(eu.cross(), us.cross())
        await arrived(us, there)
        await arrived(eu, here)
        assert await is_linked(us)
        assert (tmp_path / "eu" / "key.pem").stat().st_mode & 0o777 == 0o600
        said = await greeted(port)
        assert (said["tls_required"], said["tls_verify"]) == (True, True)
        with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
            await entered_without_papers(port)


@pytest.mark.parametrize(
    "strange",
    [
        lambda authority, other: papers("us", other, authority),
        lambda authority, other: papers("us", authority, other),
        lambda authority, other: None,
    ],
    ids=["papers of another authority", "trusts another authority", "no papers"],
)
async def test_a_neighbour_that_cannot_show_or_does_not_know_papers_is_not_linked(
    tmp_path: Path, strange: Callable[[Made, Made], Papers | None]
) -> None:
    authority, other, port = certificate("authority"), certificate("other"), free_ports(("leaf",))["leaf"]
    async with AsyncExitStack() as stack:
        listening = Border("eu", listen=f"{HOST}:{port}", password="secret", papers=papers("eu", authority))
        await opened(stack, tmp_path, listening, "us")
        link = f"nats-leaf://cell:secret@{HOST}:{port}"
        going = Border("us", links=(link,), papers=strange(authority, other))
        us = await opened(stack, tmp_path, going, "eu")
        async with asyncio.timeout(PATIENCE_S):
            while not refused(tmp_path):
                assert not await is_linked(us)
        assert not await is_linked(us)


async def is_linked(cell: Cell) -> bool:
    """What the doctor of a cell says of its links."""
    checks = await examine(Patient(neighbours=Neighbours(cell.monitor_url, cell.region, linked=True)))
    return {check.name: check.ok for check in checks}["cells.links"]


def refused(folder: Path) -> bool:
    """Whether either side has said that it does not take the other."""
    logs = [(folder / region / "nats.log").read_text().lower() for region in ("eu", "us")]
    return any("tls" in log and "error" in log for log in logs)


async def greeted(port: int) -> dict[str, object]:
    """What a border says before anything is encrypted."""
    reader, writer = await asyncio.open_connection(HOST, port)
    line = await reader.readline()
    writer.close()
    said: dict[str, object] = json.loads(line.removeprefix(b"INFO "))
    return said


async def entered_without_papers(port: int) -> None:
    """Encrypted, but with no certificate to show; the refusal comes with the first answer."""
    reader, writer = await asyncio.open_connection(HOST, port)
    await reader.readline()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with asyncio.timeout(PATIENCE_S):
        await writer.start_tls(context)
        await reader.readexactly(1)
