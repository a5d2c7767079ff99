"""Who is banned for good: they cannot sign in, but they learn why, and may appeal."""

from typing import Any

from fakes.people import PASSWORD, Person, Town

from shared.schemas.roles import Role

WORDS = "I was quoting a song, and I am sorry."


async def _banned(people: Town) -> tuple[Person, Person]:
    """A person whose report led to a ban for good, and the moderator who decided it."""
    troll, mod = await people.person(), await people.person(Role.MOD)
    report = {"subject_type": "user", "subject_id": troll.id, "reason": "hate"}
    case_id = (await (await people.person()).post("/reports", report))["case_id"]
    lease = await mod.post(f"/moderation/cases/{case_id}/claim")
    body = {
        "version": lease["case"]["version"],
        "lease_token": lease["token"],
        "actions": [{"kind": "ban"}],
        "policy": "conduct.hate",
        "statement": "Attacks on people for their origin.",
    }
    await mod.post(f"/moderation/cases/{case_id}/decide", body)
    return troll, mod


async def _ask(people: Town, path: str, person: Person, **more: Any) -> tuple[int, Any]:
    proof = {"email": person.email, "password": PASSWORD, **more}
    language = {"Accept-Language": "nl"}
    people.http.cookies.clear()
    answer = await people.http.post(f"/api/v1{path}", json=proof, headers=language)
    return answer.status_code, answer.json()


async def test_a_banned_person_learns_why_and_appeals_without_a_session(people: Town) -> None:
    troll, mod = await _banned(people)
    status, refused = await _ask(people, "/auth/login", troll)
    assert (status, refused["code"]) == (403, "ACCOUNT_BANNED")
    status, notice = await _ask(people, "/auth/banned", troll)
    assert (status, notice["appeal"]) == (200, None)
    assert notice["statement"]["policy_title"] == "Geen haat"
    assert notice["statement"]["facts"] == "Attacks on people for their origin."
    status, appeal = await _ask(people, "/auth/banned/appeal", troll, text=WORDS)
    assert (status, appeal["state"], appeal["decider"]) == (201, "open", None)
    assert (await _ask(people, "/auth/banned/appeal", troll, text=WORDS))[0] == 409

    other = await people.person(Role.MOD)
    outcome = {"outcome": "overturned", "statement": "It was a quotation indeed."}
    assert (await mod.refused("POST", f"/appeals/{appeal['id']}/decide", outcome))[0] == 403
    await other.post(f"/appeals/{appeal['id']}/decide", outcome)
    assert (await _ask(people, "/auth/login", troll))[0] == 200
    assert (await _ask(people, "/auth/banned", troll))[1]["code"] == "CONFLICT"


async def test_nobody_else_learns_anything(people: Town) -> None:
    troll, _ = await _banned(people)
    member = await people.person()
    wrong = await _ask(people, "/auth/banned", troll, password="something else entirely")
    assert (wrong[0], wrong[1]["code"]) == (401, "INVALID_CREDENTIALS")
    nobody = await _ask(people, "/auth/banned", troll, email="nobody@example.org")
    assert nobody[1] | {"requestId": ""} == wrong[1] | {"requestId": ""}
    free = await _ask(people, "/auth/banned", member)
    assert (free[0], free[1]["code"]) == (409, "CONFLICT")
