"""The list of policies: every reason has its rule, every id is unique."""

from shared.schemas.moderation import ReportReason
from shared.server.moderation.policies import NO_VIOLATION_POLICY, POLICIES, policy


def test_every_reason_has_a_policy_and_ids_are_unique() -> None:
    assert {reason for entry in POLICIES for reason in entry.reasons} == set(ReportReason)
    assert len({entry.id for entry in POLICIES}) == len(POLICIES)
    assert all(entry.usual_actions and entry.text.endswith(".") for entry in POLICIES)


def test_a_policy_is_found_by_its_id() -> None:
    assert policy(NO_VIOLATION_POLICY) is not None
    assert policy("nothing.such") is None
