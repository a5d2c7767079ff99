"""The safe word as this computer knows it: a keyed hash in the keyring, never the word."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable

from pydantic import SecretStr

from shared.credentials import SessionStore

_KEY_BYTES = 32


class SafeWordKeeper:
    """Tells whether a line is the safe word of whoever is signed in.

    The key is random and lies beside the hash in the keyring; what is typed is compared and
    forgotten. Without a keyring the word has to be given again at each start.
    """

    def __init__(
        self,
        store: SessionStore,
        *,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._store = store
        self._random_bytes = random_bytes
        self._key = b""
        self._digest = ""

    @property
    def is_known(self) -> bool:
        """Whether a safe word is known here."""
        return bool(self._digest)

    async def open(self, user_id: str) -> None:
        """Know the safe word of this person, if this computer was told it."""
        self.close()
        kept = await self._store.load(_place(user_id))
        key, _, digest = (kept or "").partition(":")
        try:
            self._key = bytes.fromhex(key)
        except ValueError:
            return
        self._digest = digest

    def close(self) -> None:
        """Know nobody's."""
        self._key, self._digest = b"", ""

    async def learn(self, user_id: str, word: SecretStr) -> None:
        """Know a new safe word from now on."""
        self._key = self._random_bytes(_KEY_BYTES)
        self._digest = self._hash(word.get_secret_value())
        await self._store.save(_place(user_id), f"{self._key.hex()}:{self._digest}")

    def is_said(self, text: str) -> bool:
        """Whether a line is the safe word and nothing else; case and outer spaces do not count."""
        return self.is_known and hmac.compare_digest(self._digest, self._hash(text))

    def _hash(self, text: str) -> str:
        plain = unicodedata.normalize("NFKC", text).strip().casefold()
        return hmac.new(self._key, plain.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _place(user_id: str) -> str:
    return f"safe-word:{user_id}"
