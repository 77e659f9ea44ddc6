"""OpenAS2 on the loopback: another's AS2, with its own keystore, partnerships and folders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PBES,
    PKCS12Certificate,
    serialize_key_and_certificates,
)

from tests.interop.brokers import JARS
from tests.interop.servers import HOST, Server, free_port, listens, missing, program, serving

US, THEM = "CROSSDOCK", "OpenAS2"
STORE_PASSWORD = "loopback"


@dataclass(frozen=True, slots=True)
class OpenAs2:
    """A running OpenAS2: where it listens, what it was sent, what it is to send, and the receipts it was given."""

    folder: Path
    url: str
    server: Server

    @property
    def received(self) -> dict[str, bytes]:
        """Documents it has taken, by name."""
        return {path.name: path.read_bytes() for path in (self.folder / "inbox").rglob("*") if path.is_file()}

    def send(self, name: str, body: bytes) -> None:
        """Have it send a document to us."""
        part = self.folder / name
        part.write_bytes(body)
        part.replace(self.folder / "outbox" / name)

    def receipts(self) -> list[str]:
        """What it has kept of the receipts it got."""
        return [path.read_text(errors="replace") for path in (self.folder / "mdn").rglob("*") if path.is_file()]


@contextmanager
def openas2(folder: Path, our_url: str, ours: str, theirs: str, **agreed: str) -> Iterator[OpenAs2]:
    """Run it for a partnership with us. `ours` is our certificate, `theirs` its key and certificate, in PEM.

    `agreed` changes attributes of the partnership from it to us (`sign`, `encrypt`, `compression_type` …).
    """
    java = program("java", "default-jre-headless")
    jars = JARS / "openas2"
    if not list(jars.glob("openas2-server-*.jar")):
        missing("OpenAS2", "run `make test-interop`, which fetches its jars with Maven")
    for name in ("inbox", "outbox", "mdn", "pending", "temp", "errors"):
        (folder / name).mkdir()
    port = free_port()
    (folder / "store.p12").write_bytes(_store(ours, theirs))
    (folder / "partnerships.xml").write_text(_partnerships(our_url, f"http://{HOST}:{port}/", agreed))
    (folder / "commands.xml").write_text("<commands/>")
    (folder / "config.xml").write_text(_config(folder, port))
    log = "-Dorg.apache.commons.logging.Log=org.openas2.logging.Log"
    command = [java, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", log, "-cp", f"{jars}/*"]
    server = Server(
        [*command, "org.openas2.app.OpenAS2Server", str(folder / "config.xml")],
        folder / "openas2.out",
        lambda: listens(port),
    )
    with serving(server):
        yield OpenAs2(folder, f"http://{HOST}:{port}/", server)


def _store(ours: str, theirs: str) -> bytes:
    """Its keystore, ciphered as its library of 2020 can read it."""
    key = load_pem_private_key(theirs.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())
        .kdf_rounds(1000)
        .build(STORE_PASSWORD.encode())
    )
    known = PKCS12Certificate(x509.load_pem_x509_certificate(ours.encode()), b"us")
    own = x509.load_pem_x509_certificate(theirs.encode())
    return serialize_key_and_certificates(b"them", key, own, [known], encryption)


def _partnerships(our_url: str, their_url: str, agreed: dict[str, str]) -> str:
    return f"""<partnerships>
  <partner name="them" as2_id="{THEM}" x509_alias="them" email="them@localhost"/>
  <partner name="us" as2_id="{US}" x509_alias="us" email="us@localhost"/>
  {_partnership("them", "us", our_url, agreed)}
  {_partnership("us", "them", their_url, {})}
</partnerships>
"""


def _partnership(sender: str, receiver: str, url: str, agreed: dict[str, str]) -> str:
    attributes = {
        "protocol": "as2",
        "subject": "interop",
        "content_transfer_encoding": "binary",
        "compression_type": "NONE",
        "as2_url": url,
        "as2_mdn_to": f"{sender}@localhost",
        "as2_mdn_options": (
            "signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, SHA-256"
        ),
        "encrypt": "AES256",
        "sign": "SHA-256",
        "resend_max_retries": "1",
        **agreed,
    }
    lines = "\n".join(f'    <attribute name="{name}" value="{value}"/>' for name, value in attributes.items())
    return f"""<partnership name="{sender}-to-{receiver}">
    <sender name="{sender}"/>
    <receiver name="{receiver}"/>
{lines}
  </partnership>"""


def _config(folder: Path, port: int) -> str:
    module = "org.openas2.processor"
    return f"""<openas2>
  <certificates classname="org.openas2.cert.PKCS12CertificateFactory" filename="{folder}/store.p12"
    password="{STORE_PASSWORD}" interval="300"/>
  <partnerships classname="org.openas2.partner.XMLPartnershipFactory" filename="{folder}/partnerships.xml"
    defaultsender="{THEM}" interval="300"/>
  <loggers><logger classname="org.openas2.logging.ConsoleLogger"/></loggers>
  <commands classname="org.openas2.cmd.XMLCommandRegistry" filename="{folder}/commands.xml"/>
  <processor classname="{module}.DefaultProcessor" pendingMDN="{folder}/pending" pendingMDNinfo="{folder}/pending">
    <module classname="{module}.sender.AS2SenderModule" retries="0" connecttimeout="20000" readtimeout="30000"/>
    <module classname="{module}.sender.MDNSenderModule"/>
    <module classname="{module}.storage.MDNFileModule" filename="{folder}/mdn/$mdn.msg.headers.message-id$"
      protocol="as2" tempdir="{folder}/temp"/>
    <module classname="{module}.storage.MessageFileModule"
      filename="{folder}/inbox/$msg.content-disposition.filename$" protocol="as2" tempdir="{folder}/temp"/>
    <module classname="{module}.receiver.AS2ReceiverModule" address="{HOST}" port="{port}"
      errordir="{folder}/errors" errorformat="sender.as2_id, receiver.as2_id, headers.message-id"/>
    <module classname="{module}.receiver.AS2DirectoryPollingModule" outboxdir="{folder}/outbox"
      errordir="{folder}/errors" interval="1" delimiters="-." mimetype="application/edi-x12" sendfilename="true"
      format="attributes.filename" defaults="sender.as2_id={THEM}, receiver.as2_id={US}"/>
  </processor>
</openas2>
"""
