"""A small IMAP server (RFC 3501) over TLS: the commands a pickup speaks, on folders held in memory."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Server(socketserver.ThreadingTCPServer):
    """The listener. `folders` hold raw mails by uid; `flags` the flags of the inbox's."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, pem: Path) -> None:
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}, "Archive": {}, "Refused": {}}
        self.flags: dict[int, str] = {}
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
                file.write(untagged + f"{tag} {answer}\r\n".encode())
                file.flush()
                if rest == "LOGOUT":
                    return

    def answer(self, line: str) -> tuple[bytes, str]:
        words = line.split()
        match [*(word.upper() for word in words[:2])]:
            case ["CAPABILITY"]:
                return b"* CAPABILITY IMAP4rev1\r\n", "OK done"
            case ["LOGIN", _]:
                return b"", "OK in" if words[1:] == ["hub", '"right"'] else "NO wrong"
            case ["SELECT", _]:
                inbox = self.server.folders.get(words[1].strip('"'))
                return (b"* %d EXISTS\r\n" % len(inbox), "OK open") if inbox is not None else (b"", "NO such folder")
            case ["UID", command]:
                return getattr(self, command.lower())(words[2:])  # type: ignore[no-any-return]
            case ["EXPUNGE"]:
                for uid in [uid for uid, flags in self.server.flags.items() if r"\Deleted" in flags]:
                    self.server.folders["INBOX"].pop(uid, None)
                return b"", "OK gone"
            case ["LOGOUT"]:
                return b"* BYE\r\n", "OK bye"
        return b"", "BAD unknown"

    def search(self, words: list[str]) -> tuple[bytes, str]:
        wanted = words[-1].strip('"').encode()
        found = [uid for uid, raw in self.server.folders["INBOX"].items() if re.search(b"From:.*" + wanted, raw)]
        return b"* SEARCH %s\r\n" % " ".join(map(str, found)).encode(), "OK found"

    def fetch(self, words: list[str]) -> tuple[bytes, str]:
        uid = int(words[0])
        raw = self.server.folders["INBOX"][uid]
        if "SIZE" in words[1]:
            return b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, len(raw)), "OK fetched"
        return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(raw), raw), "OK fetched"

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
