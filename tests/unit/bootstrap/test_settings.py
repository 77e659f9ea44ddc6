"""Settings: file, variables over it, secrets by reference, every problem in one list."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.reading import ConfigurationError
from crossdock.bootstrap.settings import Flow, RoleName, Settings, read_settings, resolve_secret, shown_settings
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret


def write(folder: Path, text: str) -> Path:
    (folder / "crossdock.toml").write_text(text)
    return folder


def problems(folder: Path, **variables: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(folder, variables)
    return [str(problem) for problem in caught.value.problems]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}) == Settings()


def test_the_file_sets_keys_and_leaves_the_others(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, 'region = "eu"\n[http]\nport = 9000\n[ingest]\nflow = "queued"\n'), {})
    assert (settings.region, settings.http.port, settings.http.host) == ("eu", 9000, "127.0.0.1")
    assert settings.ingest.flow is Flow.QUEUED


def test_a_variable_goes_over_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path, "[http]\nport = 9000\n")
    settings = read_settings(folder, {"CROSSDOCK_HTTP__PORT": "9001", "CROSSDOCK_ROLES": "serve, work"})
    assert settings.http.port == 9001
    assert settings.roles == (RoleName.SERVE, RoleName.WORK)


def test_part_of_a_section_keeps_the_rest_of_its_default(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {"CROSSDOCK_LIMITS__RATE__BURST": "7"})
    assert settings.limits.rate.burst == 7
    assert settings.limits.rate.per_s == Settings().limits.rate.per_s


def test_variables_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {"PATH": "/bin", "CROSS_DOCK": "x"}) == Settings()


def test_all_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    folder = write(tmp_path, '# head\nregoin = "eu"\n\n[http]\nport = "x"\n\n[log]\nlevel = "loud"\n')
    told = problems(folder, CROSSDOCK_HTTP__HOTS="x", CROSSDOCK_NATS__URL="env:NOT_THERE")
    assert sorted(told) == [
        "CROSSDOCK_HTTP__HOTS: unknown key hots; did you mean host?",
        "CROSSDOCK_NATS__URL: the environment variable NOT_THERE is not set: set it to the secret",
        "crossdock.toml:2: regoin: unknown key regoin; did you mean region?",
        "crossdock.toml:5: http.port: Expected int, got str",
        "crossdock.toml:7: log: level loud is unknown: use debug, info, warning or error",
    ]


def test_the_error_text_holds_the_whole_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"2 problems; mend and start again:\n.*aa.*\n.*bb"):
        read_settings(write(tmp_path, "aa = 1\nbb = 2\n"), {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[http\n", "crossdock.toml:1: not TOML"),
        ("http = 5\n", "crossdock.toml:1: http: must be a section with keys"),
        ("[http]\nport = 70000\n", "crossdock.toml:2: http.port: Expected int <= 65535"),
        ("[postgres]\npool_max = 0\n", "crossdock.toml:2: postgres.pool_max: Expected int >= 1"),
        ('roles = ["cook"]\n', "crossdock.toml:1: roles: Invalid enum value 'cook'"),
    ],
)
def test_each_kind_of_mistake_names_file_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    assert problems(write(tmp_path, text))[0].startswith(told)


def test_a_value_cannot_also_be_a_section(tmp_path: Path) -> None:
    told = problems(write(tmp_path, 'region = "eu"\n'), CROSSDOCK_REGION__NAME="x")
    assert told == ["CROSSDOCK_REGION__NAME: region is a value, not a section: take the variable away"]


def test_a_file_that_is_not_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "crossdock.toml").write_bytes(b"name = '\xff'")
    assert problems(tmp_path) == ["crossdock.toml: not UTF-8 text: save it as UTF-8"]


def test_secrets_come_from_variables_and_files(tmp_path: Path) -> None:
    (tmp_path / "pepper").write_text("hot\n")
    folder = write(tmp_path, '[postgres]\nurl = "env:PG"\n[http]\npepper = "file:pepper"\n')
    settings = read_settings(folder, {"PG": "postgresql://u:pw@db/x"})
    assert settings.postgres.url == Secret("postgresql://u:pw@db/x")
    assert settings.http.pepper == Secret("hot")


def test_a_password_in_the_file_itself_is_refused(tmp_path: Path) -> None:
    told = problems(write(tmp_path, '[postgres]\nurl = "postgresql://u:pw@db/x"\n'))
    assert told == [
        "crossdock.toml:2: postgres.url: a secret is never written out here: refer to it as env:NAME or file:PATH"
    ]


@pytest.mark.parametrize("url", ["postgresql://db/x", "nats://10.0.0.1:4222", "postgresql:///x?host=/run/pg"])
def test_an_address_without_a_password_may_stand_in_the_file(tmp_path: Path, url: str) -> None:
    settings = read_settings(write(tmp_path, f'[nats]\nurl = "{url}"\n'), {})
    assert settings.nats.url == Secret(url)


@pytest.mark.parametrize("reference", ["hunter2", "env:", "file:missing", "file:empty", "env:UNSET"])
def test_a_secret_that_is_not_there_says_what_to_do(tmp_path: Path, reference: str) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(Permanent, match="secret"):
        resolve_secret(reference, tmp_path, {})


def test_shown_settings_hold_every_key_and_no_secret(tmp_path: Path) -> None:
    variables = {"CROSSDOCK_POSTGRES__URL": "postgresql://u:pw@db:5433/x", "CROSSDOCK_HTTP__PEPPER": "hot"}
    shown = shown_settings(read_settings(tmp_path, variables))
    assert shown["postgres"]["url"] == "postgresql://u:***@db:5433/x"  # type: ignore[index]
    assert set(shown) == set(Settings.__struct_fields__)
    assert "pw" not in str(shown)
    assert "hot" not in str(shown).replace("host", "")


@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        (
            "postgres",
            "postgresql://u:pw@one:5432,two:5433/x?target_session_attrs=read-write",
            "postgresql://u:***@one:5432,two:5433/x",
        ),
        ("nats", "nats://u:pw@one:4222,nats://u:pw@two:4222", "nats://u:***@one:4222,nats://u:***@two:4222"),
        ("nats", "tls://one:4222,tls://two:4222", "tls://one:4222,tls://two:4222"),
    ],
)
def test_the_servers_of_a_cluster_are_shown_without_their_passwords(
    tmp_path: Path, name: str, given: str, shown: str
) -> None:
    settings = shown_settings(read_settings(tmp_path, {f"CROSSDOCK_{name.upper()}__URL": given}))
    assert settings[name]["url"] == shown  # type: ignore[index]
