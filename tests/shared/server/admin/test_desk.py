"""What admins may change, and no more; every act of theirs is in the audit chain."""

from typing import Any

from fakes.people import Town

from shared.schemas.realtime import ADMIN_ROOM, EventType, stream_room
from shared.schemas.roles import Role

REASON = "asked by the person"


async def test_roles_are_granted_below_ones_own_rank_only(people: Town) -> None:
    admin, root = await people.person(Role.ADMIN), await people.person(Role.SUPER_ADMIN)
    member, other = await people.person(), await people.person(Role.ADMIN)
    path = f"/admin/users/{member.id}"
    for wanted in ("admin", "super_admin"):
        body = {"role": wanted, "reason": REASON}
        assert (await admin.refused("PATCH", path, body))[0] == 403
    for someone in (other, admin, root):
        body = {"role": "member", "reason": REASON}
        assert (await admin.refused("PATCH", f"/admin/users/{someone.id}", body))[0] == 403
    changed = (await admin.call("PATCH", path, {"role": "mod", "reason": REASON})).json()
    assert changed["role"] == "mod"
    assert (await member.call("GET", "/auth/me")).status_code == 401  # signed out at once
    assert (await root.call("PATCH", path, {"role": "admin", "reason": REASON})).status_code == 200
    trail = (await root.get("/admin/audit"))["items"]
    acts = [row for row in trail if row["action"] == "user.changed"]
    assert [row["details"]["role"] for row in acts] == [["member", "mod"], ["mod", "admin"]]
    assert REASON not in str(trail)
    assert (await root.get("/admin/audit/verify"))["ok"] is True


async def test_people_are_found_by_name_and_role(people: Town) -> None:
    admin = await people.person(Role.ADMIN)
    wanted = await people.person(Role.PROVIDER)
    await people.person()
    by_mail = await admin.get("/admin/users", params={"q": wanted.email.upper()})
    assert [row["id"] for row in by_mail["items"]] == [wanted.id]
    by_role = await admin.get("/admin/users", params={"role": "provider"})
    assert [row["id"] for row in by_role["items"]] == [wanted.id]
    assert by_role["items"][0]["last_seen_at"] is not None
    assert (await admin.get("/admin/users", params={"q": "100%_nobody"}))["items"] == []
    first = await admin.get("/admin/users", params={"limit": 2})
    rest = await admin.get("/admin/users", params={"limit": 2, "cursor": first["next_cursor"]})
    assert len({row["id"] for row in (*first["items"], *rest["items"])}) == 3


async def test_settings_hold_at_once_and_roots_are_roots(people: Town) -> None:
    admin, root = await people.person(Role.ADMIN), await people.person(Role.SUPER_ADMIN)
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    events: list[dict[str, Any]] = []
    before = await admin.get("/admin/config")
    fee = {"version": before["version"], "fee_percent": 50}
    assert (await admin.refused("PATCH", "/admin/config", fee))[0] == 403
    target = {"version": before["version"], "revenue_target_tokens": 777, "flags": {"duels": True}}
    async with people.socket(admin, lambda frame: events.extend(frame["events"])) as socket:
        await socket.call("join", {"room": ADMIN_ROOM})
        after = (await admin.call("PATCH", "/admin/config", target)).json()
        assert (after["version"], after["flags"]) == (before["version"] + 1, {"duels": True})
        stale = await admin.call("PATCH", "/admin/config", target)
        assert (stale.status_code, stale.json()["code"]) == (409, "VERSION_CONFLICT")
        assert stale.json()["meta"]["current"]["revenue_target_tokens"] == 777
    assert (await admin.get("/admin/hub"))["revenue"]["target_tokens"] == 777
    fee["version"] = after["version"]
    assert (await root.call("PATCH", "/admin/config", fee)).status_code == 200
    stream_id = await people.stream(creator)
    await member.post(f"/streams/{stream_id}/tip", {"tokens": 100})
    assert (await creator.get("/wallet/balance"))["earned_tokens"] == 50
    acts = [r["action"] for r in (await root.get("/admin/audit"))["items"]]
    assert acts.count("config.changed") == 2


async def test_announcements_reach_open_rooms(people: Town) -> None:
    admin, member = await people.person(Role.ADMIN), await people.person()
    creator = await people.person(Role.CREATOR)
    stream_id = await people.stream(creator)
    body = {"title": "Maintenance", "text": "Tonight at two."}
    made = await admin.post("/admin/announcements", body, key="announce-1")
    assert await admin.post("/admin/announcements", body, key="announce-1") == made
    over = {"title": "Past", "text": "Over.", "until": "2020-01-01T00:00:00Z"}
    await admin.post("/admin/announcements", over)
    assert [a["id"] for a in (await member.get("/announcements"))["items"]] == [made["id"]]
    assert len((await admin.get("/admin/announcements"))["items"]) == 2
    core = people.local.server.core
    async with core.db.read() as db:
        said = await core.feed.since(db, stream_room(stream_id), 0, 100)
    assert [e.type for e in said].count(EventType.ANNOUNCEMENT_PUBLISHED) == 2


async def test_exports_are_whole_harmless_and_noted(people: Town) -> None:
    root, admin = await people.person(Role.SUPER_ADMIN), await people.person(Role.ADMIN)
    member = await people.person(tokens=40)
    patch = {"display_name": "-1 plus 2"}
    assert (await member.call("PATCH", f"/users/{member.id}/profile", patch)).status_code == 200
    assert (await admin.refused("GET", "/admin/export/users"))[0] == 403
    response = await root.call("GET", "/admin/export/users")
    lines = response.text.splitlines()
    assert lines[0].startswith("id,email,display_name")
    assert len(lines) == 4
    assert "'-1 plus 2" in response.text
    assert "password" not in response.text
    ledger = (await root.call("GET", "/admin/export/ledger")).text
    assert ",-40," in ledger
    acts = [r for r in (await root.get("/admin/audit"))["items"] if r["action"] == "data.exported"]
    assert [r["subject_id"] for r in acts] == ["users", "ledger"]
