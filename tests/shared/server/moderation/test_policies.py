"""The list of policies: every reason has its rule, every id is unique."""

from shared.schemas.moderation import ReportReason
from shared.server.moderation.policies import (
    NO_VIOLATION_POLICY,
    POLICIES,
    policies,
    policy,
)


def test_every_reason_has_a_policy_and_ids_are_unique() -> None:
    assert {reason for entry in POLICIES for reason in entry.reasons} == set(ReportReason)
    assert len({entry.id for entry in POLICIES}) == len(POLICIES)
    assert all(entry.usual_actions and entry.text.endswith(".") for entry in POLICIES)


def test_a_policy_is_found_by_its_id() -> None:
    assert policy(NO_VIOLATION_POLICY) is not None
    assert policy("nothing.such") is None


def test_every_policy_is_told_in_both_languages() -> None:
    english, dutch = policies(is_dutch=False), policies(is_dutch=True)
    assert [entry.id for entry in english] == [entry.id for entry in dutch]
    assert english == list(POLICIES)
    for one, other in zip(english, dutch, strict=True):
        assert one.title != other.title
        assert one.text != other.text
        assert (one.reasons, one.usual_actions) == (other.reasons, other.usual_actions)
    harassment = policy("conduct.harassment", is_dutch=True)
    assert harassment is not None
    assert harassment.title == "Geen intimidatie"
