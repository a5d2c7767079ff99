"""What a decision will do and why, as sentences: for the preview and as a proposed statement."""

from collections.abc import Sequence
from datetime import datetime

from console.state import Draft
from shared.qt.format import duration as running_time
from shared.qt.translations import tr, tr_n
from shared.schemas.moderation import (
    Action,
    ActionEnd,
    ActionKind,
    ActionRequest,
    CaseDetail,
    Decision,
    Policy,
)

_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S


def action_words(name: str) -> str:
    """The label of an action of `console.actions.ACTIONS`, by its name."""
    known = {
        "next": tr("Next case"),
        "previous": tr("Previous case"),
        "claim": tr("Claim"),
        "release": tr("Give back"),
        "skip": tr("Skip for now"),
        "delete_message": tr("Delete the message"),
        "mute_hour": tr("Mute for 1 hour"),
        "ban_day": tr("Ban for 1 day"),
        "ban": tr("Ban for good"),
        "no_violation": tr("No violation"),
        "warn": tr("Warn"),
        "timeout": tr("Timeout 10 min"),
        "restrict": tr("Restrict 1 day"),
        "hold_payout": tr("Hold earnings"),
        "escalate": tr("Escalate to an admin"),
        "decide": tr("Decide"),
        "undo": tr("Undo the decision"),
    }
    return known.get(name, name.replace("_", " ").capitalize())


def for_how_long(seconds: int | None) -> str:
    """A restriction's length: `for 1 hour`, `for 3 days`, `for good`."""
    if seconds is None:
        return tr("for good")
    if seconds % _DAY_S == 0:
        return tr_n("for {n} day", "for {n} days", seconds // _DAY_S)
    if seconds % _HOUR_S == 0:
        return tr_n("for {n} hour", "for {n} hours", seconds // _HOUR_S)
    if seconds < _HOUR_S:
        return tr_n("for {n} minute", "for {n} minutes", max(1, seconds // 60))
    return tr("for {time}", time=running_time(seconds))


def problem_words(draft: Draft) -> str:
    """The next thing that a draft lacks; empty when it can be sent."""
    if not draft.actions:
        return tr("Choose at least one action, or no violation.")
    if not draft.policy:
        return tr("Choose the policy that the decision rests on (P).")
    if draft.problem is not None:
        return tr("Write the statement of reasons (W), ten letters or more.")
    return ""


def preview(draft: Draft, case: CaseDetail, policies: Sequence[Policy]) -> str:
    """What happens when this draft is sent, in the order in which it happens."""
    if not draft.actions:
        return tr("Choose what is to happen.")
    name = case.subject_user.display_name if case.subject_user is not None else ""
    effects = " ".join(_effect(action, name, case) for action in draft.actions)
    policy = _policy(draft.policy, policies)
    if draft.has(ActionKind.NO_VIOLATION):
        return tr("{effects} The case is closed.", effects=effects)
    ground = tr("Ground: {policy}.", policy=policy.title) if policy is not None else ""
    return f"{effects} {ground}".strip()


def decision_words(decision: Decision, case: CaseDetail, policies: Sequence[Policy]) -> str:
    """What was decided, with the statement of reasons that was sent."""
    name = case.subject_user.display_name if case.subject_user is not None else ""
    now = decision.at
    done = " ".join(
        _effect(_as_asked(action, now), name, case) + _end_words(action)
        for action in decision.actions
    )
    policy = _policy(decision.policy, policies)
    ground = tr("Ground: {policy}.", policy=policy.title if policy else decision.policy)
    return f"{done} {ground}\n\n{decision.statement}".strip()


def action_done(action: Action) -> str:
    """What an action of a decision did to the person, with how it ended."""
    done = {
        ActionKind.DELETE_MESSAGE: tr("Message deleted."),
        ActionKind.WARN: tr("Warned."),
        ActionKind.TIMEOUT: tr("Muted for a time."),
        ActionKind.MUTE: tr("Muted."),
        ActionKind.RESTRICT: tr("No writing or tipping."),
        ActionKind.SUSPEND_STREAM: tr("Stream suspended."),
        ActionKind.HOLD_PAYOUT: tr("Earnings held."),
        ActionKind.BAN: tr("Banned."),
        ActionKind.NO_VIOLATION: tr("No violation found."),
    }[action.kind]
    return done + _end_words(action)


def _end_words(action: Action) -> str:
    """How an action ended; nothing while it stands."""
    match action.ended_how:
        case None:
            return ""
        case ActionEnd.EXPIRED:
            return " " + tr("(Over by now.)")
        case ActionEnd.REVERSED:
            return " " + tr("(Taken back.)")
        case ActionEnd.OVERTURNED:
            return " " + tr("(Overturned on appeal.)")


def _as_asked(action: Action, decided_at: datetime) -> ActionRequest:
    """A carried out action as the request that led to it."""
    if action.until is None:
        return ActionRequest(kind=action.kind)
    length_s = round((action.until - decided_at).total_seconds() / 60) * 60
    return ActionRequest(kind=action.kind, duration_s=max(60, length_s))


def proposed_statement(draft: Draft, case: CaseDetail, policies: Sequence[Policy]) -> str:
    """A statement of reasons to start from; empty until actions and policy are chosen."""
    policy = _policy(draft.policy, policies)
    if not draft.actions or policy is None:
        return ""
    if draft.has(ActionKind.NO_VIOLATION):
        return tr("We looked at what was reported and found nothing against our rules.")
    measures = [_measure(action) for action in draft.actions]
    return tr(
        "{measures} Our rule \N{LEFT DOUBLE QUOTATION MARK}{title}\N{RIGHT DOUBLE QUOTATION MARK}"
        " says: {text}",
        measures=" ".join(measures),
        title=policy.title,
        text=policy.text,
    )


def _policy(policy_id: str, policies: Sequence[Policy]) -> Policy | None:
    return next((policy for policy in policies if policy.id == policy_id), None)


def _effect(action: ActionRequest, name: str, case: CaseDetail) -> str:
    who = name or tr("the person")
    where = tr("in this room") if case.stream_id is not None else tr("everywhere")
    span = for_how_long(action.duration_s)
    match action.kind:
        case ActionKind.DELETE_MESSAGE:
            return tr("The message disappears for everyone; it stays here as evidence.")
        case ActionKind.WARN:
            return tr("{name} gets a warning.", name=who)
        case ActionKind.MUTE | ActionKind.TIMEOUT:
            return tr("{name} cannot write {where} {span}.", name=who, where=where, span=span)
        case ActionKind.RESTRICT:
            return tr("{name} cannot write or tip {span}.", name=who, span=span)
        case ActionKind.SUSPEND_STREAM:
            return tr("The stream of {name} leaves the air at once.", name=who)
        case ActionKind.HOLD_PAYOUT:
            return tr("Earnings of {name} are held {span}.", name=who, span=span)
        case ActionKind.BAN:
            return tr("{name} is banned {span}.", name=who, span=span)
        case ActionKind.NO_VIOLATION:
            return tr("Nothing happens to {name}.", name=who)
        case _:
            return f"{_named(action.kind)}."


def _measure(action: ActionRequest) -> str:
    span = for_how_long(action.duration_s)
    match action.kind:
        case ActionKind.DELETE_MESSAGE:
            return tr("Your message was removed.")
        case ActionKind.WARN:
            return tr("This is a warning.")
        case ActionKind.MUTE | ActionKind.TIMEOUT:
            return tr("You cannot write {span}.", span=span)
        case ActionKind.RESTRICT:
            return tr("You cannot write or tip {span}.", span=span)
        case ActionKind.SUSPEND_STREAM:
            return tr("Your stream was taken off the air.")
        case ActionKind.HOLD_PAYOUT:
            return tr("Your earnings are held {span}.", span=span)
        case ActionKind.BAN:
            return tr("You are banned {span}.", span=span)
        case ActionKind.NO_VIOLATION:
            return ""
        case _:
            return f"{_named(action.kind)}."


def _named(kind: ActionKind) -> str:
    """An action of a newer server by its own name."""
    return kind.value.replace("_", " ").capitalize()
