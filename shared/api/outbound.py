"""Requests that the server makes to addresses an operator named: pinned, bounded, no redirects.

A name is resolved once and the connection goes to that very address, so that what was checked is
what is reached. Networks that only this machine's own services use are refused unless the
operator named this machine itself.
"""

import asyncio
import ipaddress
import socket
from typing import override

import httpx

from shared.api.tls import client_context, host_of, is_encrypted, is_loopback
from shared.errors import InvalidInput, Unavailable

_RESOLVE_S = 5.0
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_TUNNELS = ipaddress.ip_network("2002::/16")
"""6to4 (RFC 3056): an IPv4 address, of any network, inside."""


def checked_url(url: str) -> str:
    """An address that may be called: https anywhere, http on this machine only.

    Raises:
        InvalidInput: it is neither.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise _not_allowed("the given address") from None
    if not parsed.host or parsed.userinfo:
        raise _not_allowed(host_of(url))
    if parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(url)):
        return url.rstrip("/")
    raise _not_allowed(host_of(url))


def may_reach(address: str, *, is_own_machine: bool) -> bool:
    """Whether a request may go to an IP address: public ones, or this machine where it is meant."""
    found = ipaddress.ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if is_own_machine:
        return found.is_loopback
    if found.version == 6 and found not in _GLOBAL_UNICAST:
        return False  # among them translations (64:ff9b::/96) of addresses inside
    if found.version == 6 and found in _TUNNELS:
        return False  # not every version of Python says so
    return found.is_global and not found.is_multicast


class PinnedTransport(httpx.AsyncBaseTransport):
    """Resolves, checks, and connects to exactly what was checked."""

    def __init__(self, url: str) -> None:
        self._is_own_machine = is_loopback(url)
        self._inner = httpx.AsyncHTTPTransport(
            verify=client_context() if is_encrypted(url) else False,
            limits=httpx.Limits(max_connections=8),
        )

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Raises:
            Unavailable: the name leads nowhere, or to where no request may go.
        """
        host = request.url.host
        address = await self._resolve(host, request.url.port or 443)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def _resolve(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_RESOLVE_S):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError):
            raise _nowhere(host) from None
        addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
        for address in addresses:
            if may_reach(address, is_own_machine=self._is_own_machine):
                return address
        raise _nowhere(host)

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()


def _not_allowed(host: str) -> InvalidInput:
    return InvalidInput(
        f"No requests are sent to {host}; give an address that begins with https, or http on "
        "this machine, without a name or password in it.",
        code="ADDRESS_REFUSED",
    )


def _nowhere(host: str) -> Unavailable:
    return Unavailable(
        f"{host} cannot be reached from here, or lies in a network that no request may go to.",
        code="ADDRESS_UNREACHABLE",
    )
