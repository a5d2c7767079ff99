"""A processor's events: signed, recent, and counted once however often they come."""

import json
from typing import Any

import httpx
import pytest
from fakes.people import Person, Town

from shared.errors import InvalidInput
from shared.schemas.roles import Role
from shared.server.wallet import ledger
from shared.server.wallet.acquirers import Charge, ChargeOrder, load_acquirer
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


def _about(person: Person, kind: str, number: int, tokens: int = 100) -> dict[str, Any]:
    return _event(person, tokens) | {
        "id": f"event-{number:04d}",
        "kind": kind,
        "payment_id": "pay-00000001",
    }


async def test_a_refund_takes_back_what_is_there_and_notes_the_rest(people: Town) -> None:
    member, creator = await people.person(), await people.person(Role.CREATOR)
    stream = await people.stream(creator)
    settled = await _send(people, _about(member, "settled", 1))
    assert settled.json()["balance"] == 100
    await member.post(f"/streams/{stream}/tip", {"tokens": 70})
    early = await _send(people, _about(member, "refunded", 2) | {"payment_id": "no-such-payment"})
    assert early.json()["code"] == "NOT_FOUND"
    refunded = (await _send(people, _about(member, "refunded", 3))).json()
    assert (refunded["state"], refunded["uncollected_tokens"]) == ("refunded", 70)
    assert refunded["balance"] == 0
    again = (await _send(people, _about(member, "refunded", 4))).json()
    assert again == refunded
    late = (await _send(people, _about(member, "settled", 5))).json()
    assert (late["state"], late["balance"]) == ("refunded", 0)
    assert (await creator.get("/wallet/balance"))["earned_tokens"] == 56
    async with people.local.server.core.db.read() as db:
        assert (await ledger.check(db)).ok


async def test_a_chargeback_holds_payouts_and_opens_a_case_until_it_is_won(people: Town) -> None:
    member, mod = await people.person(), await people.person(Role.MOD)
    await _send(people, _about(member, "settled", 1))
    gone = (await _send(people, _about(member, "charged_back", 2))).json()
    assert (gone["state"], gone["balance"], gone["uncollected_tokens"]) == ("charged_back", 0, 0)
    (case,) = (await mod.get("/moderation/queue"))["items"]
    assert (case["subject_id"], case["reasons"]) == (member.id, ["fraud"])
    detail = await mod.get(f"/moderation/cases/{case['id']}")
    assert detail["evidence"]["chargeback"] == {"tokens": 100, "uncollected_tokens": 0}
    subject = f"/moderation/subjects/user/{member.id}"
    assert (await mod.get(subject))["is_payout_held"] is True
    won = (await _send(people, _about(member, "chargeback_won", 3))).json()
    assert (won["state"], won["balance"]) == ("settled", 100)
    assert (await mod.get(subject))["is_payout_held"] is False
    second = (await _send(people, _about(member, "charged_back", 4))).json()
    assert (second["state"], second["balance"]) == ("charged_back", 0)
    async with people.local.server.core.db.read() as db:
        assert (await ledger.check(db)).ok


async def test_a_payment_counts_once_whatever_event_tells_of_it(people: Town) -> None:
    member, other = await people.person(), await people.person()
    for number in (1, 2):
        await _send(people, _about(member, "settled", number))
    assert (await member.get("/wallet/balance"))["tokens"] == 100
    stolen = await _send(people, _about(other, "settled", 3))
    assert stolen.json()["code"] == "IDEMPOTENCY_MISMATCH"
    assert (await other.get("/wallet/balance"))["tokens"] == 0


async def test_a_purchase_is_charged_once_by_whatever_processor(people: Town) -> None:
    member = await people.person()
    first = await member.post("/wallet/purchase", {"tokens": 40}, key="buy-once-1")
    again = await member.post("/wallet/purchase", {"tokens": 40}, key="buy-once-1")
    assert (first, first["balance"]) == (again, 40)
    assert (await member.post("/wallet/purchase", {"tokens": 5}))["balance"] == 45
    no = await member.refused("POST", "/wallet/purchase", {"tokens": 5, "test_card": "declined"})
    assert no == (409, "CONFLICT")
    assert load_acquirer(f"{__name__}:OtherAcquirer").name == "other"
    for wrong in ("json:loads", "no.such:thing", "json"):
        with pytest.raises(InvalidInput):
            load_acquirer(wrong)


class OtherAcquirer:
    """A processor that an operator brings along."""

    name = "other"

    async def charge(self, order: ChargeOrder) -> Charge:
        return Charge("other-payment")
