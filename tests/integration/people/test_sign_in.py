"""The sign-in page and the guards of rooms, as a browser sees them: cookies, forged forms, links that scanners open."""

from __future__ import annotations

import re

import httpx2
import pytest

from crossdock.ports.principal import Reach, RoleName
from crossdock.ports.reach import limit
from tests.integration.people.conftest import House

ANA = "ana@example.com"
HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "cache-control")


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


async def signed_in(house: House, browser: httpx2.AsyncClient, after: str = "") -> httpx2.Response:
    token = await house.link(ANA)
    shown = await browser.get("/signin", params={"token": token, "next": after})
    assert shown.status_code == 200
    form = {name: field(shown.text, name) for name in ("_csrf", "token", "next")}
    return await browser.post("/signin", data=form)


async def test_a_link_is_used_by_its_button_and_not_by_opening_it(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR, name="Ana Ruiz")
    async with house.browser() as scanner, house.browser() as browser:
        token = await house.link(ANA)
        for _ in range(3):
            assert (await scanner.get("/signin", params={"token": token})).status_code == 200
        shown = await browser.get("/signin", params={"token": token, "next": "/desk"})
        form = {name: field(shown.text, name) for name in ("_csrf", "token", "next")}
        answer = await browser.post("/signin", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
        assert (await browser.get("/desk")).json()["name"] == "Ana Ruiz"
        again = await scanner.get("/signin", params={"token": token})
        stale = await scanner.post("/signin", data={"_csrf": field(again.text, "_csrf"), "token": token})
        assert stale.status_code == 403
        assert "opens nothing any more" in stale.text


@pytest.mark.parametrize(
    ("base", "public", "name", "secure"),
    [
        ("http://localhost", "", "crossdock", False),
        ("http://127.0.0.1:8080", "", "crossdock", False),
        ("http://localhost", "https://hub.example.com", "__Host-crossdock", True),
        ("https://hub.example.com", "", "__Host-crossdock", True),
        ("http://10.0.0.7", "", "__Host-crossdock", True),
    ],
)
async def test_cookies_are_out_of_reach_and_for_tls_only_except_at_home(
    house: House, base: str, public: str, name: str, secure: bool
) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    async with house.browser(base, public) as browser:
        shown = await browser.get("/signin", params={"token": await house.link(ANA)})
        jar = shown.headers["set-cookie"].partition(";")[0]
        form = {key: field(shown.text, key) for key in ("_csrf", "token")}
        answer = await browser.post("/signin", data=form, headers={"cookie": jar})
    kept = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
    assert len(kept) == 1
    flags = {part.strip().lower() for part in kept[0].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) is secure
    assert not any(flag.startswith("domain") for flag in flags)


async def test_a_session_fixed_by_somebody_else_is_not_taken_over(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    async with house.browser() as browser:
        browser.cookies.set("crossdock", "A" * 43, domain="localhost.local")
        await signed_in(house, browser)
        async with house.browser() as attacker:
            attacker.cookies.set("crossdock", "A" * 43)
            assert (await attacker.get("/desk")).status_code == 303


async def test_signing_in_again_ends_the_session_before(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    async with house.browser() as browser, house.browser() as copy:
        await signed_in(house, browser)
        copy.cookies.update(browser.cookies)
        assert (await copy.get("/desk")).status_code == 200
        await signed_in(house, browser)
        assert (await copy.get("/desk")).status_code == 303
        assert (await browser.get("/desk")).status_code == 200


async def test_whoever_is_not_signed_in_is_led_to_the_page_and_back(house: House) -> None:
    async with house.browser() as browser:
        answer = await browser.get("/desk?day=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fdesk%3Fday%3D1")
        piece = await browser.get("/desk", headers={"hx-request": "true"})
        assert (piece.status_code, piece.headers["hx-redirect"]) == (401, "/signin")
        assert (await browser.post("/desk")).status_code == 401


@pytest.mark.parametrize("after", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: x"])
async def test_the_way_on_leads_to_our_own_pages_only(house: House, after: str) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    async with house.browser() as browser:
        answer = await signed_in(house, browser, after)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


async def test_a_form_counts_only_from_a_page_of_this_session(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    async with house.browser() as browser, house.browser() as other:
        await signed_in(house, browser)
        await signed_in(house, other)
        own = (await browser.get("/desk")).json()["csrf"]
        foreign = (await other.get("/desk")).json()["csrf"]
        assert (await browser.post("/desk", data={"reason": "x"})).status_code == 403
        assert (await browser.post("/desk", data={"reason": "x", "_csrf": foreign})).status_code == 403
        assert (await browser.post("/desk", data={"_csrf": own[:-1] + "é"})).status_code == 403
        done = await browser.post("/desk", data={"reason": "because", "_csrf": own})
        assert (done.status_code, done.json()["reason"]) == (201, "because")
        assert (await browser.post("/desk", headers={"x-csrf-token": own})).status_code == 201
        for told in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
            answer = await browser.post("/desk", headers={"x-csrf-token": own, **told})
            assert answer.status_code == 403, told
        assert (await browser.post("/desk", headers={"x-csrf-token": own, "origin": "http://localhost"})).is_success


async def test_a_sign_in_form_of_another_browser_signs_nobody_in(house: House) -> None:
    """Else somebody could be signed in as the attacker, and work for them."""
    await house.person(ANA, RoleName.OPERATOR)
    async with house.browser() as attacker, house.browser() as victim:
        shown = await attacker.get("/signin", params={"token": await house.link(ANA)})
        form = {name: field(shown.text, name) for name in ("_csrf", "token")}
        await victim.get("/signin", params={"token": "x"})
        assert (await victim.post("/signin", data=form)).status_code == 403
        assert (await victim.get("/desk")).status_code == 303


async def test_a_role_without_the_verb_is_told_what_is_missing(house: House) -> None:
    await house.person(ANA, RoleName.VIEWER)
    async with house.browser() as browser:
        await signed_in(house, browser)
        csrf = (await browser.get("/desk")).json()["csrf"]
        answer = await browser.post("/desk", headers={"x-csrf-token": csrf})
    assert (answer.status_code, "do not let you act" in answer.text) == (403, True)


async def test_a_customer_lands_in_the_portal_and_in_no_room_of_ours(house: House) -> None:
    await house.person(ANA, RoleName.CUSTOMER, reach=Reach(customers=("C1",)))
    async with house.browser() as browser:
        assert (await signed_in(house, browser)).headers["location"] == "/portal"
        assert (await browser.get("/desk")).status_code == 403


async def test_signing_out_needs_the_token_and_ends_the_session(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    async with house.browser() as browser, house.browser() as copy:
        await signed_in(house, browser)
        copy.cookies.update(browser.cookies)
        assert (await browser.post("/signout")).status_code == 403
        csrf = (await browser.get("/desk")).json()["csrf"]
        assert (await browser.post("/signout", data={"_csrf": csrf})).headers["location"] == "/signin"
        assert (await copy.get("/desk")).status_code == 303
        assert (await browser.post("/signout")).status_code == 303


async def test_every_answer_carries_the_headers(house: House) -> None:
    async with house.browser() as browser:
        for path in ("/signin", "/desk", "/signin?token=x", "/nowhere"):
            answer = await browser.get(path)
            for name in HEADERS:
                assert name in answer.headers, (path, name)
            policy = answer.headers["content-security-policy"]
            assert "unsafe" not in policy
            assert policy.startswith("default-src 'none'")
            assert not re.search(r"<script|<style|\son\w+=|\sstyle=", answer.text)


async def test_what_a_visitor_says_is_shown_as_text(house: House) -> None:
    async with house.browser() as browser:
        shown = await browser.get("/signin", params={"token": '"><script>alert(1)</script>', "next": '"><b>'})
    assert "<script>" not in shown.text
    assert "<b>" not in shown.text


async def test_a_request_reaches_as_far_as_its_verb_and_no_longer_than_itself(house: House) -> None:
    await house.person(ANA, RoleName.VIEWER, reach=Reach(sites=("nl-1",)))
    async with house.browser() as browser:
        await signed_in(house, browser)
        told = (await browser.get("/desk")).json()["reach"]
        assert told == '[{"sites":["nl-1"]}]'
        assert limit() == ""
