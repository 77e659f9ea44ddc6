"""Which addresses a partner's name may lead to: the public internet, unless its file says otherwise.

A name in a partner file is under the partner's control, and so is what it resolves to, at every look-up anew. Without
this a partner could have us call our own database, or the cloud's metadata service, in its place (OWASP: SSRF).
"""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from crossdock.kernel.errors import Permanent

# NAT64: the last four bytes are an IPv4 address.
_NAT64 = IPv6Address("64:ff9b::").packed[:12]


def is_public(text: str) -> bool:
    """Whether an address literal is one of the public internet; an IPv4 address inside an IPv6 one counts as itself."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.packed[:12] == _NAT64:
            inner = ip_address(address.packed[12:])  # type: ignore[assignment]
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast


def refuse_private(host: str) -> None:
    """A host given as an address is never resolved, so it is looked at here; a name passes.

    Raises:
        Permanent: a private address.
    """
    try:
        public = is_public(host)
    except ValueError:
        return
    if not public:
        raise Permanent(_told(host, host))


class PublicResolver(AbstractResolver):
    """Resolves as the machine does and gives only public addresses; the connection is made to what was looked at."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises: OSError: none of its addresses is public."""
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise OSError(None, _told(host, ", ".join(one["host"] for one in found)))
        return public

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()


def _told(host: str, addresses: str) -> str:
    return (
        f"{host} leads to {addresses}, which is not on the public internet: correct the partner's address, or say "
        "private_network = true under [transport] if that system stands in a network of yours"
    )
