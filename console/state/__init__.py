"""The console without Qt: what a moderator watches, the case on the desk, the audit chain.

Composition, after sign-in (each `async with`; none waits for the network):

    Watch(api=api, realtime=realtime, is_admin=may(me.role, Permission.ADMINISTER_USERS))
    CaseDesk(cases=api.moderation, clock=SystemClock(), server_now=api.server_now, me=me.id)
    watch.on_event(desk.apply)                       # another moderator's claim reaches the desk
    AuditCheck(api.admin)                            # no `async with`

- `Watch`: `queue.cases` (most urgent first), `queue.after(case_id, step)`, `streams.streams`
  (riskiest first), `hub.hub` and `hub.history`, `error`; `on_changed(listener[Watched])` (queue,
  streams, hub, error), `on_event(listener[RoomEvent])`, `reload()`.
- `CaseDesk`: `state -> CaseView`, `on_changed(listener)`; `await open(case_id)`, `claim(case_id)`,
  `release()`, `skip()`, `escalate(note)`, `decide()`; `toggle(ActionRequest)`, `write(Draft)`,
  `clear()`, `touch()` (the person did something: only then is the lease renewed), `remaining_s()`,
  `apply(event)`. Failures are `state.error`, nothing raises.
- `CaseView`: `case`, `lease`, `is_mine`, `draft`, `decision`, `policies`, `busy` (open, claim,
  release, skip, escalate, decide or nothing), `error`.
- `Draft`: `actions`, `policy`, `statement`, `problem` (sentence or None), `has(kind)`,
  `with_policy`, `with_statement`, `toggled`.
- `AuditCheck`: `await verify() -> AuditView` (`entries`, `verdict`, `is_running`, `error`),
  `state`, `on_changed(listener)`.

`console.actions.ACTIONS` holds what can be done by key or button: see there.
"""

from console.state.audit import AuditCheck, AuditLog, AuditView
from console.state.case_view import Cases, CaseView
from console.state.desk import CaseDesk
from console.state.draft import Draft, fitting_policy, may_apply
from console.state.hub import HubState
from console.state.lease import LeaseState
from console.state.queue import QueueState
from console.state.streams import LiveStreams
from console.state.watch import Watch, Watched

__all__ = [
    "AuditCheck",
    "AuditLog",
    "AuditView",
    "CaseDesk",
    "CaseView",
    "Cases",
    "Draft",
    "HubState",
    "LeaseState",
    "LiveStreams",
    "QueueState",
    "Watch",
    "Watched",
    "fitting_policy",
    "may_apply",
]
