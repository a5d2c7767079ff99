"""Plain words for the platform's codes, ages and countdowns, for every screen of the console."""

from collections.abc import Iterable
from datetime import datetime

from shared.errors import AppError
from shared.qt.format import clock_time
from shared.qt.translations import tr, tr_error
from shared.schemas.accounts import UserRef
from shared.schemas.automod import AutomodRule
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import CaseState, CaseSummary, ReportReason, SubjectType
from shared.schemas.roles import Role
from shared.schemas.streams import SafetyHint, StreamState

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86_400


def reason_words(reason: ReportReason) -> str:
    """What a report's reason is called on screen."""
    return {
        ReportReason.MINOR_SAFETY: tr("Minor safety"),
        ReportReason.NON_CONSENSUAL: tr("Without consent"),
        ReportReason.VIOLENCE: tr("Violence"),
        ReportReason.HATE: tr("Hate"),
        ReportReason.HARASSMENT: tr("Harassment"),
        ReportReason.PRIVACY: tr("Privacy"),
        ReportReason.FRAUD: tr("Fraud"),
        ReportReason.SPAM: tr("Spam"),
        ReportReason.OTHER: tr("Other"),
    }[reason]


def rule_words(rule: AutomodRule) -> str:
    """Why the automatic checks held a message back."""
    return {
        AutomodRule.MINORS: tr("May be about minors"),
        AutomodRule.NON_CONSENT: tr("May lack consent"),
        AutomodRule.COERCION: tr("May press somebody"),
        AutomodRule.SELF_HARM: tr("May be about self-harm"),
        AutomodRule.HATE: tr("Hate"),
        AutomodRule.THREAT: tr("Threat"),
        AutomodRule.INSULT: tr("Insult"),
        AutomodRule.TOXIC: tr("Reads as an attack"),
        AutomodRule.CONTACT: tr("Contact details"),
        AutomodRule.LINK: tr("Link"),
        AutomodRule.CAPS: tr("Capitals only"),
        AutomodRule.FLOOD: tr("Too many messages"),
        AutomodRule.REPEAT: tr("Said before"),
        AutomodRule.STRANGER: tr("Not a follower, and the shield is up"),
    }[rule]


def subject_words(subject: SubjectType) -> str:
    """What kind of thing a case is about."""
    return {
        SubjectType.MESSAGE: tr("Message"),
        SubjectType.USER: tr("Person"),
        SubjectType.STREAM: tr("Stream"),
    }[subject]


def role_words(role: Role) -> str:
    """What a role is called."""
    return {
        Role.VIEWER: tr("Viewer"),
        Role.MEMBER: tr("Member"),
        Role.MEMBER_PLUS: tr("Member plus"),
        Role.PROVIDER: tr("Provider"),
        Role.CREATOR: tr("Creator"),
        Role.MOD: tr("Moderator"),
        Role.ADMIN: tr("Admin"),
        Role.SUPER_ADMIN: tr("Super admin"),
    }[role]


def state_words(state: CaseState) -> str:
    """Where a case is."""
    return {
        CaseState.OPEN: tr("Open"),
        CaseState.CLAIMED: tr("Claimed"),
        CaseState.ESCALATED: tr("Escalated"),
        CaseState.DECIDED: tr("Decided"),
    }[state]


def stream_state_words(state: StreamState) -> str:
    """Where a stream is in its life."""
    return {
        StreamState.WAITING: tr("Waiting for picture"),
        StreamState.LIVE: tr("Live"),
        StreamState.FROZEN: tr("Frozen"),
        StreamState.PANICKED: tr("Safe word used"),
        StreamState.INTERRUPTED: tr("Interrupted"),
        StreamState.ENDED: tr("Ended"),
        StreamState.SUSPENDED: tr("Suspended"),
    }[state]


def hint_words(hints: Iterable[SafetyHint]) -> str:
    """What pictures suggest, in a few words; a reason to look, not a finding."""
    words = {
        SafetyHint.NO_FACE: tr("No face seen lately"),
        SafetyHint.MORE_FACES: tr("More faces than agreed"),
    }
    return " · ".join(words[hint] for hint in hints)


def span_words(seconds: float) -> str:
    """A rounded length of time: `12 s`, `4 min`, `3 h`, `2 d`."""
    whole = max(0, int(seconds))
    if whole < _MINUTE_S:
        return tr("{n} s", n=whole)
    if whole < _HOUR_S:
        return tr("{n} min", n=whole // _MINUTE_S)
    if whole < 2 * _DAY_S:
        return tr("{n} h", n=whole // _HOUR_S)
    return tr("{n} d", n=whole // _DAY_S)


def age_words(since: datetime, now: datetime) -> str:
    """How long ago something was."""
    return span_words((now - since).total_seconds())


def holder_at(case: CaseSummary, now: datetime) -> UserRef | None:
    """Who has a case; a claim whose lease ran out is none, also before the server says so."""
    if case.state is not CaseState.CLAIMED or case.claimed_by is None:
        return None
    if case.lease_until is not None and case.lease_until <= now:
        return None
    return case.claimed_by


def countdown(until: datetime, now: datetime) -> str:
    """What is left of a lease as `m:ss`; `0:00` once it has run out."""
    left = max(0, int((until - now).total_seconds()))
    minutes, seconds = divmod(left, _MINUTE_S)
    return f"{minutes}:{seconds:02d}"


def when_words(moment: datetime) -> str:
    """A moment with its date, for a log read days later."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def act_words(action: str) -> str:
    """A code of the audit log as words; an unknown one is shown by its own name."""
    known = {
        "case.claimed": tr("Case claimed"),
        "case.released": tr("Case released"),
        "case.skipped": tr("Case skipped"),
        "case.escalated": tr("Case escalated"),
        "case.decided": tr("Case decided"),
        "case.reopened": tr("Case reopened"),
        "action.reversed": tr("Action taken back"),
        "action.expired": tr("Action ended by itself"),
        "action.overturned": tr("Action overturned on appeal"),
        "appeal.upheld": tr("Decision upheld on appeal"),
        "appeal.overturned": tr("Decision overturned on appeal"),
        "evidence.held": tr("Evidence put on hold"),
        "evidence.released": tr("Evidence released from hold"),
        "evidence.clip_kept": tr("Clip kept as evidence"),
        "evidence.pruned": tr("Old evidence erased"),
        "account.erased": tr("Account erased"),
        "announcement.published": tr("Announcement published"),
        "backup.made": tr("Backup made"),
        "compliance.viewed": tr("Compliance queue viewed"),
        "compliance.approved": tr("Record approved"),
        "compliance.rejected": tr("Record rejected"),
        "data.exported": tr("Table exported"),
        "decision.confirmed": tr("Decision confirmed"),
        "tip.refunded": tr("Tip refunded"),
        "config.changed": tr("Settings changed"),
        "user.changed": tr("Person changed"),
        "payout.held": tr("Earnings held"),
    }
    return known.get(action, action.replace(".", " ").replace("_", " ").capitalize())


def priority_words(name: str) -> str:
    """What a part of a priority is called; an unknown one is shown by its own name."""
    known = {
        "severity": tr("Severity"),
        "reports": tr("Reports"),
        "reporter_accuracy": tr("Reporter accuracy"),
        "live_now": tr("On air"),
        "age": tr("Waiting"),
        "escalated": tr("Escalated"),
    }
    return known.get(name, act_words(name))


def refusal_words(error: AppError) -> str:
    """What a moderator is told when the server refuses something about a case."""
    if error.code == ErrorCode.CASE_CLAIMED:
        holder, until = error.meta.get("claimed_by"), error.meta.get("until")
        if isinstance(holder, dict) and isinstance(until, str):
            moment = datetime.fromisoformat(until)
            return tr(
                "{name} has this case until {time}; take another one or wait.",
                name=holder.get("display_name", ""),
                time=clock_time(moment),
            )
    if error.code == ErrorCode.LEASE_LOST:
        return tr(
            "Your claim on this case has ended; your draft is kept. Claim it again to decide, "
            "unless somebody else has it by now."
        )
    if error.code == ErrorCode.VERSION_CONFLICT:
        return tr(
            "The case changed while you were deciding. This is how it stands now; look again, "
            "then decide."
        )
    return tr_error(error)
