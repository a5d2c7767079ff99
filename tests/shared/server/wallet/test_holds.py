"""Earnings on hold: nothing but a refund leaves them, and the balance says so."""

from datetime import timedelta
from pathlib import Path

import pytest
from fakes.people import Town, town
from fakes.platform import MovableClock
from fakes.server import LocalServer, local_server, quick_settings

from shared.schemas.roles import Role
from shared.schemas.wallet import EntryKind
from shared.server.http.errors import Refused
from shared.server.wallet import holds, ledger
from shared.server.wallet.ledger import PLATFORM, Move, earnings_of


async def _take_out(local: LocalServer, user_id: str, kind: EntryKind) -> None:
    async with local.server.core.db.write() as tx:
        moves = [Move(earnings_of(user_id), -5, kind), Move(PLATFORM, 5, kind)]
        await ledger.post(tx, kind, moves)


async def test_a_decision_holds_what_was_earned_until_it_is_taken_back(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person(tokens=200)
    mod, admin = await people.person(Role.MOD), await people.person(Role.ADMIN)
    stream = f"/streams/{await people.stream(creator)}"
    tip = (await fan.post(f"{stream}/tip", {"tokens": 100}))["tip"]
    free = await creator.get("/wallet/balance")
    assert (free["earned_tokens"], free["available_tokens"], free["held_tokens"]) == (80, 80, 0)

    report = {"subject_type": "user", "subject_id": creator.id, "reason": "fraud"}
    case_id = (await fan.post("/reports", report))["case_id"]
    lease = await mod.post(f"/moderation/cases/{case_id}/claim")
    decided = await mod.post(
        f"/moderation/cases/{case_id}/decide",
        {
            "version": lease["case"]["version"],
            "lease_token": lease["token"],
            "policy": "integrity.fraud",
            "actions": [{"kind": "hold_payout", "duration_s": None}],
            "statement": "Several payments to this account are being looked into.",
        },
    )
    held = await creator.get("/wallet/balance")
    assert (held["earned_tokens"], held["available_tokens"], held["held_tokens"]) == (80, 0, 80)
    assert (held["is_held"], held.get("held_until")) == (True, None)
    for kind in set(EntryKind) - {EntryKind.REVERSAL}:
        with pytest.raises(Refused, match="on hold"):
            await _take_out(people.local, creator.id, kind)

    await fan.post(f"{stream}/tip", {"tokens": 10})  # what comes in is held, too
    assert (await creator.get("/wallet/balance"))["held_tokens"] == 88
    await admin.post("/admin/refunds", {"id": tip["id"], "reason": "sent by mistake"})
    assert (await creator.get("/wallet/balance"))["held_tokens"] == 8
    assert (await fan.get("/wallet/balance"))["tokens"] == 190

    action = decided["actions"][0]["id"]
    await mod.post(f"/moderation/actions/{action}/reverse", {"reason": "It was settled."})
    free = await creator.get("/wallet/balance")
    assert (free["available_tokens"], free["held_tokens"], free["is_held"]) == (8, 0, False)
    await _take_out(people.local, creator.id, EntryKind.FEE)
    async with people.local.server.core.db.read() as db:
        assert (await ledger.check(db)).ok


async def test_a_hold_ends_by_the_clock_and_the_last_one_counts(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        creator = await people.person(Role.CREATOR)
        core = local.server.core
        async with core.db.write() as tx:
            for hours in (1, 3):
                until = tx.now + timedelta(hours=hours)
                await holds.hold(tx, creator.id, reason=f"{hours} h", until=until)
        until = (await creator.get("/wallet/balance"))["held_until"]
        assert until.startswith("2026-11-20T15:00")
        clock.move(hours=2)
        assert (await creator.get("/wallet/balance"))["is_held"]
        clock.move(hours=1)
        assert not (await creator.get("/wallet/balance"))["is_held"]
        async with core.db.write() as tx:
            hold_id = await holds.hold(tx, creator.id, reason="one", until=None)
            await holds.hold(tx, creator.id, reason="another", until=None)
        async with core.db.write() as tx:
            await holds.lift(tx, hold_id)
        assert (await creator.get("/wallet/balance"))["is_held"]
        async with core.db.write() as tx:
            await holds.lift_by_reason(tx, "another")
        assert not (await creator.get("/wallet/balance"))["is_held"]
