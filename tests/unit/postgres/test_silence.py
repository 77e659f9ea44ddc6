"""A server that fell silent is given up in seconds, unless its address says otherwise."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict

from crossdock.kernel.errors import Permanent
from crossdock.postgres.connection import PROBE_AFTER_S, PROBE_EVERY_S, PROBES, SILENCE_MS, alive


def test_two_servers_stay_two_and_silence_has_a_bound() -> None:
    told = conninfo_to_dict(alive("postgresql://hub@one:5432,two:5433/crossdock?target_session_attrs=read-write"))
    assert (told["host"], told["port"], told["user"]) == ("one,two", "5432,5433", "hub")
    assert (told["dbname"], told["target_session_attrs"]) == ("crossdock", "read-write")
    assert (told["tcp_user_timeout"], told["keepalives_count"]) == (str(SILENCE_MS), str(PROBES))


def test_what_the_address_says_itself_counts() -> None:
    told = conninfo_to_dict(alive("postgresql://hub@one/crossdock?tcp_user_timeout=60000&keepalives=0"))
    assert (told["tcp_user_timeout"], told["keepalives"]) == ("60000", "0")


def test_probes_have_all_gone_out_when_the_time_is_over() -> None:
    assert (PROBE_AFTER_S + PROBE_EVERY_S * PROBES) * 1000 == SILENCE_MS


def test_what_is_no_address_is_for_whoever_wrote_it() -> None:
    with pytest.raises(Permanent, match=r"postgres\.url is no address"):
        alive("postgresql://hub@one/crossdock?no_such_word=1")
