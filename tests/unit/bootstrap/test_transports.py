"""The `[transport]` table of a partner file: what may be chosen, and everything wrong with it told at once."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import asyncssh
import msgspec
import pytest

from crossdock.bootstrap.offline.check import check_project
from crossdock.bootstrap.project import PartnerConfig, Project, read_project
from crossdock.bootstrap.reading import ConfigurationError
from crossdock.bootstrap.transports import TRANSPORTS
from crossdock.ports.connector import Limits, Manifest, Resolution
from crossdock.postgres.legacy_view import DatabaseViewSettings
from crossdock.transports.as2.profile import As2Settings
from crossdock.transports.ftp.settings import FtpSettings
from crossdock.transports.settings import FolderSettings
from crossdock.transports.sftp.settings import SftpSettings
from tests.house.sources import ROOT
from tests.integration.transports.soap_server import wsdl
from tests.unit.transports.as2.made import certificate, identity

FILES = Manifest("files", "Files", ("CAR",), (), (), Resolution.PERSON, Limits(), "made for this test")
CARRIER = 'role = "CAR"\nconnector = "files"\n'
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
SFTP = f'[transport]\nkind = "sftp"\nhost = "sftp.example"\nuser = "hub"\nhost_keys = ["{HOST_KEY}"]\n'
AS2 = (
    '[transport]\nkind = "as2"\nurl = "https://p.example/as2"\nas2_from = "HUB"\nas2_to = "P"\n'
    f'certificates = ["""{certificate(identity("them"))}"""]\n'
)


def read(folder: Path, text: str, **variables: str) -> Project:
    (folder / "partners").mkdir()
    (folder / "partners" / "p.toml").write_text(CARRIER + text)
    return read_project(folder, {"files": FILES}, variables, today=date(2026, 11, 21))


def partner(folder: Path, text: str, **variables: str) -> PartnerConfig:
    (config,) = read(folder, text, **variables).partners
    return config


def problems(folder: Path, text: str, **variables: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read(folder, text, **variables)
    return [str(problem) for problem in caught.value.problems]


def test_without_a_table_the_connector_decides(tmp_path: Path) -> None:
    assert partner(tmp_path, "").transport is None


def test_a_folder_needs_nothing(tmp_path: Path) -> None:
    assert partner(tmp_path, '[transport]\nkind = "folder"\npattern = "*.edi"\n').transport == FolderSettings(
        pattern="*.edi"
    )


def test_sftp_is_read_with_its_secret(tmp_path: Path) -> None:
    config = partner(tmp_path, f'{SFTP}[secrets]\nsftp_password = "env:PW"\n', PW="p")
    assert config.transport == SftpSettings(kind="sftp", host="sftp.example", user="hub", host_keys=(HOST_KEY,))


def test_as2_is_read_with_its_identity(tmp_path: Path) -> None:
    config = partner(tmp_path, f'{AS2}[secrets]\nas2_identity = "env:ID"\n', ID=identity("us"))
    assert isinstance(config.transport, As2Settings)
    assert (config.transport.as2_to, config.transport.sign) == ("P", True)


def test_ftp_is_encrypted_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    text = '[transport]\nkind = "ftp"\nhost = "ftp.example"\nuser = "hub"\n[secrets]\nftp_password = "env:PW"\n'
    assert partner(tmp_path, text, PW="p").transport == FtpSettings(kind="ftp", host="ftp.example", user="hub")
    assert not FtpSettings(kind="ftp", host="ftp.example", user="hub").insecure


VIEW = (
    '[transport]\nkind = "database_view"\nview = "erp.moves"\nkey = "id"\nlegacy_until = {day}\n'
    '[secrets]\ndatabase_url = "env:URL"\n'
)


def test_a_database_view_is_read_until_its_day_and_refused_after_it(tmp_path: Path) -> None:
    config = partner(tmp_path, VIEW.format(day="2026-11-21"), URL="postgresql://x")
    assert isinstance(config.transport, DatabaseViewSettings)
    assert config.transport.legacy_until == date(2026, 11, 21)
    (tmp_path / "late").mkdir()
    (told,) = problems(tmp_path / "late", VIEW.format(day="2026-11-20"), URL="postgresql://x")
    assert "was allowed until 2026-11-20 and is refused now" in told


def test_a_database_view_without_a_last_day_is_no_configuration(tmp_path: Path) -> None:
    told = problems(tmp_path, VIEW.replace("legacy_until = {day}\n", ""), URL="postgresql://x")
    assert told == ["partners/p.toml:3: transport: legacy_until is missing: add it"]


def test_a_wsdl_lies_in_the_project(tmp_path: Path) -> None:
    text = '[transport]\nkind = "soap"\nurl = "https://p.example/soap"\nwsdl = "../secret.wsdl"\n'
    assert "transport.wsdl" in problems(tmp_path, text)[0]


SOAP = (
    'role = "CAR"\nconnector = "xml_file"\n[transport]\nkind = "soap"\nurl = "https://p.example/freight"\n'
    'wsdl = "freight.wsdl"\n'
)
SUBMIT = 'port = "New"\noperation = "Submit"\ndocument_in = "Document"\n'


def checked(folder: Path, text: str) -> list[str]:
    """What `crossdock check` says of a partner with a SOAP service."""
    for name, body in {"crossdock.toml": b"", "partners/p.toml": text.encode(), "freight.wsdl": wsdl()}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(body)
    return [str(problem) for problem in check_project(folder, {"PW": "right"}).problems]


@pytest.mark.parametrize(
    "more", ['port = "Old"', 'service = "Freight"\nport = "New"', f'{SUBMIT}values = {{ Channel = "a" }}']
)
def test_a_soap_service_that_can_be_called_is_fine(tmp_path: Path, more: str) -> None:
    assert checked(tmp_path, SOAP + more) == []


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (SOAP, "3: transport:", "port is not named: the WSDL has New, Old"),
        (f'{SOAP}port = "Newer"', "3: transport:", "port Newer: the WSDL has New, Old"),
        (f'{SOAP}port = "Old"\nservice = "F"', "3: transport:", "service F: the WSDL has Freight"),
        (
            f'{SOAP}port = "Old"\noperation = "Book"',
            "3: transport:",
            "operation Book: the WSDL has BookLoad, S",
        ),
        (f'{SOAP}port = "Old"\ndocument_in = "x"', "3: transport:", "operation is missing"),
        (f"{SOAP}{SUBMIT}", "3: transport:", "Submit also needs Channel: add them under values"),
        (
            f"{SOAP}{SUBMIT.replace('Doc', 'D')}",
            "3: transport:",
            "has no parameter Dument: by the WSDL it",
        ),
        (f'{SOAP}port = "Old"\nstatus_in = "Status"', "3: transport:", "status_in and status_ok belong together"),
        (f'{SOAP}port = "Old"\nusername = "hub"', "3: transport:", "add soap_password under [secrets]"),
        (f'{SOAP}port = "Old"\n[secrets]\nsoap_identity = "env:PW"', "3: transport:", "soap_identity is not a private"),
        (
            SOAP.replace("freight.wsdl", "gone.wsdl"),
            "3: transport:",
            "gone.wsdl cannot be read: put the partner's",
        ),
        (SOAP.replace("freight.wsdl", "crossdock.toml"), "3: transport:", "crossdock.toml is no WSDL"),
        (SOAP.replace('wsdl = "freight.wsdl"', ""), "3: transport:", "wsdl is missing: add it"),
        (f'{SOAP}port = "Old"\nport_name = "x"', "8: transport.port_name:", "unknown key port_name"),
        (SOAP.replace("xml_file", "x12"), "4: transport.kind:", "connector x12 does not speak over it"),
    ],
)
def test_an_incomplete_soap_service_is_refused_at_its_line(tmp_path: Path, text: str, place: str, told: str) -> None:
    problems = checked(tmp_path, text)
    assert any(line.startswith(f"partners/p.toml:{place}") and told in line for line in problems), problems


def test_the_files_of_the_guide_are_fine(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "guides" / "soap.md").read_text()
    files = dict(re.findall(r"^`((?:partners|maps)/[^`]+)`:\n\n```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    assert sorted(files) == ["maps/acme/tender.toml", "partners/acme.toml"]
    for name, text in {**files, "crossdock.toml": "", "wsdl/freight.wsdl": wsdl().decode()}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert check_project(tmp_path, {"ACME_PASSWORD": "right"}).problems == ()


def test_a_password_is_not_sent_where_everybody_reads_it(tmp_path: Path) -> None:
    text = f'{SOAP}port = "Old"\nusername = "hub"\npassword_digest = false\n[secrets]\nsoap_password = "env:PW"\n'
    assert checked(tmp_path, text) == []
    assert any("use https" in line for line in checked(tmp_path, text.replace("https", "http")))


def test_a_kind_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, '[transport]\nkind = "fax"\n')
    assert told == f"partners/p.toml:4: transport.kind: no transport fax; there are: {', '.join(sorted(TRANSPORTS))}"


def test_everything_wrong_with_a_table_is_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, '[transport]\nkind = "sftp"\nhosst = "x"\nhost_keys = []\nport = 0\nuser = "hub"\n')
    assert {line.partition(": ")[2].partition(": ")[0] for line in told} == {
        "transport.hosst",
        "transport.port",
        "transport",
    }
    assert any("host is missing" in line for line in told)
    assert any("add sftp_key or sftp_password under [secrets]" in line for line in told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SFTP.replace(HOST_KEY, "ssh-ed25519 AAAA"), "public key that cannot be read"),
        (SFTP.replace(HOST_KEY, "sftp.example"), "is no public key"),
        (SFTP.replace(f'"{HOST_KEY}"', ""), "ask the partner for the public key"),
    ],
)
def test_a_host_key_that_pins_nothing_is_refused_before_anything_starts(tmp_path: Path, text: str, told: str) -> None:
    (line,) = problems(tmp_path, f'{text}[secrets]\nsftp_password = "env:PW"\n', PW="p")
    assert told in line


def test_a_key_and_a_certificate_that_do_not_belong_together_are_told(tmp_path: Path) -> None:
    mixed = identity("us").partition("-----BEGIN CERTIFICATE")[0] + certificate(identity("them"))
    (line,) = problems(tmp_path, f'{AS2}[secrets]\nas2_identity = "env:ID"\n', ID=mixed)
    assert "the certificate is not the one of the private key" in line


def test_a_secret_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, f'{SFTP}[secrets]\nsftp_key = "env:NONE"\n')
    assert "the environment variable NONE is not set" in line


@pytest.mark.parametrize("kind", sorted(TRANSPORTS))
def test_every_kind_calls_itself_by_its_name_and_says_what_its_keys_mean(kind: str) -> None:
    settings = TRANSPORTS[kind].settings
    (field,) = (one for one in msgspec.structs.fields(settings) if one.name == "kind")
    assert msgspec.convert(kind, field.type) == kind
    assert settings.__doc__
