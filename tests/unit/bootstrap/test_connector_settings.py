"""A partner's settings are held against its connector's, key by key, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.project import PartnerConfig, read_project
from crossdock.bootstrap.reading import ConfigurationError

CARRIER = 'role = "CAR"\nconnector = "x12"\n'


def partner(folder: Path, text: str) -> PartnerConfig:
    (folder / "partners").mkdir()
    (folder / "partners" / "nvtr.toml").write_text(text)
    (config,) = read_project(folder, MANIFESTS, {}).partners
    return config


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            'isa_sendr = "A"',
            "partners/nvtr.toml:4: settings.isa_sendr: connector x12 has no setting isa_sendr; did",
        ),
        ("isa_sender = 7", "partners/nvtr.toml:4: settings.isa_sender: Expected str, got int"),
        ('validate = "sloppy"', "partners/nvtr.toml:4: settings.validate: Invalid enum value 'sloppy'"),
    ],
)
def test_a_setting_the_connector_does_not_take_is_told_with_its_line(tmp_path: Path, settings: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        partner(tmp_path, f"{CARRIER}[settings]\n{settings}\n")
    assert str(caught.value.problems[0]).startswith(told)


def test_all_that_is_wrong_with_settings_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        partner(tmp_path, f'{CARRIER}[settings]\nusage = 1\nscac = 2\n[settings.sites]\nA = 3\nB = "WH-B"\n')
    keys = [(problem.line, problem.key) for problem in caught.value.problems]
    assert keys == [(4, "settings.usage"), (5, "settings.scac"), (7, "settings.sites.A")]


@pytest.mark.parametrize("setting", ['auth = "hmac"', 'folder_in = "/data/in"', 'signature_header = "x-sig"'])
def test_what_doors_and_transports_read_may_stand_in_any_partner_file(tmp_path: Path, setting: str) -> None:
    assert partner(tmp_path, f"{CARRIER}[settings]\n{setting}\n").partner.settings


def test_a_partner_file_says_whom_to_ask_what_was_agreed_and_what_is_expected(tmp_path: Path) -> None:
    text = CARRIER + (
        '[contact]\nname = "Ada"\nemail = "edi@nvtr.example"\n[slo]\nanswer_within_h = 2\n'
        '[expected]\ndocuments = ["214", "990"]\n'
    )
    profile = partner(tmp_path, text).profile
    assert profile.contact.is_reachable
    assert (profile.slo.words, profile.expected.documents) == ("answer within 2 h", ("214", "990"))


def test_hours_before_they_begin_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="slo: hours count from 0"):
        partner(tmp_path, CARRIER + "[slo]\nanswer_within_h = -1\n")
