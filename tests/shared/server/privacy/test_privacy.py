"""Being forgotten: no name and no word left anywhere but where a duty keeps it, and it says so."""

import sqlite3
from pathlib import Path

from fakes.people import PASSWORD, Town

from shared.schemas.roles import Role
from shared.server.db.upgrade import FILE_NAME
from shared.server.privacy.export import PARTS
from shared.server.privacy.feeds import scrubbed
from shared.server.tables import METADATA
from shared.server.wallet import ledger

NOT_EXPORTED = {
    "announcements": "staff wrote them, for everybody",
    "config": "staff changed it",
    "cases": "who claimed a case; what was decided reaches the person as a statement",
    "decisions": "their statement is sent to the person, and answered at /moderation/statements",
    "second_looks": "staff judging staff",
    "room_modes": "who switched a room's mode",
    "duels": "in the streams' feed",
    "case_events": "staff at work",
    "ledger_accounts": "the sums of the section `ledger`",
    "ledger_entries": "the section `ledger`",
    "recovery_codes": "secrets",
    "support_pairs": "the sums of the sections `tips` and `gifts`",
    "presences": "where sockets are open this moment",
    "recordings": "the section `streams`; their pictures are played, not exported",
    "teezer_replies": "the section `messages` holds them as text; this says which model wrote",
}
"""Tables that name people and are no section of their own, and why."""


def test_every_table_that_names_people_is_exported_or_says_why_not() -> None:
    """A new table that refers to a person fails here until somebody has thought of its export."""
    naming = {
        table.name
        for table in METADATA.tables.values()
        if any(key.column.table.name == "users" for key in table.foreign_keys)
    }
    exported = {part.row.__tablename__ for part in PARTS}
    assert exported - {"users"} <= naming
    assert naming - exported - set(NOT_EXPORTED) == set()
    assert exported & set(NOT_EXPORTED) == set()


def test_scrubbing_keeps_what_others_said() -> None:
    event = {
        "author": {"id": "a", "display_name": "Ada", "role": "member"},
        "text": "hello",
        "goal": {"title": "New light"},
        "list": [{"author": {"id": "b", "display_name": "Bo"}, "text": "hi"}],
    }
    clean = scrubbed(event, "a", "Nobody")
    assert clean["author"]["display_name"] == "Nobody"
    assert clean["text"] == ""
    assert clean["goal"] == {"title": "New light"}
    assert clean["list"] == event["list"]
    assert scrubbed(event, "c", "Nobody") == event


async def test_nothing_of_a_forgotten_person_is_left(people: Town, tmp_path: Path) -> None:
    creator, other = await people.person(Role.CREATOR), await people.person()
    leaver = await people.person(tokens=100)
    stream = f"/streams/{await people.stream(creator)}"
    said = await leaver.post(f"{stream}/chat", {"text": "my very own words"})
    await other.post(f"{stream}/chat", {"text": "words of another"})
    await leaver.post(f"{stream}/tip", {"tokens": 30, "text": "a private dedication"})
    await leaver.post(f"/users/{creator.id}/follow")

    device = "0123456789abcdef0123456789abcdef"
    login = {"email": leaver.email, "password": PASSWORD}
    known = {"X-Device-Id": device}
    grant = await people.http.post("/api/v1/auth/login", json=login, headers=known)
    people.http.cookies.clear()
    assert grant.status_code == 200

    export = await leaver.get(f"/users/{leaver.id}/export")
    traces = export["sections"]["traces"]["items"]
    assert [trace["kind"] for trace in traces] == ["device"]
    assert device not in str(export)
    assert [row["text"] for row in export["sections"]["messages"]["items"]] == ["my very own words"]
    assert export["sections"]["ledger"]["items"][0]["tokens"] == -30
    assert export["user"]["email"] == leaver.email
    assert "hash" not in str(export)
    assert (await other.refused("GET", f"/users/{leaver.id}/export"))[0] == 403

    assert (await other.refused("DELETE", f"/users/{leaver.id}"))[0] == 403
    response = await leaver.call("DELETE", f"/users/{leaver.id}")
    assert response.status_code == 200, response.text
    done = response.json()
    assert done["erased"]["follows"] == 1
    assert done["erased"]["traces"] == 1
    assert done["pseudonymised"]["messages"] == 1
    assert done["pseudonymised"]["room events"] >= 2
    kept = {row["what"]: row for row in done["kept"]}
    assert kept["ledger lines"]["count"] == 2
    assert "bookkeeping" in kept["ledger lines"]["why"]

    connection = sqlite3.connect(tmp_path / "data" / FILE_NAME)
    dump = "\n".join(connection.iterdump())
    connection.close()
    for words in ("my very own words", "a private dedication", leaver.email, leaver.name):
        assert words not in dump
    assert "words of another" in dump
    assert (await leaver.call("GET", "/auth/me")).status_code == 401
    assert (await people.http.post("/api/v1/auth/login", json=login)).status_code == 401
    assert (await other.refused("GET", f"/users/{leaver.id}/profile"))[0] == 404
    history = (await creator.get(f"{stream}/chat"))["items"]
    gone = next(m for m in history if m["id"] == said["id"])
    assert (gone["author"]["display_name"], gone["text"]) == ("Former member", "")
    async with people.local.server.core.db.read() as db:
        assert (await ledger.check(db)).ok


async def test_what_a_case_needs_stays_and_is_named(people: Town) -> None:
    creator, reporter = await people.person(Role.CREATOR), await people.person()
    leaver, admin = await people.person(), await people.person(Role.ADMIN)
    stream = f"/streams/{await people.stream(creator)}"
    said = await leaver.post(f"{stream}/chat", {"text": "something unkind"})
    await reporter.post(
        "/reports",
        {"subject_type": "message", "subject_id": said["id"], "reason": "harassment"},
    )
    done = (await admin.call("DELETE", f"/users/{leaver.id}")).json()
    kept = {row["what"]: row["count"] for row in done["kept"]}
    assert kept["messages under review"] == 1
    assert kept["cases"] == 1
    history = (await creator.get(f"{stream}/chat"))["items"]
    assert history[0]["text"] == "something unkind"
    assert (await admin.get("/admin/audit/verify"))["ok"] is True


async def test_staff_and_people_on_air_are_not_erased(people: Town) -> None:
    creator, mod = await people.person(Role.CREATOR), await people.person(Role.MOD)
    await people.stream(creator)
    assert await creator.refused("DELETE", f"/users/{creator.id}") == (409, "CONFLICT")
    assert await mod.refused("DELETE", f"/users/{mod.id}") == (409, "CONFLICT")
