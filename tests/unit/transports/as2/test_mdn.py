"""Receipts: what a partner wishes, what we say, and what we read in what it says."""

from __future__ import annotations

import msgspec
import pytest

from crossdock.transports.as2.client import header_name, message_id_of, objection
from crossdock.transports.as2.faults import As2Fault, Modifier
from crossdock.transports.as2.mdn import Verdict, Wish, build_mdn, read_mdn, wish_of
from crossdock.transports.as2.message import Relationship
from tests.unit.transports.as2.made import DATE, NOW, lower, pair

VERDICT = Verdict("<1@us>", "bWlj", "sha-256")


def receipt(them: Relationship, verdict: Verdict = VERDICT, *, signed: bool = True) -> tuple[dict[str, str], bytes]:
    headers, body = build_mdn(
        them, verdict, signed=signed, message_id="<r@them>", date=DATE, boundaries=("=_report", "=_signed")
    )
    return headers, body


def test_a_signed_receipt_is_read_as_it_was_meant() -> None:
    us, them = pair()
    headers, body = receipt(them)
    read = read_mdn(us, lower(headers), body, NOW)
    assert (read.original_message_id, read.disposition, read.mic, read.signed) == ("<1@us>", "processed", "bWlj", True)
    assert read.positive
    assert objection(read, "bWlj") == ""


def test_a_receipt_stands_on_the_wire_as_the_standard_draws_it() -> None:
    _, them = pair()
    headers, body = receipt(them, signed=False)
    assert headers["Content-Type"] == 'multipart/report; report-type=disposition-notification; boundary="=_report"'
    assert (headers["AS2-From"], headers["AS2-To"]) == ('"Partner One"', "CROSSDOCK")
    assert body == (
        b"--=_report\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        b"The message was received, verified and stored.\r\n\r\n"
        b"--=_report\r\n"
        b"Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        b"Reporting-UA: crossdock\r\n"
        b'Original-Recipient: rfc822; "Partner One"\r\n'
        b'Final-Recipient: rfc822; "Partner One"\r\n'
        b"Original-Message-ID: <1@us>\r\n"
        b"Disposition: automatic-action/MDN-sent-automatically; processed\r\n"
        b"Received-Content-MIC: bWlj, sha-256\r\n\r\n"
        b"--=_report--\r\n"
    )


def test_a_refusal_says_which_and_why() -> None:
    us, them = pair()
    headers, body = receipt(them, Verdict("<1@us>", modifier="decryption-failed", text="Not taken: encrypt it anew."))
    read = read_mdn(us, lower(headers), body, NOW)
    assert read.disposition == "processed/error: decryption-failed"
    assert "decryption-failed. It says: Not taken: encrypt it anew." in objection(read, "bWlj")


def test_a_receipt_for_other_content_is_no_proof() -> None:
    us, them = pair()
    headers, body = receipt(them)
    assert "the MIC differs" in objection(read_mdn(us, lower(headers), body, NOW), "b3RoZXI=")


def test_an_unsigned_receipt_does_where_none_was_agreed_and_only_there() -> None:
    us, them = pair()
    headers, body = receipt(them, signed=False)
    with pytest.raises(As2Fault, match="receipt is not signed") as fault:
        read_mdn(us, lower(headers), body, NOW)
    assert fault.value.modifier is Modifier.INSUFFICIENT_SECURITY
    relaxed = msgspec.structs.replace(us, settings=msgspec.structs.replace(us.settings, signed_mdn=False))
    assert not read_mdn(relaxed, lower(headers), body, NOW).signed


def test_a_receipt_changed_on_the_way_is_no_receipt() -> None:
    us, them = pair()
    headers, body = receipt(them)
    with pytest.raises(As2Fault):
        read_mdn(us, lower(headers), body.replace(b"processed", b"Processed"), NOW)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<h1>It works</h1>"),
        ("multipart/report; boundary=b", b"--b\r\n\r\nno notification\r\n--b--"),
        ("multipart/report", b""),
    ],
)
def test_an_answer_that_is_no_receipt_is_told_so(content_type: str, body: bytes) -> None:
    with pytest.raises(As2Fault):
        read_mdn(pair(signed_mdn=False)[0], {"content-type": content_type}, body, NOW)


@pytest.mark.parametrize(
    ("said", "positive"),
    [
        ("processed", True),
        ("Processed", True),
        ("processed/warning: duplicate-document", True),
        ("processed/Warning: authentication-failed, processing continued", True),
        ("processed/error: integrity-check-failed", False),
        ("processed/failure: x", False),
        ("failed/Failure: unsupported format", False),
        ("", False),
    ],
)
def test_only_processed_and_warnings_are_good_news(said: str, *, positive: bool) -> None:
    us, them = pair(signed_mdn=False)
    headers, body = receipt(them, signed=False)
    changed = body.replace(b"automatically; processed\r\n", f"automatically; {said}\r\n".encode())
    assert read_mdn(us, lower(headers), changed, NOW).positive is positive


def test_a_wish_is_read_whatever_its_spaces() -> None:
    headers = {
        "disposition-notification-to": "edi@partner.example",
        "disposition-notification-options": (
            "signed-receipt-protocol=required,pkcs7-signature;  signed-receipt-micalg = optional, sha256, md5"
        ),
        "receipt-delivery-option": " https://partner.example/mdn ",
    }
    assert wish_of(headers) == Wish(
        wanted=True, signed=True, deliver_to="https://partner.example/mdn", digests="sha256, md5"
    )


def test_without_a_notification_address_no_receipt_is_wished() -> None:
    assert wish_of({"disposition-notification-options": "signed-receipt-protocol=required, pkcs7-signature"}) == Wish(
        wanted=False
    )


def test_the_same_document_always_goes_under_the_same_id() -> None:
    ids = {message_id_of("Cross Dock", "a.edi", body) for body in (b"1", b"1", b"2")}
    assert len(ids) == 2
    assert all(one.startswith("<") and one.endswith("@Cross-Dock.as2.crossdock>") for one in ids)


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    assert header_name('a"\r\nX: y\\ü.edi') == "a___X: y__.edi"
