"""Notices to one person, carried by `notification.new` in their own room, on the wire."""

from enum import StrEnum

from shared.schemas.common import Id, Resource, Timestamp


class NoticeKind(StrEnum):
    """What a notice is about."""

    REPORT_DECIDED = "report_decided"
    ACTION_TAKEN = "action_taken"
    ACTION_ENDED = "action_ended"
    APPEAL_FILED = "appeal_filed"
    APPEAL_DECIDED = "appeal_decided"
    COMPLIANCE_DECIDED = "compliance_decided"
    DUEL_OFFERED = "duel_offered"
    ACHIEVEMENT = "achievement"
    REFUND = "refund"


class Notice(Resource):
    """A sentence to one person, and what it is about.

    `statement_id` names the statement of reasons, which the person can read and appeal.
    """

    id: Id
    kind: NoticeKind
    text: str
    subject_type: str
    subject_id: str
    at: Timestamp
    statement_id: Id | None = None
