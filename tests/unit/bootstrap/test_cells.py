"""The settings of a cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.cells import border_of, curation_of, has_border, neighbours
from crossdock.bootstrap.reading import ConfigurationError
from crossdock.bootstrap.settings import Settings, read_settings, shown_settings
from crossdock.kernel.errors import Permanent

EU = """
region = "eu"
[cells]
curated = ["order.approved", "shipment.*"]
sources = ["us"]
listen = "10.0.0.1:7422"
password = "env:CELL"
links = "env:LINKS"
"""


def read(folder: Path, text: str = EU) -> Settings:
    (folder / "crossdock.toml").write_text(text)
    links = "nats-leaf://cell:one@10.0.0.2:7422,nats-leaf://cell:two@10.0.0.3:7422"
    return read_settings(folder, {"CELL": "sesame", "LINKS": links})


def test_a_cell_has_a_border_named_for_its_region(tmp_path: Path) -> None:
    settings = read(tmp_path)
    border = border_of(settings)
    assert (border.domain, border.listen, border.password, len(border.links)) == ("eu", "10.0.0.1:7422", "sesame", 2)
    assert curation_of(settings).lets("shipment.planned")
    assert has_border(settings)
    assert not has_border(Settings())


def test_certificates_are_read_by_reference_and_never_shown(tmp_path: Path) -> None:
    for name in ("certificate", "key", "authority"):
        (tmp_path / f"{name}.pem").write_text(f"-----BEGIN {name}-----\n")
    named = "".join(f'{name} = "file:{name}.pem"\n' for name in ("certificate", "key", "authority"))
    settings = read(tmp_path, EU + named)
    papers = border_of(settings).papers
    assert papers is not None
    assert papers.key == "-----BEGIN key-----"
    assert "BEGIN" not in str(shown_settings(settings))
    with pytest.raises(ConfigurationError, match="certificate, key and authority go together"):
        read(tmp_path, EU + named.replace("authority =", "# authority ="))


def test_secrets_of_links_are_not_shown(tmp_path: Path) -> None:
    shown = str(shown_settings(read(tmp_path)))
    assert "sesame" not in shown
    assert "one@" not in shown


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('password = "env:CELL"', "", "password is missing"),
        ('sources = ["us"]', 'sources = ["eu"]', "our own region eu"),
        ('"shipment.*"', '"*"', "curated"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        read(tmp_path, EU.replace(old, new))


def test_a_type_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="shipmant"):
        curation_of(read(tmp_path, EU.replace("shipment.*", "shipmant.*")))


def test_without_a_status_page_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert neighbours(read(tmp_path), None) is None
