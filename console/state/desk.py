"""The case on a moderator's desk: opening, claiming, deciding it, and keeping its lease."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from console.state.draft import Draft, fitting_policy
from console.state.lease import LeaseState
from console.state.queue import CASE_EVENTS
from shared.clock import Clock
from shared.errors import AppError, InvalidInput
from shared.ids import new_id
from shared.listeners import Listener, Listeners, Unsubscribe
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import (
    ActionRequest,
    CaseDetail,
    CaseState,
    CaseSummary,
    DecideRequest,
    Decision,
    EscalateRequest,
    Lease,
    Policy,
)
from shared.schemas.realtime import RoomEvent

_log = logging.getLogger(__name__)
_LOSING = frozenset({ErrorCode.CASE_CLAIMED, ErrorCode.LEASE_LOST, ErrorCode.NOT_FOUND})
_RETRY_S = 2.0
_NS = 1_000_000_000


class Cases(Protocol):
    """What the desk asks of the server, as `ApiClient.moderation` answers it."""

    async def case(self, case_id: str) -> CaseDetail:
        """One case with evidence, context and history."""
        ...

    async def claim(self, case_id: str, *, key: str | None = None) -> Lease:
        """Take the case, or renew one's own lease of it."""
        ...

    async def release(
        self, case_id: str, lease_token: int, *, key: str | None = None
    ) -> CaseSummary:
        """Give the case back."""
        ...

    async def escalate(
        self, case_id: str, request: EscalateRequest, *, key: str | None = None
    ) -> CaseSummary:
        """Hand the case to an admin."""
        ...

    async def decide(
        self, case_id: str, request: DecideRequest, *, key: str | None = None
    ) -> Decision:
        """Decide the case under its lease."""
        ...


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the case screen shows. `busy` names what is being asked of the server just now."""

    case: CaseDetail | None = None
    lease: LeaseState | None = None
    draft: Draft = field(default_factory=Draft)
    decision: Decision | None = None
    busy: str = ""
    error: AppError | None = None

    @property
    def is_mine(self) -> bool:
        """Whether the case may be decided here."""
        return self.lease is not None and self.decision is None


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
        policies: Sequence[Policy] = (),
        idle_s: float = 300.0,
    ) -> None:
        self._cases = cases
        self._clock = clock
        self._server_now = server_now
        self._me = me
        self._idle_s = idle_s
        self.policies: tuple[Policy, ...] = tuple(policies)
        self._state = CaseView()
        self._changed = Listeners[CaseView]()
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._is_stale = False
        self._touched_ns = clock.monotonic_ns()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def state(self) -> CaseView:
        """What is on the desk."""
        return self._state

    def on_changed(self, listener: Listener[CaseView]) -> Unsubscribe:
        """Hear of every change of `state`."""
        return self._changed.add(listener)

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep(), name="case lease")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

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
            self._become(CaseView(case=case, decision=case.decision))

        await self._attempt("open", read)
        return self._state

    async def claim(self, case_id: str) -> CaseView:
        """Take a case; from then on only this desk may decide it."""
        held = self._state.case
        if held is not None and held.id != case_id:
            await self.release()

        async def take() -> None:
            self._hold(await self._cases.claim(case_id), draft=self._draft_for(case_id))

        await self._attempt("claim", take)
        return self._state

    async def release(self) -> CaseView:
        """Give the case back; without a lease there is nothing to give."""
        case, lease = self._state.case, self._state.lease
        if case is None or lease is None or self._state.decision is not None:
            return self._state

        async def give() -> None:
            await self._cases.release(case.id, lease.token)
            self._become(replace(self._state, lease=None))
            self._is_stale = True
            self._wake.set()

        await self._attempt("release", give)
        return self._state

    async def escalate(self, note: str = "") -> CaseView:
        """Hand the case to an admin."""
        case, lease = self._state.case, self._state.lease
        if case is None or lease is None:
            return self._refuse("Claim the case first.")

        async def hand() -> None:
            request = EscalateRequest(lease_token=lease.token, note=note)
            await self._cases.escalate(case.id, request)
            self._become(replace(self._state, lease=None))
            self._is_stale = True
            self._wake.set()

        await self._attempt("escalate", hand)
        return self._state

    async def decide(self) -> CaseView:
        """Send the draft as the decision."""
        case, lease = self._state.case, self._state.lease
        if case is None or lease is None:
            return self._refuse("Claim the case first.")
        if self._state.draft.problem is not None:
            return self._refuse(self._state.draft.problem)
        request = self._state.draft.request(version=case.version, lease_token=lease.token)
        key = new_id()

        async def send() -> None:
            decision = await self._cases.decide(case.id, request, key=key)
            self._become(replace(self._state, decision=decision, lease=None, draft=Draft()))

        await self._attempt("decide", send)
        return self._state

    def toggle(self, action: ActionRequest) -> None:
        """Put an action into the draft or take it out; a fitting policy is proposed with it."""
        draft = self._state.draft.toggled(action)
        case = self._state.case
        if case is not None:
            proposed = fitting_policy(case, self._state.draft.actions, self.policies)
            if draft.policy in {"", proposed}:
                fitting = fitting_policy(case, draft.actions, self.policies)
                draft = draft.with_policy(fitting if draft.actions else "")
        self.write(draft)

    def write(self, draft: Draft) -> None:
        """Replace the draft."""
        self.touch()
        self._become(replace(self._state, draft=draft, error=None))

    def clear(self) -> None:
        """Take the case off the desk; a lease still held is left to run out."""
        self._become(CaseView())

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
            self._is_stale = True
            self._wake.set()

    # Inside

    async def _attempt(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        async with self._turn:
            self.touch()
            self._become(replace(self._state, busy=what, error=None))
            try:
                await work()
            except AppError as error:
                _log.info("%s failed: %s", what, error.code)
                if error.code in _LOSING and self._state.lease is not None:
                    self._lose(error)
                else:
                    self._become(replace(self._state, error=error))
                if error.code == ErrorCode.VERSION_CONFLICT:
                    self._is_stale = True
            finally:
                self._become(replace(self._state, busy=""))

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
                except AppError as error:
                    if error.code in _LOSING:
                        self._lose(error)
                    _log.info("the case could not be followed: %s", error.code)
                    await asyncio.sleep(_RETRY_S)

    def _next_s(self) -> float | None:
        lease = self._state.lease
        if lease is None:
            return _RETRY_S if self._is_stale else None
        now = self._clock.monotonic_ns()
        if self._is_idle(now):
            return max(0.05, lease.remaining_s(now))
        return max(0.05, lease.renew_in_s(now))

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
        if not self._is_stale or case is None:
            self._is_stale = False
            return
        fresh = await self._cases.case(case.id)
        self._is_stale = False
        self._become(replace(self._state, case=fresh, decision=fresh.decision))

    def _hold(self, lease: Lease, *, draft: Draft) -> None:
        state = LeaseState.of(
            lease, server_now=self._server_now(), monotonic_ns=self._clock.monotonic_ns()
        )
        self._become(replace(self._state, case=lease.case, lease=state, draft=draft, decision=None))
        self._wake.set()

    def _lose(self, error: AppError) -> None:
        self._become(replace(self._state, lease=None, error=error))
        self._is_stale = True

    def _draft_for(self, case_id: str) -> Draft:
        case = self._state.case
        return self._state.draft if case is not None and case.id == case_id else Draft()

    def _refuse(self, sentence: str) -> CaseView:
        self._become(replace(self._state, error=InvalidInput(sentence)))
        return self._state

    def _become(self, state: CaseView) -> None:
        if state != self._state:
            self._state = state
            self._changed.tell(state)


def _taken() -> AppError:
    return AppError(
        "Another moderator has this case now; your draft is kept, but only they can decide.",
        code=ErrorCode.LEASE_LOST,
    )


def _ran_out() -> AppError:
    return AppError(
        "Your claim of this case ran out; claim it again to decide.", code=ErrorCode.LEASE_LOST
    )
