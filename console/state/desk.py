"""The case on a moderator's desk: opening, claiming, deciding it, and keeping its lease."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from console.state.case_view import Cases, CaseView
from console.state.draft import Draft, fitting_policy
from console.state.lease import LeaseState
from console.state.queue import CASE_EVENTS
from shared.background import Background
from shared.clock import Clock
from shared.errors import AppError, InvalidInput
from shared.ids import new_id
from shared.listeners import Listener, Listeners, Unsubscribe
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseDetail,
    CaseState,
    DecideRequest,
    EscalateRequest,
    Lease,
)
from shared.schemas.realtime import RoomEvent

_log = logging.getLogger(__name__)
_LOSING = frozenset({ErrorCode.CASE_CLAIMED, ErrorCode.LEASE_LOST, ErrorCode.NOT_FOUND})
_SOONEST_S = 0.05
_RETRY_S = 2.0
_NS = 1_000_000_000
_UNDONE = "Taken back at the console."
"""The reason an undo gives; the words behind it are in the log of the case."""

type _OnCase = Callable[[CaseDetail, LeaseState], Awaitable[object]]


class CaseDesk:
    """One case at a time. Failures become `state.error`, nothing here raises for them.

    Open it with `async with`: from then on a lease is renewed while its moderator is active, that
    is, `touch` was called within `idle_s`; an idle one runs out and the case is free again.
    """

    def __init__(
        self,
        *,
        cases: Cases,
        clock: Clock,
        server_now: Callable[[], datetime],
        me: str,
        idle_s: float = 300.0,
    ) -> None:
        self._cases = cases
        self._clock = clock
        self._server_now = server_now
        self._me = me
        self._idle_s = idle_s
        self._state = CaseView()
        self._changed = Listeners[CaseView]()
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._is_stale = False
        self._sent: tuple[DecideRequest, str] | None = None
        self._touched_ns = clock.monotonic_ns()
        self._keeper = Background("case lease")

    @property
    def state(self) -> CaseView:
        """What is on the desk."""
        return self._state

    def on_changed(self, listener: Listener[CaseView]) -> Unsubscribe:
        """Hear of every change of `state`."""
        return self._changed.add(listener)

    async def __aenter__(self) -> Self:
        self._keeper.start(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._keeper.close()

    def remaining_s(self) -> float:
        """How long the lease lasts; 0 without one."""
        lease = self._state.lease
        return lease.remaining_s(self._clock.monotonic_ns()) if lease else 0.0

    def touch(self) -> None:
        """The moderator did something."""
        self._touched_ns = self._clock.monotonic_ns()
        self._wake.set()

    # What the moderator does

    async def open(self, case_id: str) -> CaseView:
        """Look at a case without claiming it; one that is held here is given back first."""
        held = self._state.case
        if held is not None and held.id == case_id:
            return self._state
        await self.release()

        async def read() -> None:
            case = await self._cases.case(case_id)
            await self._read_policies()
            self._show(CaseView(case=case, decision=case.decision))

        return await self._attempt("open", read)

    async def claim(self, case_id: str) -> CaseView:
        """Take a case; from then on only this desk may decide it."""
        held = self._state.case
        if held is not None and held.id != case_id:
            await self.release()

        async def take() -> None:
            lease = await self._cases.claim(case_id)
            shown = self._state.case
            keeps_draft = shown is not None and shown.id == case_id
            self._hold(lease, draft=self._state.draft if keeps_draft else Draft())
            await self._read_policies()

        return await self._attempt("claim", take)

    async def release(self) -> CaseView:
        """Give the case back; without a lease there is nothing to give."""
        if not self._state.is_mine:
            return self._state
        return await self._part(
            "release", lambda case, lease: self._cases.release(case.id, lease.token)
        )

    async def skip(self) -> CaseView:
        """Leave the case to others; it comes last in the own queue for a while."""
        return await self._part("skip", lambda case, lease: self._cases.skip(case.id, lease.token))

    async def escalate(self, note: str = "") -> CaseView:
        """Hand the case to an admin."""
        return await self._part(
            "escalate",
            lambda case, lease: self._cases.escalate(
                case.id, EscalateRequest(lease_token=lease.token, note=note)
            ),
        )

    async def decide(self) -> CaseView:
        """Send the draft as the decision."""

        async def send() -> None:
            case, lease, draft = self._state.case, self._state.lease, self._state.draft
            if case is None or lease is None:
                raise _not_claimed()
            if draft.problem is not None:
                raise InvalidInput(draft.problem)
            request = draft.request(version=case.version, lease_token=lease.token)
            decision = await self._cases.decide(case.id, request, key=self._key_for(request))
            self._show(replace(self._state, decision=decision, lease=None, draft=Draft()))
            self._look_again()

        return await self._attempt("decide", send)

    async def undo(self) -> CaseView:
        """Take back, one by one, what the decision did and still stands."""

        async def take_back() -> None:
            decision = self._state.decision
            if decision is None:
                raise _not_decided()
            for number, action in enumerate(decision.actions):
                if action.ended_at is None and action.kind is not ActionKind.NO_VIOLATION:
                    ended = await self._cases.reverse(action.id, _UNDONE)
                    actions = list(decision.actions)
                    actions[number] = ended
                    decision = decision.model_copy(update={"actions": actions})
                    self._show(replace(self._state, decision=decision))
            self._look_again()

        return await self._attempt("undo", take_back)

    def toggle(self, action: ActionRequest) -> None:
        """Put an action into the draft or take it out; a fitting policy is proposed with it."""
        before, case = self._state.draft, self._state.case
        draft = before.toggled(action)
        if case is not None:
            policies = self._state.policies
            if before.policy in {"", fitting_policy(case, before.actions, policies)}:
                fitting = fitting_policy(case, draft.actions, policies) if draft.actions else ""
                draft = draft.with_policy(fitting)
        self.write(draft)

    def write(self, draft: Draft) -> None:
        """Replace the draft."""
        self.touch()
        self._show(replace(self._state, draft=draft, error=None))

    def clear(self) -> None:
        """Take the case off the desk; a lease still held is left to run out."""
        self._show(CaseView(policies=self._state.policies))

    # What the server tells

    def apply(self, event: RoomEvent) -> None:
        """Take an event of the moderators' room; news of the open case is read at once."""
        case = self._state.case
        if case is None or event.type not in CASE_EVENTS or event.data.get("id") != case.id:
            return
        holder = event.data.get("claimed_by")
        is_others = isinstance(holder, dict) and holder.get("id") != self._me
        if is_others and event.data.get("state") == CaseState.CLAIMED and self._state.lease:
            self._lose(_taken())
        version = event.data.get("version")
        if isinstance(version, int) and version > case.version:
            self._look_again()

    def look_again(self) -> None:
        """News may have been missed: read the open case again."""
        if self._state.case is not None:
            self._look_again()

    # Inside

    async def _attempt(self, what: str, work: Callable[[], Awaitable[None]]) -> CaseView:
        async with self._turn:
            self.touch()
            self._show(replace(self._state, busy=what, error=None))
            try:
                await work()
            except AppError as error:
                _log.info("%s failed: %s", what, error.code)
                if error.code in _LOSING and self._state.lease is not None:
                    self._lose(error)
                else:
                    self._show(replace(self._state, error=error))
                if error.code in {ErrorCode.VERSION_CONFLICT, ErrorCode.CASE_CLAIMED}:
                    self._look_again()
            finally:
                self._show(replace(self._state, busy=""))
        return self._state

    async def _part(self, what: str, give: _OnCase) -> CaseView:
        """Do what ends the lease of the case on the desk."""

        async def part() -> None:
            case, lease = self._state.case, self._state.lease
            if case is None or lease is None:
                raise _not_claimed()
            await give(case, lease)
            self._show(replace(self._state, lease=None))
            self._look_again()

        return await self._attempt(what, part)

    async def _keep(self) -> None:
        """Renew the lease in time, and read the open case again when it has changed."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._next_s()):
                    await self._wake.wait()
            self._wake.clear()
            async with self._turn:
                try:
                    await self._renew_if_due()
                    await self._refresh_if_stale()
                    continue
                except AppError as error:
                    _log.info("the case could not be followed: %s", error.code)
                    if error.code in _LOSING:
                        self._lose(error)
            await asyncio.sleep(_RETRY_S)

    def _next_s(self) -> float | None:
        lease = self._state.lease
        if self._is_stale:
            return _SOONEST_S
        if lease is None:
            return None
        now = self._clock.monotonic_ns()
        due_s = lease.remaining_s(now) if self._is_idle(now) else lease.renew_in_s(now)
        return max(_SOONEST_S, due_s)

    def _is_idle(self, now_ns: int) -> bool:
        return (now_ns - self._touched_ns) / _NS > self._idle_s

    async def _renew_if_due(self) -> None:
        lease, case = self._state.lease, self._state.case
        now = self._clock.monotonic_ns()
        if lease is None or case is None:
            return
        if lease.is_over(now):
            self._lose(_ran_out())
        elif lease.renew_in_s(now) <= 0 and not self._is_idle(now):
            self._hold(await self._cases.claim(case.id), draft=self._state.draft)

    async def _refresh_if_stale(self) -> None:
        case = self._state.case
        if self._is_stale and case is not None:
            fresh = await self._cases.case(case.id)
            self._show(replace(self._state, case=fresh, decision=fresh.decision))
        self._is_stale = False

    async def _read_policies(self) -> None:
        if not self._state.policies:
            page = await self._cases.policies()
            self._show(replace(self._state, policies=tuple(page.items)))

    def _hold(self, lease: Lease, *, draft: Draft) -> None:
        state = LeaseState.of(
            lease, server_now=self._server_now(), monotonic_ns=self._clock.monotonic_ns()
        )
        self._show(replace(self._state, case=lease.case, lease=state, draft=draft, decision=None))
        self._wake.set()

    def _lose(self, error: AppError) -> None:
        self._show(replace(self._state, lease=None, error=error))
        self._look_again()

    def _key_for(self, request: DecideRequest) -> str:
        """The same decision sent again after a lost answer has the same key: it is made once."""
        if self._sent is None or self._sent[0] != request:
            self._sent = (request, new_id())
        return self._sent[1]

    def _look_again(self) -> None:
        self._is_stale = True
        self._wake.set()

    def _show(self, state: CaseView) -> None:
        state = replace(state, policies=state.policies or self._state.policies)
        if state != self._state:
            self._state = state
            self._changed.tell(state)


def _not_claimed() -> AppError:
    return InvalidInput(
        "Claim the case first; only its holder can do this.", code="CASE_NOT_CLAIMED"
    )


def _not_decided() -> AppError:
    return InvalidInput(
        "There is no decision to take back; decide the case first.", code="CASE_NOT_DECIDED"
    )


def _taken() -> AppError:
    return AppError(
        "Another moderator has this case now; your draft is kept, but only they can decide.",
        code="LEASE_LOST",
    )


def _ran_out() -> AppError:
    return AppError("Your claim of this case ran out; claim it again to decide.", code="LEASE_LOST")
