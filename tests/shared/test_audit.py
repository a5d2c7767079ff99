"""The audit chain: whole as written, and any change to it is found where it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit import GENESIS_HASH, ChainVerifier, entry_hash, seal, verify_chain
from shared.schemas.moderation import AuditEntry

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_details = st.dictionaries(st.text(max_size=10), _json, max_size=4)


def _chain(details: list[dict[str, Any]]) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number, detail in enumerate(details, 1):
        entries.append(
            seal(
                AuditEntry(
                    seq=number,
                    at=START + timedelta(milliseconds=7 * number),
                    actor_id="a",
                    actor="Ada",
                    action="case.decided",
                    subject_type="case",
                    subject_id=str(number),
                    details=detail,
                    prev_hash=entries[-1].hash if entries else GENESIS_HASH,
                    hash="",
                )
            )
        )
    return entries


def test_an_empty_chain_is_whole() -> None:
    verdict = verify_chain([])
    assert (verdict.ok, verdict.entries, verdict.head) == (True, 0, GENESIS_HASH)


@given(st.lists(_details, min_size=1, max_size=6))
def test_a_chain_verifies_and_survives_the_wire(details: list[dict[str, Any]]) -> None:
    chain = _chain(details)
    assert verify_chain(chain).ok
    again = [AuditEntry.model_validate_json(entry.model_dump_json()) for entry in chain]
    verdict = verify_chain(again)
    assert (verdict.ok, verdict.entries, verdict.head) == (True, len(chain), chain[-1].hash)


_CHANGES: dict[str, Any] = {
    "at": START,
    "actor_id": "b",
    "actor": "Bob",
    "action": "case.claimed",
    "subject_type": "user",
    "subject_id": "x",
    "details": {"forged": True},
    "prev_hash": "f" * 64,
    "hash": "f" * 64,
    "seq": 99,
}


@given(data=st.data())
def test_any_changed_field_is_found(data: st.DataObject) -> None:
    chain = _chain([{"n": n} for n in range(5)])
    index = data.draw(st.integers(0, 4))
    field = data.draw(st.sampled_from(sorted(_CHANGES)))
    chain[index] = chain[index].model_copy(update={field: _CHANGES[field]})
    verdict = verify_chain(chain)
    assert not verdict.ok
    assert verdict.broken_at == chain[index].seq


@given(index=st.integers(0, 3))
def test_a_resealed_forgery_breaks_the_next_link(index: int) -> None:
    chain = _chain([{"n": n} for n in range(5)])
    chain[index] = seal(chain[index].model_copy(update={"details": {"forged": 1}}))
    assert verify_chain(chain).broken_at == index + 2


@pytest.mark.parametrize("gone", [0, 2])
def test_a_missing_entry_is_found(gone: int) -> None:
    chain = _chain([{"n": n} for n in range(5)])
    del chain[gone]
    assert verify_chain(chain).broken_at == gone + 2


def test_swapped_entries_are_found() -> None:
    chain = _chain([{"n": n} for n in range(4)])
    chain[1], chain[2] = chain[2], chain[1]
    assert not verify_chain(chain).ok


def test_a_reader_may_go_on_from_a_link_it_trusts() -> None:
    chain = _chain([{"n": n} for n in range(5)])
    verifier = ChainVerifier(after_seq=chain[2].seq, after_hash=chain[2].hash)
    assert all(verifier.feed(entry) for entry in chain[3:])
    assert verifier.verdict.ok


def test_the_hash_is_the_documented_one() -> None:
    entry = _chain([{"b": 1, "a": "é"}])[0]
    assert entry_hash(entry) == ("c7fea837008d0794f5e2c740975530a0c58a32759345b96c724c4a9f55459d6e")
