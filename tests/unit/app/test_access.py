"""API keys: shown once, kept as a digest, ended by date or by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.app.access import KEY_BYTES, KeyState, Scope, check, digest, make_key, prefix_of
from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.keys import ApiKey

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PEPPER = Secret("pepper")
RANDOM = bytes(range(KEY_BYTES))


def made(expires: datetime | None = None, random: bytes = RANDOM) -> tuple[Secret, ApiKey]:
    return make_key(
        random, PEPPER, partner="ERP1", scopes=(Scope.FACTS_WRITE,), label="nightly", created=NOW, expires=expires
    )


def test_key_is_found_by_its_digest_and_never_kept_itself() -> None:
    secret, row = made()
    text = secret.reveal()
    assert text.startswith(f"cdk_{row.prefix}_")
    assert digest(text, PEPPER) == row.digest
    assert text.encode() not in row.digest
    assert (row.partner, row.scopes, row.label) == ("ERP1", ("facts:write",), "nightly")
    assert text not in repr((secret, row))


def test_another_pepper_or_another_key_gives_another_digest() -> None:
    text = made()[0].reveal()
    assert digest(text, Secret("other")) != digest(text, PEPPER)
    assert made(random=RANDOM[::-1])[1].digest != made()[1].digest


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_prefix_of_any_key_is_its_public_part(random: bytes) -> None:
    secret, row = made(random=random)
    assert prefix_of(secret.reveal()) == row.prefix


@given(st.text(max_size=60))
def test_what_is_not_shaped_like_a_key_has_no_prefix(text: str) -> None:
    assert prefix_of(text) == "" or text.startswith("cdk_")


@pytest.mark.parametrize(("seconds", "state"), [(-1, KeyState.GOOD), (0, KeyState.EXPIRED), (1, KeyState.EXPIRED)])
def test_key_ends_at_its_expiry(seconds: int, state: KeyState) -> None:
    expires = NOW + timedelta(days=1)
    assert check(made(expires)[1], expires + timedelta(seconds=seconds)) is state


def test_revoked_key_is_revoked_whatever_its_expiry() -> None:
    row = made()[1]
    ended = ApiKey(row.prefix, row.digest, row.partner, row.scopes, row.label, row.created, None, NOW)
    assert check(ended, NOW) is KeyState.REVOKED
    assert check(ended, NOW - timedelta(seconds=1)) is KeyState.GOOD


def test_unusable_keys_are_not_made() -> None:
    with pytest.raises(Rejected, match="25 random bytes"):
        made(random=b"short")
    with pytest.raises(Rejected, match="at least one scope"):
        make_key(RANDOM, PEPPER, partner="", scopes=(), label="", created=NOW)
    with pytest.raises(Rejected, match="later expiry"):
        made(NOW)
