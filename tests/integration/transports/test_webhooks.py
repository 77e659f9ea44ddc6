"""Events out go to the public internet alone, and whatever the other side does is an answer."""

from __future__ import annotations

import asyncio

import pytest

from crossdock.transports.webhooks import WebhookPoster


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/in",
        "https://127.0.0.1/in",
        "https://10.0.0.7/in",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/in",
        "https://[::ffff:10.0.0.1]/in",
        "https://localhost/in",
        "https://db.internal/in",
        "https://user:secret@hooks.example.com/in",
        "https://hooks.example.com/in#fragment",
        "file:///etc/passwd",
        "https://",
        "https://[",
        "not a url",
    ],
)
async def test_address_that_is_not_public_is_never_called(url: str) -> None:
    poster = WebhookPoster()
    assert poster.refuses(url)
    answer = await poster.post(url, {}, b"{}")
    assert (answer.status, answer.ms) == (0, 0)


async def test_name_that_leads_home_is_refused_when_it_is_called() -> None:
    poster = WebhookPoster()
    # A name passes at first sight: where it leads is looked at anew at every call.
    assert poster.refuses("https://localhost.localdomain/in") == ""
    answer = await poster.post("https://localhost.localdomain/in", {}, b"{}")
    assert answer.status == 0
    await poster.close()


async def test_answer_is_its_status_and_no_redirect_is_followed() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head + await reader.readexactly(2))
        writer.write(
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        poster = WebhookPoster(private_network=True)
        told = await poster.post(f"http://127.0.0.1:{port}/in?a=1", {"webhook-id": "1.1"}, b"{}")
        await poster.close()
    assert (told.status, told.detail, told.retry_after_s) == (302, "HTTP 302", 7.0)
    assert asked[0].startswith(b"POST /in?a=1 HTTP/1.1")
    assert b"webhook-id: 1.1" in asked[0].lower()
