"""TLS as the operating system trusts it, for the HTTP client and the realtime layer."""

import ipaddress
import ssl
from urllib.parse import urlsplit

import truststore


def client_context() -> ssl.SSLContext:
    """A context that verifies by the system's own roots, in frozen apps as well."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def is_encrypted(url: str) -> bool:
    """Whether the address asks for TLS."""
    return urlsplit(url).scheme in {"https", "wss"}


def is_loopback(url: str) -> bool:
    """Whether the address is this machine, where a proxy of the environment has no business."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Host and port of an address, for sentences: never its path or query."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port}" if parts.port else (host or "the given address")
