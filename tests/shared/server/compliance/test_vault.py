"""Compliance records: one waits per kind, somebody else decides once, the person is told."""

from fakes.people import Town

from shared.schemas.realtime import EventType, user_room
from shared.schemas.roles import Role

RECORD = {
    "name": "Ada Example",
    "country": "NL",
    "document": "passport",
    "document_sha256": "ab" * 32,
}
YES = {"version": 1, "verdict": "approve", "reason": "the paper is sound"}


async def test_a_record_from_hand_in_to_decision(people: Town) -> None:
    creator, admin = await people.person(Role.CREATOR), await people.person(Role.ADMIN)
    path = f"/users/{creator.id}/compliance/kyc"
    record = await creator.post(path, RECORD)
    assert (await creator.refused("POST", path, RECORD))[0] == 409
    await creator.post(f"/users/{creator.id}/compliance/age", RECORD)
    queue = (await admin.get("/admin/compliance/kyc"))["items"]
    assert [row["id"] for row in queue] == [record["id"]]
    assert queue[0]["details"]["country"] == "NL"
    decide = f"/admin/compliance/kyc/{record['id']}/decide"
    assert (await admin.refused("POST", f"/admin/compliance/age/{record['id']}/decide", YES))[
        0
    ] == 404
    done = await admin.post(decide, YES)
    assert (done["state"], done["decided_by"]) == ("approved", admin.id)
    assert await admin.refused("POST", decide, YES) == (409, "VERSION_CONFLICT")
    assert (await admin.get("/admin/compliance/kyc"))["items"] == []
    assert len((await admin.get("/admin/compliance/kyc?state=approved"))["items"]) == 1
    core = people.local.server.core
    async with core.db.read() as db:
        told = await core.feed.since(db, user_room(creator.id), 0, 10)
    assert [e.type for e in told] == [EventType.NOTIFICATION_NEW]
    acts = [row["action"] for row in (await admin.get("/admin/audit"))["items"]]
    assert "compliance.approved" in acts
    assert acts.count("compliance.viewed") == 2  # an empty queue shows nothing of anybody


async def test_who_is_rejected_learns_why(people: Town) -> None:
    creator, admin = await people.person(Role.CREATOR), await people.person(Role.ADMIN)
    record = await creator.post(f"/users/{creator.id}/compliance/age", RECORD)
    no = {"version": 1, "verdict": "reject", "reason": "the photo is cut off"}
    await admin.post(f"/admin/compliance/age/{record['id']}/decide", no)
    core = people.local.server.core
    async with core.db.read() as db:
        (told,) = await core.feed.since(db, user_room(creator.id), 0, 10)
    assert "the photo is cut off" in told.model().data["text"]


async def test_nobody_hands_in_or_decides_for_themselves_or_others(people: Town) -> None:
    member, admin = await people.person(), await people.person(Role.ADMIN)
    assert (await member.refused("POST", f"/users/{admin.id}/compliance/age", RECORD))[0] == 403
    own = await admin.post(f"/users/{admin.id}/compliance/2257", RECORD)
    decide = f"/admin/compliance/2257/{own['id']}/decide"
    assert (await admin.refused("POST", decide, YES))[0] == 403
    bad = RECORD | {"document_sha256": "short"}
    assert (await member.refused("POST", f"/users/{member.id}/compliance/age", bad))[0] == 422
