"""AS2 messages: what one side builds the other opens byte for byte, and nothing less than agreed gets through."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from crossdock.kernel.errors import Permanent
from crossdock.transports.as2.client import fresh_chance
from crossdock.transports.as2.faults import As2Fault, Modifier
from crossdock.transports.as2.identity import Identity
from crossdock.transports.as2.message import Built, Relationship, build, mic_of, open_message, require_protection
from crossdock.transports.as2.profile import As2Settings, Cipher, Digest, digest_named, quoted_name, unquoted_name
from tests.unit.transports.as2.made import DATE, NOW, X12, identity, lower, pair


def built(us: Relationship, body: bytes = X12, name: str = "940-1.edi") -> Built:
    chance = fresh_chance(us.settings.cipher)
    return build(us, name, body, message_id="<1@us>", date=DATE, chance=chance)


@pytest.mark.parametrize(
    ("sign", "encrypt", "compress"), list(itertools.product((True, False), repeat=3)), ids=lambda flag: str(flag)[0]
)
def test_every_protection_arrives_byte_for_byte_and_with_the_same_mic(
    *, sign: bool, encrypt: bool, compress: bool
) -> None:
    us, them = pair(sign=sign, encrypt=encrypt, compress=compress)
    message = built(us)
    opened = open_message(them, lower(message.headers), message.body, NOW)
    assert (opened.entity.body, opened.signed, opened.encrypted) == (X12, sign, encrypt)
    assert mic_of(opened, "sha-256", (Digest.SHA256,)) == (message.mic, "sha-256")


@pytest.mark.parametrize("digest", [Digest.SHA256, Digest.SHA384, Digest.SHA512])
@pytest.mark.parametrize("cipher", [Cipher.AES128, Cipher.AES192, Cipher.AES256])
def test_every_agreed_digest_and_cipher_is_opened(digest: Digest, cipher: Cipher) -> None:
    us, them = pair(digest=digest, cipher=cipher)
    message = built(us)
    opened = open_message(them, lower(message.headers), message.body, NOW)
    assert (opened.entity.body, opened.digest) == (X12, digest)


def test_the_weak_ones_only_work_where_both_sides_say_so() -> None:
    us, them = pair(digest=Digest.SHA1, cipher=Cipher.TRIPLE_DES, weak_digests=True, weak_ciphers=True)
    message = built(us)
    assert open_message(them, lower(message.headers), message.body, NOW).entity.body == X12
    strict = pair()[1].settings
    for settings, modifier in (
        (strict, Modifier.DECRYPTION_FAILED),
        (msgspec.structs.replace(strict, weak_ciphers=True), Modifier.AUTHENTICATION_FAILED),
    ):
        with pytest.raises(As2Fault) as fault:
            open_message(msgspec.structs.replace(them, settings=settings), lower(message.headers), message.body, NOW)
        assert fault.value.modifier is modifier


def test_the_headers_are_those_of_the_standard() -> None:
    message = built(pair(async_mdn_url="https://hub.example/v1/as2")[0])
    assert message.headers == {
        "AS2-Version": "1.2",
        "AS2-From": "CROSSDOCK",
        "AS2-To": '"Partner One"',
        "Message-ID": "<1@us>",
        "Date": DATE,
        "MIME-Version": "1.0",
        "Subject": "940-1.edi",
        "Content-Type": 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
        "Content-Disposition": 'attachment; filename="smime.p7m"',
        "Disposition-Notification-To": "CROSSDOCK",
        "Disposition-Notification-Options": (
            "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256"
        ),
        "Receipt-Delivery-Option": "https://hub.example/v1/as2",
    }


def test_the_mic_of_a_plain_message_is_over_the_content_alone() -> None:
    message = built(pair(sign=False, encrypt=False)[0])
    assert message.mic == base64.b64encode(hashlib.sha256(X12).digest()).decode()


@pytest.mark.parametrize(
    ("wished", "named"),
    [("sha256", "sha256"), ("md5, sha-512", "sha-512"), ("md5", "sha-256"), ("", "sha-256"), ("sha1, md5", "sha-256")],
)
def test_the_mic_is_taken_with_the_first_digest_wished_that_we_know(wished: str, named: str) -> None:
    us, them = pair()
    message = built(us)
    opened = open_message(them, lower(message.headers), message.body, NOW)
    mic, name = mic_of(opened, wished, them.settings.digests())
    assert name == named
    assert base64.b64decode(mic) == hashlib.new(named.replace("-", ""), opened.raw_mic).digest()


@pytest.mark.parametrize("at", [0.3, 0.5, 0.7, 0.9])
def test_a_message_changed_on_the_way_is_never_opened(at: float) -> None:
    us, them = pair()
    message = built(us, X12 * 20)
    body = bytearray(message.body)
    body[int(len(body) * at)] ^= 1
    with pytest.raises(As2Fault):
        open_message(them, lower(message.headers), bytes(body), NOW)


def test_a_content_changed_under_its_signature_is_told_as_such() -> None:
    us, them = pair(encrypt=False)
    message = built(us)
    with pytest.raises(As2Fault, match="changed on the way") as fault:
        open_message(them, lower(message.headers), message.body.replace(b"IEA*1", b"IEA*2"), NOW)
    assert fault.value.modifier is Modifier.INTEGRITY_CHECK_FAILED


def test_another_signer_is_refused_even_with_a_certificate_in_the_message() -> None:
    _, them = pair(encrypt=False)
    stranger = pair(encrypt=False)[0]
    stranger = msgspec.structs.replace(stranger, ours=relationship("stranger").ours)
    message = built(stranger)
    with pytest.raises(As2Fault, match="certificate that was not agreed") as fault:
        open_message(them, lower(message.headers), message.body, NOW)
    assert fault.value.modifier is Modifier.AUTHENTICATION_FAILED


def test_what_is_encrypted_for_somebody_else_is_not_ours_to_open() -> None:
    us, them = pair()
    message = built(msgspec.structs.replace(us, theirs=relationship("stranger").theirs))
    with pytest.raises(As2Fault, match="not encrypted for our certificate") as fault:
        open_message(them, lower(message.headers), message.body, NOW)
    assert fault.value.modifier is Modifier.DECRYPTION_FAILED


def test_an_older_key_of_ours_still_opens_while_it_is_listed() -> None:
    us, them = pair()
    message = built(us)
    rotated = msgspec.structs.replace(them, ours=(*relationship("new").ours, *them.ours))
    assert open_message(rotated, lower(message.headers), message.body, NOW).entity.body == X12


def test_an_expired_certificate_signs_no_more() -> None:
    us, them = pair(encrypt=False)
    expired = relationship("expired", days=-1)
    message = built(msgspec.structs.replace(us, ours=expired.ours))
    with pytest.raises(As2Fault, match="not in force"):
        open_message(msgspec.structs.replace(them, theirs=expired.theirs), lower(message.headers), message.body, NOW)


@pytest.mark.parametrize(("missing", "told"), [("sign", "not signed"), ("encrypt", "not encrypted")])
@pytest.mark.proves("PF-16")
def test_less_protection_than_agreed_is_refused(missing: str, told: str) -> None:
    us, them = pair(sign=missing != "sign", encrypt=missing != "encrypt")
    message = built(us)
    opened = open_message(them, lower(message.headers), message.body, NOW)
    with pytest.raises(As2Fault, match=told) as fault:
        require_protection(them.settings, opened)
    assert fault.value.modifier is Modifier.INSUFFICIENT_SECURITY


def test_a_bomb_is_not_inflated_beyond_its_bound() -> None:
    us, them = pair(compress=True, encrypt=False, sign=False)
    message = built(us, b"0" * 5_000_000)
    assert len(message.body) < 10_000
    small = msgspec.structs.replace(them, settings=msgspec.structs.replace(them.settings, bytes_max=1_000_000))
    with pytest.raises(As2Fault, match="larger than 1000000") as fault:
        open_message(small, lower(message.headers), message.body, NOW)
    assert fault.value.modifier is Modifier.DECOMPRESSION_FAILED


@effort(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [
            "application/pkcs7-mime; smime-type=enveloped-data",
            "application/pkcs7-mime; smime-type=compressed-data",
            'multipart/signed; boundary="b"',
            "multipart/signed",
            "multipart/report; boundary=b",
        ]
    ),
    st.binary(max_size=200)
    | st.just(b"--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--"),
)
def test_whatever_comes_is_opened_or_a_fault(content_type: str, body: bytes) -> None:
    with contextlib.suppress(As2Fault):
        assert open_message(pair()[1], {"content-type": content_type}, body, NOW).entity.media_type


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=128))
def test_a_name_survives_its_quotes(name: str) -> None:
    assert unquoted_name(quoted_name(name)) == name or name.strip() != name or quoted_name(name) == name


@pytest.mark.parametrize("spelling", ["sha-256", "SHA256", ' "sha256"', "Sha-256"])
def test_a_digest_is_known_by_every_spelling(spelling: str) -> None:
    assert digest_named(spelling) is Digest.SHA256


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"as2_to": "CROSSDOCK"}, "are the same"),
        ({"as2_to": "Kä"}, "no AS2 name"),
        ({"certificates": ()}, "certificates is empty"),
        ({"digest": "sha1"}, "sha1 is broken"),
        ({"cipher": "3des-cbc"}, "3des-cbc is weak"),
    ],
)
def test_a_profile_that_cannot_be_meant_is_refused(changes: dict[str, object], told: str) -> None:
    table = {"kind": "as2", "url": "https://p.example", "as2_from": "CROSSDOCK", "as2_to": "P", "certificates": ("x",)}
    with pytest.raises(msgspec.ValidationError, match=told):
        msgspec.convert(table | changes, As2Settings)


@pytest.mark.parametrize("pem", ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_a_certificate_that_cannot_be_read_is_for_a_person(pem: str) -> None:
    with pytest.raises(Permanent, match="give it in PEM"):
        pair(certificates=(pem,))


def relationship(name: str, days: int = 36_500) -> Relationship:
    """Somebody with a key of its own, who trusts itself."""
    own = Identity(identity(name, days))
    return msgspec.structs.replace(pair()[0], ours=(own,), theirs=(own.certificate,))
