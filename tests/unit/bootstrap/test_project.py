"""The integration project: partners, policies and the directory, with all mistakes told at once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.project import Project, ProjectDirectory, read_project
from crossdock.bootstrap.reading import ConfigurationError
from crossdock.canonical.addressing import Address
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Limits, Manifest, Resolution
from crossdock.ports.directory import Partner


def manifest(kind: str, role: str, *commands: str) -> Manifest:
    return Manifest(
        kind=kind,
        title=kind,
        roles=(role,),
        facts_in=(),
        commands_out=commands,
        resolution=Resolution.PERSON,
        limits=Limits(concurrency=2, timeout_s=3.0),
        source="made for this test",
    )


MANIFESTS = {
    "wms": manifest("wms", "WMS", "release_to_warehouse"),
    "erp": manifest("erp", "ERP", "post_goods_issue"),
    "feed": manifest("feed", "CAR"),
    "shop": manifest("shop", "CHN", "ship_channel_order"),
}
WMS = 'role = "WMS"\nconnector = "wms"\n'


def project(folder: Path, files: dict[str, str], **variables: str) -> Project:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return read_project(folder, MANIFESTS, variables)


def problems(folder: Path, files: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        project(folder, files)
    return [str(problem) for problem in caught.value.problems]


def test_an_empty_folder_is_a_project_without_partners(tmp_path: Path) -> None:
    read = project(tmp_path, {})
    assert read.partners == ()
    assert read.policy.version == "default"
    assert read.data == tmp_path / "data"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not a folder: name the integration project"):
        read_project(tmp_path / "nowhere", MANIFESTS, {})


def test_a_partner_file_becomes_a_partner_under_its_name(tmp_path: Path) -> None:
    text = WMS + 'name = "North"\nsites = ["WH-A1"]\ntz = "Europe/Amsterdam"\n[settings]\nbase = "/api"\n'
    (config,) = project(tmp_path, {"partners/wms-north.toml": text}).partners
    assert config.partner == Partner(
        id="wms-north",
        role=Role.WMS,
        connector="wms",
        name="North",
        sites=("WH-A1",),
        tz="Europe/Amsterdam",
        settings={"base": "/api"},
        commands=config.manifest.commands_out,
    )


def test_limits_start_from_the_manifest_and_are_overridden_key_by_key(tmp_path: Path) -> None:
    text = WMS + '[limits]\nrate_per_s = 5\nwindow = ["08:00", "18:00"]\n'
    (config,) = project(tmp_path, {"partners/w.toml": text}).partners
    wanted = msgspec.structs.replace(MANIFESTS["wms"].limits, rate_per_s=5.0, window=("08:00", "18:00"))
    assert config.limits == wanted


def test_secrets_are_references_and_may_be_two_while_rotating(tmp_path: Path) -> None:
    text = WMS + '[secrets]\ntoken = "file:token"\nwebhook = ["env:NEW", "env:OLD"]\n'
    (config,) = project(tmp_path, {"token": "t", "partners/w.toml": text}, NEW="n", OLD="o").partners
    assert config.secrets == {"token": (Secret("t"),), "webhook": (Secret("n"), Secret("o"))}


@pytest.mark.parametrize("name", ["crossdock", "console"])
def test_no_partner_takes_a_name_of_the_hubs_own(tmp_path: Path, name: str) -> None:
    told = problems(tmp_path, {f"partners/{name}.toml": WMS})
    assert any("is a name of the hub's own" in line for line in told)


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        {
            "crossdock.toml": "porrt = 1\n",
            "partners/a.toml": 'role = "WMS"\nconnector = "fax"\ntz = "Mars/Base"\n',
            "partners/b.toml": 'role = "ERP"\nconnector = "wms"\nsitess = []\n',
            "partners/c.toml": WMS + '[limits]\nwindow = ["8", "18"]\n[secrets]\nkey = "plain"\n',
            "partners/D!.toml": WMS + 'sites = ["WH-D"]\n',
            "policies/p.toml": "[timers]\nspeed = 1\n",
        },
    )
    assert {": ".join(line.split(": ")[:2]) for line in told} == {
        "crossdock.toml:1: porrt",
        "partners/a.toml:2: connector",
        "partners/a.toml:3: tz",
        "partners/b.toml:3: sitess",
        "partners/c.toml:4: limits.window",
        "partners/c.toml:6: secrets.key",
        "partners/D!.toml: the file name is the partner's id",
        "policies/p.toml:2: timers.speed",
    }


def test_a_connector_plays_only_the_roles_of_its_manifest(tmp_path: Path) -> None:
    told = problems(tmp_path, {"partners/b.toml": 'role = "ERP"\nconnector = "wms"\n'})
    assert told == ["partners/b.toml:1: role: connector wms cannot play ERP, only WMS"]


def test_two_systems_for_the_same_place_are_refused(tmp_path: Path) -> None:
    one = WMS + 'sites = ["WH-A1"]\n'
    told = problems(tmp_path, {"partners/a.toml": one, "partners/b.toml": one})
    assert told == ["partners/b.toml: role: WMS WH-A1 is already a's: name sites or scacs so that each has one owner"]


def test_any_number_of_channels_may_be_connected(tmp_path: Path) -> None:
    """Each hears of its own orders only, so two shops are in nobody's way."""
    shop = 'role = "CHN"\nconnector = "shop"\n'
    read = project(tmp_path, {"partners/web.toml": shop, "partners/market.toml": shop})
    assert [one.partner.id for one in read.partners] == ["market", "web"]


def test_partners_that_take_no_commands_may_share_a_place(tmp_path: Path) -> None:
    feed = 'role = "CAR"\nconnector = "feed"\nscacs = ["FLSH"]\n'
    read = project(tmp_path, {"partners/a.toml": feed, "partners/b.toml": feed})
    assert len(read.partners) == 2
    assert read.directory().resolve(Address(Role.CAR, scac="FLSH")) is None


def test_policies_of_several_files_make_one_named_by_its_content(tmp_path: Path) -> None:
    files = {"policies/a.toml": "max_attempts = 5\n", "policies/b.toml": "[timers]\ntm_ofd = 60\n"}
    policy = project(tmp_path, files).policy
    assert (policy.max_attempts, policy.timers.tm_ofd) == (5, 60)
    again = project(tmp_path, {"policies/b.toml": "# a remark\n[timers]\ntm_ofd = 60\n"}).policy
    other = project(tmp_path, {"policies/b.toml": "[timers]\ntm_ofd = 61\n"}).policy
    assert policy.version == again.version != other.version


def test_a_policy_key_stands_in_one_file_only(tmp_path: Path) -> None:
    told = problems(tmp_path, {"policies/a.toml": "max_attempts = 5\n", "policies/b.toml": "max_attempts = 6\n"})
    assert told == ["policies/b.toml:1: max_attempts: already given in policies/a.toml: keep one of the two"]


def directory() -> ProjectDirectory:
    return ProjectDirectory(
        [
            Partner(id="wms-a", role=Role.WMS, connector="wms", sites=("A1", "A2")),
            Partner(id="wms-rest", role=Role.WMS, connector="wms"),
            Partner(id="erp", role=Role.ERP, connector="erp"),
            Partner(id="car-1", role=Role.CAR, connector="car", scacs=("FLSH",)),
            Partner(id="car-2", role=Role.CAR, connector="car", scacs=("NVTR",)),
            Partner(id="web", role=Role.CHN, connector="shop"),
            Partner(id="market", role=Role.CHN, connector="shop"),
        ]
    )


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (Address(Role.WMS, site="A2"), "wms-a"),
        (Address(Role.WMS, site="Z9"), "wms-rest"),
        (Address(Role.ERP, site="A1"), "erp"),
        (Address(Role.CAR, scac="NVTR"), "car-2"),
        (Address(Role.CAR), None),
        (Address(Role.CAR, instance="car-1"), "car-1"),
        (Address(Role.ERP, instance="the ERP before"), "erp"),
        (Address(Role.CAR, scac="XXXX"), None),
        (Address(Role.WMS), None),
        (Address(Role.TMS), None),
        (Address(Role.CHN, site="market"), "market"),
        (Address(Role.CHN, site="kiosk"), None),
        (Address(Role.CHN), None),
    ],
)
def test_an_address_finds_its_one_partner_or_none(address: Address, found: str | None) -> None:
    partner = directory().resolve(address)
    assert (partner.id if partner else None) == found


def test_partners_are_listed_by_id() -> None:
    assert [one.id for one in directory().partners()] == ["car-1", "car-2", "erp", "market", "web", "wms-a", "wms-rest"]
    assert directory().partner("nobody") is None
