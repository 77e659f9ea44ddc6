"""A small IMAP server (RFC 3501) over TLS: the commands a pickup speaks, on folders held in memory."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CUT = "cut the line"


class Server(socketserver.ThreadingTCPServer):
    """The listener. `folders` hold raw mails by uid; `flags` the flags of the inbox's.

    Mails in `closed` are not given, the line is cut in the middle of those in `cut`, and `lying` is announced as 10 GB.
    `able` are capabilities.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, pem: Path) -> None:
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}, "Archive": {}, "Refused": {}}
        self.flags: dict[int, str] = {}
        self.closed: set[int] = set()
        self.cut: set[int] = set()
        self.able: set[str] = set()
        self.lying = 0
        self.validity = 1
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(pem)
        super().__init__(("127.0.0.1", 0), Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is none of the server's concern."""


class Conversation(socketserver.BaseRequestHandler):
    """One client."""

    server: Server

    def handle(self) -> None:
        with self.server.tls.wrap_socket(self.request, server_side=True) as tls, tls.makefile("rwb") as file:
            file.write(b"* OK ready\r\n")
            file.flush()
            while line := file.readline(8192):
                tag, _, rest = line.decode("latin-1").strip().partition(" ")
                untagged, answer = self.answer(rest)
                file.write(untagged if answer == CUT else untagged + f"{tag} {answer}\r\n".encode())
                file.flush()
                if answer == CUT:
                    tls.shutdown(socket.SHUT_RDWR)
                    return
                if rest == "LOGOUT":
                    return

    def answer(self, line: str) -> tuple[bytes, str]:
        words = line.split()
        match [*(word.upper() for word in words[:2])]:
            case ["CAPABILITY"]:
                able = " ".join(["IMAP4rev1", *sorted(self.server.able)])
                return f"* CAPABILITY {able}\r\n".encode(), "OK done"
            case ["LOGIN", _]:
                return b"", "OK in" if words[1:] == ["hub", '"right"'] else "NO wrong"
            case ["SELECT", _]:
                inbox = self.server.folders.get(words[1].strip('"'))
                if inbox is None:
                    return b"", "NO such folder"
                validity = self.server.validity
                return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] told\r\n" % (len(inbox), validity), "OK open"
            case ["UID", command]:
                return getattr(self, command.lower())(words[2:])  # type: ignore[no-any-return]
            case ["EXPUNGE"]:
                return self.expunge([str(uid) for uid in self.marked()])
            case ["LOGOUT"]:
                return b"* BYE\r\n", "OK bye"
        return b"", "BAD unknown"

    def marked(self) -> list[int]:
        return [uid for uid in self.server.folders["INBOX"] if r"\Deleted" in self.server.flags.get(uid, "")]

    def search(self, words: list[str]) -> tuple[bytes, str]:
        if words == ["DELETED"]:
            found = self.marked()
        else:
            wanted = words[-1].strip('"').encode()
            inbox, marked = self.server.folders["INBOX"], self.marked()
            found = [uid for uid, raw in inbox.items() if uid not in marked and re.search(b"From:.*" + wanted, raw)]
        return b"* SEARCH %s\r\n" % " ".join(map(str, found)).encode(), "OK found"

    def fetch(self, words: list[str]) -> tuple[bytes, str]:
        uid = int(words[0])
        raw = self.server.folders["INBOX"].get(uid)
        if raw is None:
            return b"", "OK nothing of that number"
        if "SIZE" in words[1]:
            return b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, len(raw)), "OK fetched"
        if "BODY" not in words[1]:
            return b"* 1 FETCH (UID %d)\r\n" % uid, "OK fetched"
        if uid in self.server.closed:
            return b"", "NO you may not"
        if uid == self.server.lying:
            return b"* 1 FETCH (UID %d BODY[] {9999999999}\r\n" % uid, CUT
        if uid in self.server.cut:
            return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s" % (uid, len(raw), raw[: len(raw) // 2]), CUT
        return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(raw), raw), "OK fetched"

    def expunge(self, words: list[str]) -> tuple[bytes, str]:
        for uid in self.marked():
            if str(uid) in words:
                del self.server.folders["INBOX"][uid]
        return b"", "OK gone"

    def move(self, words: list[str]) -> tuple[bytes, str]:
        untagged, answer = self.copy(words)
        if answer.startswith("OK"):
            del self.server.folders["INBOX"][int(words[0])]
        return untagged, answer

    def copy(self, words: list[str]) -> tuple[bytes, str]:
        folder = self.server.folders.get(words[1].strip('"'))
        if folder is None:
            return b"", "NO [TRYCREATE] no such folder"
        folder[int(words[0])] = self.server.folders["INBOX"][int(words[0])]
        return b"", "OK copied"

    def store(self, words: list[str]) -> tuple[bytes, str]:
        self.server.flags[int(words[0])] = " ".join(words[2:])
        return b"", "OK stored"


@contextmanager
def serving_imap(pem: Path) -> Iterator[Server]:
    """A running server under the key and certificate in `pem`."""
    with Server(pem) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
