"""Who was banned and comes back: what speaks for it, and what is too little."""

from pathlib import Path
from typing import Any

import pytest
from fakes.people import PASSWORD, Town, town
from fakes.platform import MovableClock
from fakes.server import local_server, quick_settings
from sqlalchemy import select

from shared.schemas.roles import Role
from shared.server.accounts.service import AccountService
from shared.server.moderation.evasion import (
    CASE_AT,
    Evasion,
    Likeness,
    TraceKind,
    name_likeness,
    network_of,
    trace_hash,
)
from shared.server.moderation.evidence_tables import TraceRow

DEVICE = "8b1c7e52-0000-4000-8000-d3f1ce000001"


async def _sign_up(people: Town, name: str, *, device: str | None) -> dict[str, Any]:
    body = {
        "email": f"{name.lower()}@example.org",
        "password": PASSWORD,
        "display_name": name,
        "birth_date": "1990-01-01",
    }
    headers = {"X-Device-Id": device} if device else {}
    answer = await people.http.post("/api/v1/auth/signup", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["user"])


async def _ban(people: Town, user_id: str) -> None:
    server = people.local.server
    async with server.core.db.write() as tx:
        await server.services.get(AccountService).ban(tx, user_id)


async def test_a_banned_device_under_a_new_name_opens_a_case_that_says_why(people: Town) -> None:
    mod = await people.person(Role.MOD)
    await _ban(people, (await _sign_up(people, "Nightowl", device=DEVICE))["id"])
    back = await _sign_up(people, "N1ghtowl", device=DEVICE)
    (case,) = (await mod.get("/moderation/queue"))["items"]
    assert (case["subject_id"], case["reasons"], case["report_count"]) == (back["id"], ["fraud"], 0)
    found = (await mod.get(f"/moderation/cases/{case['id']}"))["evidence"]["ban_evasion"]
    assert (found["like_account"], found["same_device"]) == ("Nightowl", True)
    assert found["name_likeness"] > 0.8
    assert "same_network" not in found  # everybody in a test is on the loopback
    login = {"email": back["email"], "password": PASSWORD}
    again = await people.http.post(
        "/api/v1/auth/login", json=login, headers={"X-Device-Id": DEVICE}
    )
    assert again.status_code == 200
    assert len((await mod.get("/moderation/queue"))["items"]) == 1


async def test_other_devices_and_unbanned_neighbours_open_none(people: Town) -> None:
    mod = await people.person(Role.MOD)
    await _sign_up(people, "Ann", device=DEVICE)
    await _sign_up(people, "Anna", device=DEVICE)
    banned = await _sign_up(people, "Storm", device="another-device-0001")
    await _ban(people, banned["id"])
    await _sign_up(people, "Storm2", device="a-third-device-0001")
    assert (await mod.get("/moderation/queue"))["items"] == []


async def test_only_hashes_are_kept_and_a_network_alone_is_too_little(people: Town) -> None:
    server = people.local.server
    evasion = server.services.get(Evasion)
    first, second = await people.person(), await people.person()
    await _ban(people, first.id)
    async with server.core.db.write() as tx:
        for person in (first, second):
            await evasion.entered(tx, person.id, address="203.0.113.9", device=None)
        likest = await evasion.likest(tx.db, second.id)
        assert likest is not None
        assert (likest.user_id, likest.shared) == (first.id, (TraceKind.NETWORK,))
        assert _without_name(likest).score < CASE_AT
        kept = (await tx.db.execute(select(TraceRow.hash, TraceRow.kind))).all()
        assert len({hashed for hashed, _ in kept}) == 1
        assert "203.0.113.9" not in str(kept)


async def test_staff_may_share_a_machine_with_the_account_they_try_things_out_on(
    people: Town,
) -> None:
    mod = await people.person(Role.MOD)
    await _ban(people, (await _sign_up(people, "Tester", device=DEVICE))["id"])
    login = {"email": mod.email, "password": PASSWORD}
    answer = await people.http.post(
        "/api/v1/auth/login", json=login, headers={"X-Device-Id": DEVICE}
    )
    assert answer.status_code == 200
    assert (await mod.get("/moderation/queue"))["items"] == []


async def test_traces_are_forgotten_after_half_a_year_except_of_the_banned(
    tmp_path: Path,
) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        banned = await _sign_up(people, "Storm", device=DEVICE)
        await _sign_up(people, "Ann", device="a-second-device-0001")
        await _ban(people, banned["id"])
        clock.move(days=100)
        kept = await _sign_up(people, "Bea", device="a-third-device-0001")
        clock.move(days=80)
        evasion = local.server.services.get(Evasion)
        assert (await evasion.forget(), await evasion.forget()) == (1, 0)
        async with local.server.core.db.read() as db:
            left = set((await db.execute(select(TraceRow.user_id))).scalars())
        assert left == {banned["id"], kept["id"]}


def _without_name(likest: Likeness) -> Likeness:
    return Likeness(likest.user_id, likest.name, likest.shared, 0.0)


def test_names_networks_and_hashes() -> None:
    assert name_likeness("Ann", "ann") == 1.0
    assert name_likeness("N\N{CYRILLIC SMALL LETTER IE}lly", "nelly") == 1.0
    assert name_likeness("Bart", "Wilhelmina") < 0.5
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff")
    assert network_of("127.0.0.1") is None
    assert network_of("local") is None
    secret = b"one server"
    assert trace_hash(secret, TraceKind.DEVICE, "x") != trace_hash(b"other", TraceKind.DEVICE, "x")
    assert trace_hash(secret, TraceKind.DEVICE, "x") != trace_hash(secret, TraceKind.PAYMENT, "x")


@pytest.mark.parametrize("device", ["short", "with spaces in it ....", "x" * 65])
async def test_a_device_name_that_is_none_is_refused(people: Town, device: str) -> None:
    login = {"email": "a@example.org", "password": PASSWORD}
    headers = {"X-Device-Id": device}
    answer = await people.http.post("/api/v1/auth/login", json=login, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
