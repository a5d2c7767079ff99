"""The HTTP client of the wire contract, for both apps, the headless command and the simulator.

    async with ApiClient("http://127.0.0.1:8700", session=None, language="en") as client:
        grant = await client.auth.login(email, password)          # -> SessionGrant; sets session
        started = await client.streams.start(StreamStart(title="Evening talk"))

`client.session` (settable, `str | None`) and `client.language` may change at any time;
`client.on_session_changed(listener) -> unsubscribe` hears of sign-in, sign-out and of a session
that the server no longer takes (None). `client.server_now()` is the server's time of day.
`key=` is an Idempotency-Key; without it one is made.

Areas (every call is `async`; pages take `cursor=` and `limit=` and give `Page[...]`):

- `auth`: `signup(SignupRequest)`, `login(email, password, code=None, device=None)` -> SessionGrant,
  `logout()`, `me()` -> User, `change_password(current, new)` -> SessionGrant, `sessions()` ->
  Page[ActiveSession], `end_session(id)`
- `profiles`: `read(user_id)`, `change(user_id, ProfilePatch)` -> Profile, `follow(user_id)`,
  `unfollow(user_id)`, `content(user_id)` -> Page[ContentItem]
- `streams`: `start(StreamStart)` -> StreamStarted, `end(id)`, `read(id)`, `change(id, StreamPatch)`
  -> Stream, `freeze(id)`, `panic(id)`, `reveal(id)` -> Stream, `viewers(id)` -> Viewers,
  `active()` -> Page[Stream], `key()`, `regenerate_key()` -> StreamKey,
  `playlist(id)` -> str, `thumbnail(id)` -> bytes
- `room`: `history(stream_id)` -> Page[ChatMessage], `send(stream_id, text, reply_to=)` ->
  ChatMessage, `delete(stream_id, message_id)`, `mute` / `ban(stream_id, RestrictionRequest)` ->
  Restriction, `restrictions(stream_id)` -> Page[Restriction]
- `wallet`: `balance()` -> Balance, `ledger()` -> Page[LedgerEntry], `purchase(tokens)` ->
  Purchase, `tip(stream_id, TipRequest)` -> TipReceipt, `tips(stream_id)` -> Page[Tip],
  `leaderboard(stream_id)` -> Page[LeaderboardRow]
- `show`: `create_goal(stream_id, GoalCreate)`, `change_goal(stream_id, goal_id, GoalPatch)` ->
  Goal, `delete_goal(stream_id, goal_id)`, `tip_menu(user_id)`, `put_tip_menu(user_id, TipMenuPut)`
  -> TipMenu, `mood(stream_id)`, `vote_mood(stream_id, mood)` -> MoodStrip
- `stage`: actions, unlockables, duels, spins, achievements, consent log, safe word
- `insights`: `dashboard(user_id)`, `read(user_id)`, `coach(CoachRequest)`
- `teezer`: `read(user_id)`, `change(user_id, TeezerPatch)`, `put_schedule(user_id,
  TeezerSchedule)`, `train(user_id)` -> Teezer, `suggest(SuggestRequest)` -> Suggestions
- `reports`: `create(ReportCreate)` -> Report, `mine()` -> Page[Report]
- `moderation`: `queue(stream_id=, state=)` -> Page[CaseSummary], `policies()` -> Page[Policy],
  `case(id)` -> CaseDetail, `claim(id)` -> Lease, `release(id, lease_token)`, `skip(id,
  lease_token)`, `escalate(id, EscalateRequest)` -> CaseSummary, `decide(id, DecideRequest)` ->
  Decision, `streams()` -> Page[Stream], `log()` -> Page[AuditEntry] (newest first),
  `preview(id, PreviewRequest)` -> Preview, `reopen(id, reason)` -> CaseSummary, `reverse(action_id,
  reason)` -> Action, `suspend(stream_id, SuspendRequest)` -> Decision, `subject(type, id)` ->
  SubjectView
- `appeals`: `read(state=)` -> Page[Appeal], `create(AppealCreate)`, `decide(id, AppealDecide)` ->
  Appeal, `statement(decision_id)` -> StatementOfReasons, `evidence(case_id)`, `hold(case_id,
  on_hold=)` -> EvidenceBundle, `second_looks()` -> Page[SecondLook], `judge_second_look(id,
  SecondLookDecide)` -> SecondLook, `metrics(days=)` -> ModerationMetrics
- `automod`: `slow_mode(stream_id, seconds)`, `shield(stream_id, enabled=)` -> ChatMode,
  `held(stream_id)`, `held_anywhere()` -> Page[HeldMessage], `release(stream_id, held_id)`,
  `deny(stream_id, held_id)` -> HeldMessage
- `admin`: `hub()` -> Hub, `audit()` -> Page[AuditEntry] (from the first link on),
  `verify_audit()` -> AuditVerdict
- `health`: `read()` -> Health

Every failure is an `AppError` with one sentence: `ApiError` (refused: `code`, `status`,
`request_id`, `retry_after_s`, `meta`), `Unavailable` (codes SERVER_UNREACHABLE, SERVER_TIMEOUT,
CERTIFICATE_REFUSED), `ProtocolError` (ANSWER_NOT_UNDERSTOOD).
"""

from shared.api.client import ApiClient
from shared.api.errors import ApiError
from shared.api.retries import Retries

__all__ = ["ApiClient", "ApiError", "Retries"]
