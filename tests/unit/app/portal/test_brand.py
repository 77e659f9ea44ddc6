"""Looks of customer groups: colours people can read, a customer in one group, logos that are pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.app.portal.brand import Brand, Branding, Brands, contrast
from crossdock.bootstrap.branding import read_branding
from crossdock.bootstrap.reading import Problem

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(16)


def test_contrast_is_what_the_standard_says() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("colours", [{"colour": "#8ab8f0"}, {"colour_dark": "#0b57a4"}])
def test_a_colour_some_people_cannot_read_is_refused(colours: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="contrast"):
        Brand(**colours)  # type: ignore[arg-type]


def test_a_customer_is_in_one_group_and_everybody_else_sees_the_house() -> None:
    with pytest.raises(ValueError, match="C-1"):
        Branding(groups={"a": Brand(customers=("C-1",)), "b": Brand(customers=("C-1",))})
    brands = Brands(Branding(groups={"a": Brand(customers=("C-1",), name="A")}), {})
    assert (brands.group("C-1"), brands.of("a").name) == ("a", "A")
    assert (brands.group("C-2"), brands.of("").name) == ("", "Order tracking")


def _read(folder: Path, text: str) -> tuple[Brands, list[Problem]]:
    (folder / "portal.toml").write_text(text)
    problems: list[Problem] = []
    return read_branding(folder, problems), problems


def test_a_project_gives_groups_their_looks(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE)
    brands, problems = _read(tmp_path, '[groups.a]\ncustomers = ["C-1"]\nname = "A"\nlogo = "a.png"\n')
    logo = brands.logo("a")
    assert problems == []
    assert logo is not None
    assert (logo.mime, brands.logo("")) == ("image/png", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[groups.a]\ncolour = "#ffff00"\n', "contrast"),
        ('[default]\nlogo = "../secret.png"\n', "outside"),
        ('[default]\nlogo = "portal.toml"\n', "no picture"),
        ('[default]\nlogo = "gone.png"\n', "gone.png"),
        ('[default]\ncolor = "#0b57a4"\n', "did you mean colour"),
    ],
)
def test_what_is_wrong_with_it_is_told_with_the_project(tmp_path: Path, text: str, said: str) -> None:
    _, problems = _read(tmp_path, text)
    assert any(said in one.detail for one in problems), problems
