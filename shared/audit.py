"""The audit log's hash chain as pure functions: the server seals with them, the console checks."""

import hashlib
import json
from collections.abc import Iterable

from shared.schemas.moderation import AuditEntry, AuditVerdict

GENESIS_HASH = "0" * 64
"""The `prev_hash` of the first entry."""


def canonical_bytes(entry: AuditEntry) -> bytes:
    """What is hashed: every field but `hash` as JSON with sorted keys, no spaces, UTF-8.

    Raises:
        ValueError: a number that JSON does not know, such as NaN, is in the details.
    """
    fields = entry.model_dump(mode="json", exclude={"hash"})
    text = json.dumps(
        fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8", "surrogatepass")


def entry_hash(entry: AuditEntry) -> str:
    """The hash an entry must carry: hex SHA-256 of its canonical bytes."""
    return hashlib.sha256(canonical_bytes(entry)).hexdigest()


def seal(entry: AuditEntry) -> AuditEntry:
    """The same entry with the hash it must carry."""
    return entry.model_copy(update={"hash": entry_hash(entry)})


class ChainVerifier:
    """Follows the chain entry by entry from its beginning, in constant memory.

    A reader that holds only a part of the chain may start after a link it trusts.
    """

    def __init__(self, *, after_seq: int = 0, after_hash: str = GENESIS_HASH) -> None:
        self._seq = after_seq
        self._head = after_hash
        self._count = 0
        self._broken_at: int | None = None

    def feed(self, entry: AuditEntry) -> bool:
        """Take the next entry; false from the first one on that does not fit."""
        self._count += 1
        if self._broken_at is not None:
            return False
        fits = (
            entry.seq == self._seq + 1
            and entry.prev_hash == self._head
            and entry.hash == entry_hash(entry)
        )
        if not fits:
            self._broken_at = entry.seq
            return False
        self._seq, self._head = entry.seq, entry.hash
        return True

    @property
    def verdict(self) -> AuditVerdict:
        """What is known so far; `head` is the hash of the last entry that fitted."""
        return AuditVerdict(
            ok=self._broken_at is None,
            entries=self._count,
            broken_at=self._broken_at,
            head=self._head,
        )


def verify_chain(entries: Iterable[AuditEntry]) -> AuditVerdict:
    """Whether these entries, in order from the first, are a whole and untouched chain."""
    verifier = ChainVerifier()
    for entry in entries:
        verifier.feed(entry)
    return verifier.verdict
