"""Time-based one-time passwords (RFC 6238, SHA-1, 6 digits, 30 s) as pure functions."""

import base64
import hashlib
import hmac
import struct
from urllib.parse import quote, urlencode

STEP_S = 30
DIGITS = 6
_WINDOW = 1
"""Steps before and after now that are taken too, for clocks that are not quite right."""


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step (RFC 4226, section 5.3)."""
    mac = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: bytes, code: str, now_s: float, *, after: int) -> int | None:
    """The step whose code this is, of those around now and later than `after`; None if none."""
    given = code.encode("utf-8", "replace")
    now = int(now_s) // STEP_S
    found = None
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        # Every step is compared, so that the time taken tells nothing.
        if hmac.compare_digest(code_at(secret, step).encode(), given) and step > after:
            found = step
    return found


def base32(secret: bytes) -> str:
    """The secret as authenticator apps take it typed."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, account: str) -> str:
    """The `otpauth:` address that authenticator apps read from a QR code."""
    query = urlencode({"secret": base32(secret), "issuer": "Teezu"})
    return f"otpauth://totp/Teezu:{quote(account)}?{query}"
