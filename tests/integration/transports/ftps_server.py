"""A small FTP server with explicit TLS (RFC 959, 3659, 4217), because pyftpdlib has TLS only with another library.

It refuses to speak in clear, and refuses a data connection that does not continue the session of its control
connection, as careful servers do.
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    server: Server
    timeout = 20

    def handle(self) -> None:
        self.listener: socket.socket | None = None
        self.folder, self.secure, self.user, self.source = "/", False, "", Path()
        self.say("220 ready")
        while line := self.rfile.readline(4096):
            command, _, argument = line.decode("latin-1").strip().partition(" ")
            method: Callable[[str], None] | None = getattr(self, f"do_{command.lower()}", None)
            if method is None:
                self.say(f"502 {command} is not known")
            elif not self.secure and command.upper() != "AUTH":
                self.say("522 encrypt first")
            else:
                try:
                    method(argument)
                except (OSError, ValueError) as error:
                    self.say(f"550 {type(error).__name__}")
            if command.upper() == "QUIT":
                return

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        # By now not the socket the server was handed, which is all it closes itself.
        self.request.close()
        if self.listener is not None:
            self.listener.close()

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("latin-1"))

    def path(self, name: str) -> Path:
        full = f"{self.folder}/{name}".encode("latin-1").decode("utf-8", "surrogateescape")
        return self.server.root / full.lstrip("/")

    def do_auth(self, _: str) -> None:
        self.say("234 go on")
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
        self.secure = True

    def do_user(self, name: str) -> None:
        self.user = name
        self.say("331 password")

    def do_pass(self, password: str) -> None:
        self.say("230 in" if (self.user, password) == ("crossdock", "right") else "530 no")

    def do_pbsz(self, _: str) -> None:
        self.say("200 fine")

    do_prot = do_type = do_pbsz

    def do_pwd(self, _: str) -> None:
        self.say(f'257 "{self.folder}"')

    def do_cwd(self, name: str) -> None:
        folder = name if name.startswith("/") else f"{self.folder.rstrip('/')}/{name}"
        there = (self.server.root / folder.lstrip("/")).is_dir()
        self.folder = folder if there else self.folder
        self.say("250 there" if there else "550 no such folder")

    def do_mkd(self, name: str) -> None:
        self.path(name).mkdir()
        self.say(f'257 "{name}"')

    def do_size(self, name: str) -> None:
        self.say(f"213 {self.path(name).stat().st_size}")

    def do_dele(self, name: str) -> None:
        self.path(name).unlink()
        self.say("250 gone")

    def do_rnfr(self, name: str) -> None:
        self.source = self.path(name)
        self.say("350 to what" if self.source.exists() else "550 no such file")

    def do_rnto(self, name: str) -> None:
        target = self.path(name)
        if target.exists():
            self.say("553 it is there already")
            return
        self.source.rename(target)
        self.say("250 renamed")

    def do_pasv(self, _: str) -> None:
        if self.listener is not None:
            self.listener.close()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(10)
        port = self.listener.getsockname()[1]
        self.say(f"227 at (127,0,0,1,{port >> 8},{port & 255})")

    def do_mlsd(self, name: str) -> None:
        lines = []
        for path in self.path(name).iterdir():
            kind = "dir" if path.is_dir() else "file"
            stat = path.stat()
            shown = str(path.name).encode("utf-8", "surrogateescape")
            lines.append(f"type={kind};size={stat.st_size};modify={int(stat.st_mtime)}; ".encode() + shown + b"\r\n")
        self.transfer(lambda data: data.sendall(b"".join(lines)))

    def do_retr(self, name: str) -> None:
        if self.path(name).name in self.server.closed:
            raise PermissionError(name)
        body = self.path(name).read_bytes()
        if self.path(name).name in self.server.broken:
            self.transfer(lambda data: data.sendall(body[: len(body) // 2]), cut=True)
            self.request.shutdown(socket.SHUT_RDWR)
            return
        self.transfer(lambda data: data.sendall(body))

    def do_stor(self, name: str) -> None:
        with self.path(name).open("wb") as file:
            self.transfer(lambda data: file.writelines(iter(lambda: data.recv(65536), b"")))

    def do_quit(self, _: str) -> None:
        self.say("221 bye")

    def transfer(self, move: Callable[[ssl.SSLSocket], None], *, cut: bool = False) -> None:
        self.say("150 begins")
        assert self.listener is not None
        plain, _ = self.listener.accept()
        self.listener.close()
        with self.server.tls.wrap_socket(plain, server_side=True) as data:
            if not data.session_reused:
                self.say("522 continue the session of the control connection")
                return
            move(data)
            if cut:
                return
            with suppress(OSError):
                data.unwrap()
        self.say("226 done")


class Server(socketserver.ThreadingTCPServer):
    """The listener; `root` is what the client sees as `/`. Files in `closed` may not be read; reading one in `broken`
    ends the connection in the middle."""

    closed: set[str]
    broken: set[str]

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, root: Path, pem: Path) -> None:
        self.root, self.closed, self.broken = root, set(), set()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(pem)
        super().__init__(("127.0.0.1", 0), Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is none of the server's concern."""


@contextmanager
def serving_tls(root: Path, pem: Path, closed: set[str] | None = None, broken: set[str] | None = None) -> Iterator[int]:
    """Serve this folder under the key and certificate in `pem`; gives the port."""
    with Server(root, pem) as server:
        # Not `or`: an empty set of the test's is filled later.
        server.closed = server.closed if closed is None else closed
        server.broken = server.broken if broken is None else broken
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
