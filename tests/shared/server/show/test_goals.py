"""Goals fill by tips and carry over; a tip menu keeps its order."""

from fakes.people import Town

from shared.schemas.roles import Role


async def test_tips_fill_the_first_open_goal_then_the_next(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=500)
    path = f"/streams/{await people.stream(creator)}"
    for title, target in (("First", 50), ("Second", 100)):
        await creator.post(f"{path}/goals", {"title": title, "target_tokens": target})
    first = (await member.post(f"{path}/tip", {"tokens": 60}))["tip"]["goal_id"]
    second = (await member.post(f"{path}/tip", {"tokens": 10}))["tip"]["goal_id"]
    assert first != second
    named = await member.post(f"{path}/tip", {"tokens": 5, "goal_id": first})
    assert named["tip"]["goal_id"] == first


async def test_a_goal_of_another_stream_takes_the_whole_tip_back(people: Town) -> None:
    one, two = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    member = await people.person(tokens=100)
    here, there = await people.stream(one), await people.stream(two)
    goal = await two.post(f"/streams/{there}/goals", {"title": "Theirs", "target_tokens": 10})
    body = {"tokens": 10, "goal_id": goal["id"]}
    assert (await member.refused("POST", f"/streams/{here}/tip", body))[0] == 404
    assert (await member.get("/wallet/balance"))["tokens"] == 100
    assert (await member.get(f"/streams/{here}/tips"))["items"] == []


async def test_a_change_needs_the_version_last_seen(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    path = f"/streams/{await people.stream(creator)}"
    goal = await creator.post(f"{path}/goals", {"title": "Song", "target_tokens": 50})
    await member.post(f"{path}/tip", {"tokens": 50})
    patch = {"version": goal["version"], "target_tokens": 80}
    stale = await creator.call("PATCH", f"{path}/goals/{goal['id']}", patch)
    assert stale.status_code == 409
    current = stale.json()["meta"]["current"]
    assert (stale.json()["code"], current["raised_tokens"]) == ("VERSION_CONFLICT", 50)
    assert current["reached_at"] is not None
    patch["version"] = current["version"]
    opened = (await creator.call("PATCH", f"{path}/goals/{goal['id']}", patch)).json()
    assert (opened["target_tokens"], opened["reached_at"]) == (80, None)


async def test_goals_change_places_and_tips_follow_their_order(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    stream_id = await people.stream(creator)
    path, room = f"/streams/{stream_id}/goals", f"stream:{stream_id}"
    goals = [
        await creator.post(path, {"title": title, "target_tokens": 50})
        for title in ("First", "Second", "Third")
    ]
    patch = {"version": goals[2]["version"], "position": 0}
    moved = (await creator.call("PATCH", f"{path}/{goals[2]['id']}", patch)).json()
    assert (moved["position"], moved["version"]) == (0, goals[2]["version"] + 1)
    assert (await creator.call("PATCH", f"{path}/{goals[2]['id']}", patch)).status_code == 409
    tip = (await member.post(f"/streams/{stream_id}/tip", {"tokens": 5}))["tip"]
    assert tip["goal_id"] == goals[2]["id"]
    new = await creator.post(path, {"title": "Sooner", "target_tokens": 9, "position": 1})
    assert new["position"] == 1
    beyond = {"version": goals[0]["version"], "position": 99}
    assert (await creator.call("PATCH", f"{path}/{goals[0]['id']}", beyond)).status_code == 200
    async with people.socket(creator) as socket:
        shown = (await socket.call("join", {"room": room}))["snapshot"]["goals"]
    assert [one["title"] for one in shown] == ["Third", "Sooner", "Second", "First"]
    assert [one["position"] for one in shown] == [0, 1, 2, 3]


async def test_a_goal_that_a_lower_target_reaches_advances_as_one_that_tips_reach(
    people: Town,
) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    path = f"/streams/{await people.stream(creator)}"
    body = {"title": "Song", "target_tokens": 90, "advance_percent": 100}
    goal = await creator.post(f"{path}/goals", body)
    await member.post(f"{path}/tip", {"tokens": 40})
    patch = {"version": goal["version"] + 1, "target_tokens": 30}
    reached = (await creator.call("PATCH", f"{path}/goals/{goal['id']}", patch)).json()
    assert reached["reached_at"] is not None
    tip = (await member.post(f"{path}/tip", {"tokens": 10}))["tip"]
    assert tip["goal_id"] not in (None, goal["id"])
    async with people.socket(creator) as socket:
        room = path.replace("/streams/", "stream:")
        goals = (await socket.call("join", {"room": room}))["snapshot"]["goals"]
    assert [(each["target_tokens"], each["raised_tokens"]) for each in goals] == [
        (30, 40),
        (60, 10),
    ]


async def test_goals_not_reached_begin_again_in_the_next_stream(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    path = f"/streams/{await people.stream(creator)}"
    for title, target in (("Done", 10), ("Open", 100), ("Gone", 100)):
        await creator.post(f"{path}/goals", {"title": title, "target_tokens": target})
    await member.post(f"{path}/tip", {"tokens": 10})
    receipt = await member.post(f"{path}/tip", {"tokens": 20})
    assert receipt["tip"]["goal_id"] is not None
    async with people.socket(creator) as socket:
        room = path.replace("/streams/", "stream:")
        snapshot = (await socket.call("join", {"room": room}))["snapshot"]
        gone = next(goal for goal in snapshot["goals"] if goal["title"] == "Gone")
        await creator.call("DELETE", f"{path}/goals/{gone['id']}")
        await creator.post(f"{path}/end")
        room = f"stream:{await people.stream(creator)}"
        goals = (await socket.call("join", {"room": room}))["snapshot"]["goals"]
    assert [(goal["title"], goal["raised_tokens"]) for goal in goals] == [("Open", 0)]


async def test_a_tip_menu_is_its_owners_and_prices_hold(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    items = [
        {"title": "Zebra dance", "tokens": 30, "duration_s": 60},
        {"title": "A wink", "tokens": 5},
    ]
    path = f"/users/{creator.id}/tip-menu"
    assert (await member.refused("PUT", path, {"items": items}))[0] == 403
    await creator.call("PUT", path, {"items": items})
    menu = (await member.get(path))["items"]
    assert [item["title"] for item in menu] == ["Zebra dance", "A wink"]
    stream = f"/streams/{await people.stream(creator)}"
    short = {"tokens": 29, "menu_item_id": menu[0]["id"]}
    assert (await member.refused("POST", f"{stream}/tip", short))[0] == 409
    assert (await member.get("/wallet/balance"))["tokens"] == 100
    receipt = await member.post(f"{stream}/tip", short | {"tokens": 30})
    assert receipt["tip"]["menu_item"] == "Zebra dance"
