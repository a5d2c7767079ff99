"""Every call of the client is a route of the server, with the body and answer both agree on."""

import datetime as dt
import inspect
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes.http import Answer, ScriptedServer
from fakes.platform import platform
from pydantic import SecretStr

from shared.api import ApiClient, ApiError, Retries
from shared.ids import new_id
from shared.schemas.accounts import ProfilePatch, SignupRequest
from shared.schemas.administration import (
    AdminUserPatch,
    AnnouncementCreate,
    ComplianceDecide,
    ComplianceKind,
    ComplianceState,
    ComplianceSubmit,
    ComplianceVerdict,
    ConfigPatch,
    ExportKind,
    RefundRequest,
)
from shared.schemas.appeals import (
    AppealCreate,
    AppealDecide,
    AppealState,
    BannedAppeal,
    BannedProof,
    SecondLookDecide,
)
from shared.schemas.consent import ConsentCreate, ConsentKind, SafeWord
from shared.schemas.gifts import GiftKind, GiftRequest
from shared.schemas.insights import CoachRequest
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseState,
    DecideRequest,
    EscalateRequest,
    PreviewRequest,
    ReportCreate,
    ReportReason,
    SubjectType,
    SuspendRequest,
)
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.room import RestrictionRequest
from shared.schemas.show import GoalCreate, GoalPatch, TipMenuItemPut, TipMenuPut
from shared.schemas.stage import DuelCreate, StageRequest, UnlockableCreate
from shared.schemas.streams import PlanCreate, StreamPatch, StreamStart
from shared.schemas.teezer import SuggestRequest, TeezerPatch, TeezerSchedule
from shared.schemas.wallet import TipRequest

ID = new_id()
PROOF = {"email": "a@example.org", "password": "correct horse"}
PASSWORD = "correct horse battery"

type Call = Callable[[ApiClient], Awaitable[Any]]

CALLS: dict[str, Call] = {
    "auth.signup": lambda c: c.auth.signup(
        SignupRequest(
            email="ada@example.org",
            password=SecretStr(PASSWORD),
            display_name="Ada",
            birth_date=dt.date(1990, 1, 1),
        )
    ),
    "auth.login": lambda c: c.auth.login("ada@example.org", PASSWORD, "123456"),
    "auth.logout": lambda c: c.auth.logout(),
    "auth.me": lambda c: c.auth.me(),
    "auth.change_password": lambda c: c.auth.change_password(PASSWORD, PASSWORD + "!"),
    "auth.sessions": lambda c: c.auth.sessions(cursor=ID, limit=3),
    "auth.end_session": lambda c: c.auth.end_session(ID),
    "auth.enable_two_factor": lambda c: c.auth.enable_two_factor(PASSWORD),
    "auth.verify_two_factor": lambda c: c.auth.verify_two_factor("123456"),
    "auth.disable_two_factor": lambda c: c.auth.disable_two_factor(PASSWORD, "123456"),
    "profiles.followers": lambda c: c.profiles.followers(ID, cursor=ID, limit=3),
    "profiles.content": lambda c: c.profiles.content(ID, cursor=ID, limit=3),
    "profiles.export": lambda c: c.profiles.export(ID),
    "profiles.erase": lambda c: c.profiles.erase(ID),
    "profiles.read": lambda c: c.profiles.read(ID),
    "profiles.change": lambda c: c.profiles.change(ID, ProfilePatch(bio="Hello")),
    "profiles.follow": lambda c: c.profiles.follow(ID),
    "profiles.unfollow": lambda c: c.profiles.unfollow(ID),
    "streams.start": lambda c: c.streams.start(StreamStart(title="Talk")),
    "streams.end": lambda c: c.streams.end(ID),
    "streams.active": lambda c: c.streams.active(cursor=ID, limit=3),
    "streams.read": lambda c: c.streams.read(ID),
    "streams.change": lambda c: c.streams.change(ID, StreamPatch(title="New")),
    "streams.freeze": lambda c: c.streams.freeze(ID),
    "streams.reveal": lambda c: c.streams.reveal(ID),
    "streams.panic": lambda c: c.streams.panic(ID),
    "streams.viewers": lambda c: c.streams.viewers(ID),
    "streams.schedule": lambda c: c.streams.schedule(ID, limit=3),
    "streams.plan": lambda c: c.streams.plan(
        PlanCreate(title="Talk", starts_at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    ),
    "streams.remove_plan": lambda c: c.streams.remove_plan(ID),
    "streams.stats": lambda c: c.streams.stats(ID),
    "streams.key": lambda c: c.streams.key(),
    "streams.regenerate_key": lambda c: c.streams.regenerate_key(),
    "streams.try_uplink": lambda c: c.streams.try_uplink("x" * 64),
    "streams.playlist": lambda c: c.streams.playlist(ID),
    "streams.thumbnail": lambda c: c.streams.thumbnail(ID),
    "streams.recording": lambda c: c.streams.recording(ID),
    "streams.delete_recording": lambda c: c.streams.delete_recording(ID),
    "room.history": lambda c: c.room.history(ID, limit=3),
    "room.send": lambda c: c.room.send(ID, "Hello", reply_to=ID),
    "room.delete": lambda c: c.room.delete(ID, ID),
    "room.mute": lambda c: c.room.mute(ID, RestrictionRequest(user_id=ID, duration_s=60)),
    "room.ban": lambda c: c.room.ban(ID, RestrictionRequest(user_id=ID)),
    "room.restrictions": lambda c: c.room.restrictions(ID, cursor=ID, limit=3),
    "wallet.balance": lambda c: c.wallet.balance(),
    "wallet.ledger": lambda c: c.wallet.ledger(limit=3),
    "wallet.purchase": lambda c: c.wallet.purchase(100),
    "wallet.tip": lambda c: c.wallet.tip(ID, TipRequest(tokens=5, text="Bravo")),
    "wallet.tips": lambda c: c.wallet.tips(ID),
    "wallet.leaderboard": lambda c: c.wallet.leaderboard(ID),
    "show.create_goal": lambda c: c.show.create_goal(ID, GoalCreate(title="S", target_tokens=9)),
    "show.change_goal": lambda c: c.show.change_goal(ID, ID, GoalPatch(version=1, title="T")),
    "show.delete_goal": lambda c: c.show.delete_goal(ID, ID),
    "show.tip_menu": lambda c: c.show.tip_menu(ID),
    "show.put_tip_menu": lambda c: c.show.put_tip_menu(
        ID, TipMenuPut(items=[TipMenuItemPut(title="Song", tokens=5)])
    ),
    "show.mood": lambda c: c.show.mood(ID),
    "show.vote_mood": lambda c: c.show.vote_mood(ID, Mood.CHILL),
    "teezer.read": lambda c: c.teezer.read(ID),
    "teezer.change": lambda c: c.teezer.change(ID, TeezerPatch(enabled=True)),
    "teezer.put_schedule": lambda c: c.teezer.put_schedule(ID, TeezerSchedule()),
    "teezer.train": lambda c: c.teezer.train(ID),
    "teezer.suggest": lambda c: c.teezer.suggest(SuggestRequest(text="Hi there")),
    "reports.create": lambda c: c.reports.create(
        ReportCreate(subject_type=SubjectType.USER, subject_id=ID, reason=ReportReason.SPAM)
    ),
    "reports.mine": lambda c: c.reports.mine(),
    "moderation.queue": lambda c: c.moderation.queue(stream_id=ID, state=CaseState.OPEN, limit=3),
    "moderation.case": lambda c: c.moderation.case(ID),
    "moderation.claim": lambda c: c.moderation.claim(ID),
    "moderation.release": lambda c: c.moderation.release(ID, 1),
    "moderation.skip": lambda c: c.moderation.skip(ID, 1),
    "moderation.escalate": lambda c: c.moderation.escalate(ID, EscalateRequest(lease_token=1)),
    "moderation.decide": lambda c: c.moderation.decide(
        ID,
        DecideRequest(
            version=1,
            lease_token=1,
            actions=[ActionRequest(kind=ActionKind.BAN)],
            policy="none",
            statement="Because of this and that.",
        ),
    ),
    "moderation.preview": lambda c: c.moderation.preview(
        ID, PreviewRequest(actions=[ActionRequest(kind=ActionKind.BAN)])
    ),
    "moderation.reopen": lambda c: c.moderation.reopen(ID, "New facts."),
    "moderation.reverse": lambda c: c.moderation.reverse(ID, "A mistake."),
    "moderation.subject": lambda c: c.moderation.subject(SubjectType.USER, ID),
    "moderation.suspend": lambda c: c.moderation.suspend(
        ID, SuspendRequest(policy="safety.consent", statement="Somebody did not agree to it.")
    ),
    "moderation.policies": lambda c: c.moderation.policies(),
    "moderation.streams": lambda c: c.moderation.streams(limit=3),
    "moderation.log": lambda c: c.moderation.log(limit=3),
    "appeals.read": lambda c: c.appeals.read(state=AppealState.OPEN, cursor=ID, limit=3),
    "appeals.create": lambda c: c.appeals.create(
        AppealCreate(decision_id=ID, text="I did not say that.")
    ),
    "appeals.decide": lambda c: c.appeals.decide(
        ID, AppealDecide(outcome=AppealState.UPHELD, statement="It was said.")
    ),
    "appeals.statement": lambda c: c.appeals.statement(ID),
    "appeals.evidence": lambda c: c.appeals.evidence(ID),
    "appeals.banned": lambda c: c.appeals.banned(BannedProof(**PROOF)),
    "appeals.appeal_ban": lambda c: c.appeals.appeal_ban(
        BannedAppeal(text="I was quoting a song.", **PROOF)
    ),
    "appeals.clip": lambda c: c.appeals.clip(ID),
    "appeals.clip_video": lambda c: c.appeals.clip_video(ID),
    "appeals.clip_still": lambda c: c.appeals.clip_still(ID, 0),
    "appeals.hold": lambda c: c.appeals.hold(ID, on_hold=True),
    "appeals.second_looks": lambda c: c.appeals.second_looks(cursor=ID, limit=3),
    "appeals.judge_second_look": lambda c: c.appeals.judge_second_look(
        ID, SecondLookDecide(agrees=True)
    ),
    "appeals.metrics": lambda c: c.appeals.metrics(days=7),
    "automod.slow_mode": lambda c: c.automod.slow_mode(ID, 5),
    "automod.shield": lambda c: c.automod.shield(ID, enabled=True),
    "automod.held": lambda c: c.automod.held(ID, cursor=ID, limit=3),
    "automod.held_anywhere": lambda c: c.automod.held_anywhere(cursor=ID, limit=3),
    "automod.release": lambda c: c.automod.release(ID, ID),
    "automod.deny": lambda c: c.automod.deny(ID, ID),
    "admin.hub": lambda c: c.admin.hub(),
    "admin.audit": lambda c: c.admin.audit(limit=3),
    "admin.verify_audit": lambda c: c.admin.verify_audit(),
    "admin.refund": lambda c: c.admin.refund(RefundRequest(id=ID, reason="Because")),
    "wallet.gift_catalogue": lambda c: c.wallet.gift_catalogue(),
    "wallet.give": lambda c: c.wallet.give(ID, GiftRequest(gift=GiftKind.ROSE)),
    "wallet.gifts": lambda c: c.wallet.gifts(ID, cursor=ID, limit=3),
    "stage.actions": lambda c: c.stage.actions(ID),
    "stage.request_action": lambda c: c.stage.request_action(ID, StageRequest(title="Wave")),
    "stage.action_done": lambda c: c.stage.action_done(ID, ID),
    "stage.unlockables": lambda c: c.stage.unlockables(ID),
    "stage.create_unlockable": lambda c: c.stage.create_unlockable(
        ID, UnlockableCreate(title="A song", threshold_tokens=5)
    ),
    "stage.duels": lambda c: c.stage.duels(ID),
    "stage.challenge": lambda c: c.stage.challenge(
        ID, DuelCreate(rival_stream_id=ID, mood=Mood.CHILL)
    ),
    "stage.vote_duel": lambda c: c.stage.vote_duel(ID, ID),
    "stage.wheel": lambda c: c.stage.wheel(ID),
    "stage.spin": lambda c: c.stage.spin(ID, 5),
    "stage.achievements": lambda c: c.stage.achievements(ID),
    "stage.consent": lambda c: c.stage.consent(ID, cursor=ID, limit=3),
    "stage.log_consent": lambda c: c.stage.log_consent(
        ID, ConsentCreate(kind=ConsentKind.GRANTED, scope="the show")
    ),
    "stage.set_safe_word": lambda c: c.stage.set_safe_word(
        ID, SafeWord(word=SecretStr("pineapple"))
    ),
    "stage.say_safe_word": lambda c: c.stage.say_safe_word(
        ID, SafeWord(word=SecretStr("pineapple"))
    ),
    "insights.dashboard": lambda c: c.insights.dashboard(ID),
    "insights.read": lambda c: c.insights.read(ID),
    "insights.coach": lambda c: c.insights.coach(CoachRequest(title="Talk")),
    "admin.users": lambda c: c.admin.users("ada", role=Role.MEMBER, cursor=ID, limit=3),
    "admin.change_user": lambda c: c.admin.change_user(ID, AdminUserPatch(reason="Because")),
    "admin.config": lambda c: c.admin.config(),
    "admin.change_config": lambda c: c.admin.change_config(ConfigPatch(version=1)),
    "admin.announcements": lambda c: c.admin.announcements(cursor=ID, limit=3),
    "admin.announce": lambda c: c.admin.announce(AnnouncementCreate(title="Hi", text="All")),
    "admin.export": lambda c: c.admin.export(ExportKind.USERS),
    "admin.receive_export": lambda c: c.admin.receive_export(ExportKind.USERS, lambda _: None),
    "admin.back_up": lambda c: c.admin.back_up(),
    "admin.backups": lambda c: c.admin.backups(),
    "admin.health": lambda c: c.admin.health(),
    "admin.compliance": lambda c: c.admin.compliance(
        ComplianceKind.AGE, state=ComplianceState.OPEN, cursor=ID, limit=3
    ),
    "admin.decide_compliance": lambda c: c.admin.decide_compliance(
        ComplianceKind.AGE,
        ID,
        ComplianceDecide(version=1, verdict=ComplianceVerdict.APPROVE, reason="Because"),
    ),
    "profiles.submit_compliance": lambda c: c.profiles.submit_compliance(
        ID,
        ComplianceKind.AGE,
        ComplianceSubmit(name="Ada", country="NL", document="passport", document_sha256="0" * 64),
    ),
    "health.metrics": lambda c: c.health.metrics(),
    "health.read": lambda c: c.health.read(),
}


@pytest.fixture(scope="session")
def routes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The paths of the server's own OpenAPI document."""
    import asyncio

    async def read(data: Path) -> dict[str, Any]:
        async with platform(data) as at, httpx.AsyncClient(trust_env=False) as http:
            found: dict[str, Any] = (await http.get(f"{at.url}/openapi.json")).json()["paths"]
            return found

    return asyncio.run(read(tmp_path_factory.mktemp("routes")))


@pytest.mark.parametrize("name", CALLS)
async def test_the_call_is_a_route_of_the_server(name: str, routes: dict[str, Any]) -> None:
    nothing = Answer(418, {})
    async with (
        ScriptedServer(nothing) as server,
        ApiClient(server.url, retries=Retries(tries=1)) as client,
    ):
        with pytest.raises(ApiError):
            await CALLS[name](client)
        asked = server.got[0]
    path, _, query = asked.path.partition("?")
    found = [
        operations[asked.method.lower()]
        for template, operations in routes.items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/{}]+", template), path)
        and asked.method.lower() in operations
    ]
    assert found, f"the server has no {asked.method} {path}"
    operation = found[0]
    known = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    given = {part.partition("=")[0] for part in query.split("&") if part}
    assert given <= known, f"{asked.method} {path} does not take {given - known}"
    assert bool(asked.body) == ("requestBody" in operation)
    wanted = answer_of(name)
    if wanted is not None:
        success = operation["responses"].get("200") or operation["responses"]["201"]
        schema = success["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert schema == wanted, f"{asked.method} {path} answers {schema}"


def answer_of(name: str) -> str | None:
    """The name of the model that the call gives back, as OpenAPI writes it; None for a part."""
    area, method = name.split(".")
    call = getattr(getattr(ApiClient("http://127.0.0.1:9"), area), method)
    signature = inspect.signature(call)
    answer = signature.return_annotation
    if answer in (str, bytes, int) or "take" in signature.parameters:
        return None
    if answer is None:
        return "Done"
    return re.sub(r"\W", "_", answer.__name__)


def test_no_call_of_the_client_is_left_out() -> None:
    client = ApiClient("http://127.0.0.1:9")
    areas = {
        name: area
        for name, area in vars(client).items()
        if not name.startswith("_") and name != "base_url"
    }
    calls = {
        f"{name}.{method}"
        for name, area in areas.items()
        for method, _ in inspect.getmembers(area, inspect.iscoroutinefunction)
        if not method.startswith("_")
    }
    assert calls == set(CALLS)
