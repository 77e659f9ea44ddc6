"""HTTP/1.1 as uvicorn speaks it, with an end to what may be said before anything is: lines, headers, trailers.

The parser holds the head of a request, a trailer and the extension of a chunk in memory until they are complete, and
has no bound of its own: whoever sends one without an end, before we know who it is, would fill the memory.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Counted from the last thing that was complete (a head, a piece of a body, a request), by whole reads of the socket.
UNTOLD_BYTES_MAX = 128 * 1024
# What is left of a body that was refused: read, so that a client that reads its answer last gets it, and thrown away.
UNWANTED_BYTES_MAX = 64 * 1024 * 1024
TOO_LONG = b"the head of a request holds at most 128 KiB: send fewer or shorter headers\n"


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    _untold_bytes = 0
    _is_told = False
    _has_begun = False

    def data_received(self, data: bytes) -> None:
        """Read on, or end a connection that says nothing at length."""
        self._is_told = False
        super().data_received(data)
        self._untold_bytes = 0 if self._is_told else self._untold_bytes + len(data)
        if self._is_answered():
            if self._untold_bytes > UNWANTED_BYTES_MAX:
                self.transport.close()
        elif self._untold_bytes > UNTOLD_BYTES_MAX and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
                b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(TOO_LONG), TOO_LONG)
            )
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._has_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head is complete."""
        self._is_told, self._has_begun = True, False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of a body is here; nobody waits for it once the request is answered."""
        self._is_told = self._is_told or not self._is_answered()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is complete."""
        self._is_told = True
        super().on_message_complete()

    def _is_answered(self) -> bool:
        """Whether what is coming is the rest of a request that has been answered."""
        # There is none before the first request, which its type does not say.
        if self._has_begun or self.cycle is None:
            return False
        return self.cycle.response_complete
