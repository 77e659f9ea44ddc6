"""OpenSSH's sshd and vsftpd on free ports of the loopback, each serving one folder."""

from __future__ import annotations

import os
import pwd
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.servers import HOST, Server, free_port, listens, missing, program, serving

PASSIVE_PORTS = 20


@dataclass(frozen=True, slots=True)
class FileServer:
    """A running server; `trusted` is what a client must know of it: the host key, or the certificate in PEM."""

    root: Path
    port: int
    user: str
    trusted: str
    client_key: str = ""

    def names(self, folder: str) -> set[str]:
        """The files there."""
        return {path.name for path in (self.root / folder).iterdir() if path.is_file()}

    def put(self, name: str, body: bytes, at: int = 1) -> None:
        """A file of the partner's in its outbox, which is our inbox."""
        path = self.root / "in" / name
        path.write_bytes(body)
        path.chmod(0o666)
        os.utime(path, (at, at))


@contextmanager
def sshd(folder: Path) -> Iterator[FileServer]:
    """An sshd that lets whoever runs it in with a key, into SFTP only."""
    start = program("sshd", "openssh-server")
    if os.getuid() == 0:
        # Where it separates privileges; the package makes it at boot, which a container does not have.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    keygen = program("ssh-keygen", "openssh-client")
    for name in ("host", "client"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    root = _tree(folder)
    port = free_port()
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress {HOST}:{port}\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/client.pub\nStrictModes no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nUsePAM no\n"
        f"Subsystem sftp internal-sftp\nForceCommand internal-sftp -d {root}\n"
    )
    server = Server([start, "-D", "-e", "-f", str(config)], folder / "sshd.out", lambda: listens(port))
    with serving(server):
        host_key = " ".join((folder / "host.pub").read_text().split()[:2])
        user = pwd.getpwuid(os.getuid()).pw_name
        yield FileServer(root, port, user, host_key, (folder / "client").read_text())


@contextmanager
def vsftpd(folder: Path) -> Iterator[FileServer]:
    """A vsftpd with explicit TLS that insists on one session for both connections, and lets `anonymous` write.

    It drops its privileges to the user `ftp`, for which it must be started as root.
    """
    start = program("vsftpd", "vsftpd")
    if os.getuid() != 0:
        missing("a vsftpd that may change its user", "run this test as root")
    folder.chmod(0o755)
    root = _tree(folder)
    owner = pwd.getpwnam("ftp")
    for name in ("in", "out"):
        os.chown(root / name, owner.pw_uid, owner.pw_gid)
    empty = folder / "empty"
    empty.mkdir()
    certificate, key = _certificate(folder)
    port, first_passive = free_port(), free_port()
    config = folder / "vsftpd.conf"
    config.write_text(
        f"listen=YES\nlisten_address={HOST}\nlisten_port={port}\nbackground=NO\nseccomp_sandbox=NO\n"
        f"anonymous_enable=YES\nlocal_enable=NO\nwrite_enable=YES\nno_anon_password=YES\nanon_root={root}\n"
        "anon_upload_enable=YES\nanon_mkdir_write_enable=YES\nanon_other_write_enable=YES\nanon_umask=022\n"
        "anon_world_readable_only=NO\n"
        f"ssl_enable=YES\nallow_anon_ssl=YES\nforce_anon_logins_ssl=YES\nforce_anon_data_ssl=YES\n"
        f"require_ssl_reuse=YES\nrsa_cert_file={certificate}\nrsa_private_key_file={key}\nssl_ciphers=HIGH\n"
        f"pasv_min_port={first_passive}\npasv_max_port={first_passive + PASSIVE_PORTS}\n"
        f"secure_chroot_dir={empty}\nxferlog_enable=NO\n"
    )
    server = Server([start, str(config)], folder / "vsftpd.out", lambda: listens(port))
    with serving(server):
        yield FileServer(root, port, "anonymous", certificate.read_text())


def _tree(folder: Path) -> Path:
    root = folder / "files"
    for name in ("in", "out"):
        (root / name).mkdir(parents=True)
    root.chmod(0o755)
    return root


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the loopback that a client accepts as its own authority."""
    certificate, key = folder / "server.pem", folder / "server.key"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", f"subjectAltName=IP:{HOST},DNS:localhost"]
    subprocess.run(
        [program("openssl", "openssl"), *made, *names, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    ssl.create_default_context(cadata=certificate.read_text())
    return certificate, key
