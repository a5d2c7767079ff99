"""Admins' screens: nothing is changed without a reason and a second press, nothing is lost."""

from datetime import timedelta

import pytest
from fakes.console_views import NOW, person
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.screens import (
    ComplianceScreen,
    NewsScreen,
    PeopleScreen,
    Screen,
    SettingsScreen,
    SystemScreen,
)
from console.screens.compliance import ComplianceVerdictGiven
from console.screens.people import PeopleSearch, PersonChange
from console.screens.system import size_words
from shared.ids import new_id
from shared.qt.theme import Theme
from shared.schemas.admin import HealthPart
from shared.schemas.administration import (
    AdminHealth,
    AdminUser,
    Announcement,
    AnnouncementCreate,
    Backup,
    ComplianceKind,
    ComplianceRecord,
    ComplianceState,
    ComplianceVerdict,
    Config,
    ConfigPatch,
    ExportKind,
)
from shared.schemas.moderation import AuditVerdict
from shared.schemas.roles import Role


def shown[S: Screen](screen: S, qtbot: QtBot) -> S:
    qtbot.addWidget(screen)
    screen.show()
    with qtbot.waitActive(screen, timeout=30_000):
        screen.activateWindow()
    screen.focus_first()
    return screen


def a_user(name: str, role: Role = Role.MEMBER, *, two_factor: bool = False) -> AdminUser:
    return AdminUser(
        id=new_id(),
        email=f"{name.lower()}@example.org",
        display_name=name,
        role=role,
        is_banned=False,
        two_factor=two_factor,
        created_at=NOW,
    )


@pytest.fixture
def people(qtbot: QtBot) -> PeopleScreen:
    screen = PeopleScreen(Theme())
    screen.set_role(Role.ADMIN)
    return shown(screen, qtbot)


def test_a_role_changes_with_a_reason_and_after_a_second_press(
    people: PeopleScreen, qtbot: QtBot
) -> None:
    tom = a_user("Tom")
    people.show_items([tom])
    sent: list[PersonChange] = []
    people.change_asked.connect(sent.append)
    people._role.setCurrentIndex(people._role.findData(Role.CREATOR))
    people.ask_role()
    assert people.asked == "Write the reason first (W)."
    people._reason.setText("Passed the check")
    people.ask_role()
    assert people.asked.startswith("Tom becomes Creator and is signed out everywhere.")
    assert sent == []
    qtbot.keyClick(people, Qt.Key.Key_Escape)
    qtbot.keyClick(people, Qt.Key.Key_Return)
    assert sent == []
    people.ask_role()
    qtbot.keyClick(people, Qt.Key.Key_Return)
    (change,) = sent
    assert (change.user_id, change.patch.role) == (tom.id, Role.CREATOR)
    assert change.patch.reason == "Passed the check"


def test_nobody_is_offered_more_than_the_role_table_allows(people: PeopleScreen) -> None:
    people.show_items([a_user("Ada", Role.ADMIN), a_user("Tom")])
    assert not people._role.isEnabled()
    people._reason.setText("Because")
    people.ask_unlock()
    assert people.asked.startswith("Their rank is yours or above")
    people.list.step(1)
    offered = {people._role.itemData(row) for row in range(people._role.count())}
    assert offered == {role for role in Role if role.rank < Role.ADMIN.rank}


def test_people_are_searched_for_once_the_typing_rests(people: PeopleScreen, qtbot: QtBot) -> None:
    searches: list[PeopleSearch] = []
    people.search_asked.connect(searches.append)
    qtbot.keyClicks(people._search, "tom")
    qtbot.waitUntil(lambda: bool(searches), timeout=30_000)
    assert searches[-1] == PeopleSearch("tom", None)
    people._role_filter.setCurrentIndex(people._role_filter.findData(Role.MOD))
    assert searches[-1] == PeopleSearch("tom", Role.MOD)


def test_a_record_is_decided_on_the_version_that_was_read(qtbot: QtBot) -> None:
    screen = shown(ComplianceScreen(Theme()), qtbot)
    record = ComplianceRecord(
        id=new_id(),
        kind=ComplianceKind.KYC,
        user=person("Sam"),
        state=ComplianceState.OPEN,
        version=3,
        details={"country": "NL", "document": "passport", "document_sha256": "ab" * 32},
        at=NOW,
    )
    screen.show_items([record])
    given: list[ComplianceVerdictGiven] = []
    screen.decided.connect(given.append)
    qtbot.keyClick(screen, Qt.Key.Key_A)
    assert screen.asked == "Write the reason first (W)."
    screen._reason.setText("The paper fits")
    screen.ask(ComplianceVerdict.APPROVE)
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    (verdict,) = given
    assert (verdict.request.version, verdict.request.verdict) == (3, ComplianceVerdict.APPROVE)
    kinds: list[ComplianceKind] = []
    screen.kind_asked.connect(kinds.append)
    screen.focus_first()
    qtbot.keyClick(screen, Qt.Key.Key_F)
    assert kinds == [ComplianceKind.AGE]
    assert screen.kind is ComplianceKind.AGE


def test_an_announcement_is_asked_about_and_keeps_its_words_until_sent(qtbot: QtBot) -> None:
    screen = shown(NewsScreen(Theme()), qtbot)
    screen.tick(NOW)
    screen.show_items(())
    sent: list[AnnouncementCreate] = []
    screen.published.connect(sent.append)
    screen.ask()
    assert screen.asked.startswith("Write a title and a text first")
    screen._title.setText("Tonight")
    screen._text.setPlainText("Maintenance at four.")
    screen.ask()
    assert screen.asked.startswith("“Tonight” is shown to everybody.")
    screen._confirm.proceed()
    (request,) = sent
    assert (request.title, request.until) == ("Tonight", NOW + timedelta(days=1))
    assert screen._title.text() == "Tonight"
    news = Announcement(id=new_id(), title="Tonight", text="x", by="Ada", at=NOW, until=NOW)
    screen.show_items([news])
    assert screen._shown_state.text() == "Over"


def config(version: int, logins: int = 10, target: int = 1000, **flags: bool) -> Config:
    return Config(
        version=version,
        revenue_target_tokens=target,
        requests_per_minute=100,
        address_requests_per_minute=1200,
        logins_per_minute=logins,
        fee_percent=20,
        flags=flags,
    )


@pytest.fixture
def settings(qtbot: QtBot) -> SettingsScreen:
    screen = SettingsScreen(Theme())
    screen.set_root(is_root=False)
    return shown(screen, qtbot)


def test_only_what_was_touched_is_saved(settings: SettingsScreen, qtbot: QtBot) -> None:
    settings.show_config(config(4, duels=True))
    sent: list[ConfigPatch] = []
    settings.saved.connect(sent.append)
    settings.ask()
    assert settings.asked == "Nothing is changed yet."
    settings.field("logins_per_minute").setValue(25)
    settings._flags["duels"].setChecked(False)
    settings.ask()
    assert settings.asked.startswith("This changes Sign-ins a minute from 10 to 25, 1 switch.")
    qtbot.keyClick(settings, Qt.Key.Key_Return)
    assert sent == [ConfigPatch(version=4, logins_per_minute=25, flags={"duels": False})]
    assert not settings.field("fee_percent").isEnabled()


def test_who_saves_second_sees_what_the_first_changed_and_loses_nothing(
    settings: SettingsScreen,
) -> None:
    settings.show_config(config(4, duels=True))
    settings.field("logins_per_minute").setValue(25)
    settings.show_conflict(config(5, target=5000, duels=True, spins=False))
    assert "Token target for a day: 5,000" in settings.conflict
    assert "spins: off" in settings.conflict
    assert settings.field("revenue_target_tokens").value() == 5000
    assert settings.patch() == ConfigPatch(version=5, logins_per_minute=25)
    settings.drop_changes()
    assert settings.patch() is None
    assert settings.conflict == ""


def test_the_server_is_told_of_part_by_part(qtbot: QtBot) -> None:
    screen = shown(SystemScreen(Theme()), qtbot)
    health = AdminHealth(
        ok=False,
        version="0.1.0",
        parts=[HealthPart(name="disk", ok=False, detail="98 % full")],
        uptime_s=7200,
        database="sqlite",
        database_bytes=5_000_000,
        newest_backup_at=NOW - timedelta(hours=30),
    )
    screen.show_health(health, now=NOW)
    assert screen._state.text() == "A part fails"
    assert screen._facts["backup"].text() == "30 h ago"
    screen.show_backups([Backup(name="one", at=NOW, size_bytes=2048)])
    assert screen.backups.rows == 1
    screen.show_verifying()
    assert not screen._verify.isEnabled()
    screen.show_verdict(AuditVerdict(ok=False, entries=9, broken_at=4, head="ab"))
    assert "broken at entry 4" in screen._verdict.text()


def test_an_export_shows_how_far_it_is_and_can_be_cancelled(qtbot: QtBot) -> None:
    screen = shown(SystemScreen(Theme()), qtbot)
    cancelled: list[bool] = []
    screen.export_cancelled.connect(lambda: cancelled.append(True))
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert cancelled == []
    screen.show_exporting(ExportKind.LEDGER, 3_500_000)
    assert screen.export_told == "Ledger: 3.3 MiB so far"
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert cancelled == [True]
    screen.show_export_rest("Done.")
    assert not screen.is_exporting


def test_sizes_have_the_unit_that_fits() -> None:
    assert [size_words(n) for n in (0, 1023, 1024, 5 * 1024**3)] == [
        "0 bytes",
        "1,023 bytes",
        "1.0 KiB",
        "5.0 GiB",
    ]
