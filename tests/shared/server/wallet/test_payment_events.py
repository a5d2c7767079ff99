"""A processor's events: signed, recent, and counted once however often they come."""

import json
from typing import Any

import httpx
from fakes.people import Person, Town

from shared.server.wallet.payment_events import TOLERANCE_S, PaymentEvents, signature


async def _send(
    people: Town, body: dict[str, Any], *, age_s: int = 0, key: bytes | None = None
) -> httpx.Response:
    events = people.local.server.services.get(PaymentEvents)
    at = int(people.local.server.core.clock.now().timestamp()) - age_s
    raw = json.dumps(body).encode()
    headers = {
        "X-Signature": signature(key or events.key, at, raw),
        "Content-Type": "application/json",
    }
    return await people.http.post("/api/v1/wallet/events", content=raw, headers=headers)


def _event(person: Person, tokens: int = 50) -> dict[str, Any]:
    return {"id": "payment-0001", "kind": "settled", "user_id": person.id, "tokens": tokens}


async def test_an_event_counts_once(people: Town) -> None:
    member = await people.person()
    answers = [await _send(people, _event(member)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json() == answers[2].json()
    assert (await member.get("/wallet/balance"))["tokens"] == 50
    other = await _send(people, _event(member, tokens=51))
    assert other.json()["code"] == "IDEMPOTENCY_MISMATCH"


async def test_forged_old_and_changed_events_are_refused(people: Town) -> None:
    member = await people.person()
    assert (await _send(people, _event(member), key=b"another key")).status_code == 403
    assert (await _send(people, _event(member), age_s=TOLERANCE_S + 5)).status_code == 403
    assert (await _send(people, _event(member), age_s=-TOLERANCE_S - 5)).status_code == 403
    unsigned = await people.http.post("/api/v1/wallet/events", json=_event(member))
    assert unsigned.status_code == 422
    good = await _send(people, _event(member))
    headers = {"X-Signature": good.request.headers["X-Signature"]}
    changed = _event(member, tokens=5000) | {"id": "payment-0002"}
    forged = await people.http.post("/api/v1/wallet/events", json=changed, headers=headers)
    assert forged.status_code == 403
    assert (await member.get("/wallet/balance"))["tokens"] == 50
