"""The people zone from plain state: who is here, found by name, and how the line is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from shared.schemas.accounts import UserRef
from shared.schemas.roles import Role
from studio.zones.people import LineState, LineStatus, PeopleZone, role_name


def person(name: str, role: Role = Role.MEMBER) -> UserRef:
    number = f"{abs(hash(name)) % 10**12:012d}"
    return UserRef(id=f"0192d3b4-5c6d-7e8f-9a0b-{number}", display_name=name, role=role)


@pytest.fixture
def zone(qtbot: QtBot, theme: Theme) -> PeopleZone:
    made = PeopleZone(theme)
    qtbot.addWidget(made)
    made.resize(240, 500)
    made.show()
    return made


def names(zone: PeopleZone) -> list[str]:
    view = zone.findChild(QListView)
    assert view is not None
    model = view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_an_empty_room_says_so(zone: PeopleZone) -> None:
    view = zone.findChild(QListView)
    assert view is not None
    assert view.isHidden()
    zone.set_people([person("Noor")])
    assert not view.isHidden()
    zone.set_people([])
    assert view.isHidden()


def test_people_are_found_by_a_part_of_their_name(zone: PeopleZone) -> None:
    zone.set_people([person("Noor"), person("Sam de Vries"), person("Samira")])
    field = zone.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "SAM")
    assert names(zone) == ["Sam de Vries", "Samira"]
    zone.set_people([person("Noor"), person("Samira")])
    assert names(zone) == ["Samira"]
    field.clear()
    assert names(zone) == ["Noor", "Samira"]


def test_a_person_is_read_with_their_role(zone: PeopleZone) -> None:
    zone.set_people([person("Ravi", Role.MOD)])
    view = zone.findChild(QListView)
    assert view is not None
    index = view.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Ravi, Moderator"


def test_enter_asks_for_a_persons_menu(qtbot: QtBot, zone: PeopleZone) -> None:
    zone.set_people([person("Noor"), person("Sam")])
    view = zone.findChild(QListView)
    assert view is not None
    view.setCurrentIndex(view.model().index(1, 0))
    with qtbot.waitSignal(zone.person_menu_requested) as asked:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[0].display_name == "Sam"


@pytest.mark.parametrize(
    ("state", "role"),
    [(LineState.UP, "success"), (LineState.TRYING, "warning"), (LineState.DOWN, "danger")],
)
def test_the_line_is_told_in_word_and_colour(zone: PeopleZone, state: LineState, role: str) -> None:
    zone.set_line(LineStatus(state, "Connected", "to the platform"))
    line = zone.findChild(QLabel, "lineStatus")
    assert line is not None
    assert line.property("role") == role
    assert line.accessibleName() == "Connected"
    assert line.toolTip() == "to the platform"


def test_the_count_is_the_servers(zone: PeopleZone) -> None:
    zone.set_viewers(1280, 2400)
    assert any(label.text() == "1,280" for label in zone.findChildren(QLabel))


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_name(role: Role) -> None:
    assert role_name(role)


def test_two_thousand_people_are_painted(zone: PeopleZone) -> None:
    zone.set_people([person(f"Somebody with a long name {n}", Role.CREATOR) for n in range(2000)])
    assert not zone.grab().isNull()


def test_who_watches_without_a_name_is_told_from_nobody(zone: PeopleZone) -> None:
    def said() -> list[str]:
        return [one.text() for one in zone.findChildren(QLabel) if one.isVisibleTo(zone)]

    zone.set_people(())
    assert any("as soon as you are live" in text for text in said())
    zone.set_viewers(3, 3)
    assert any("no name here" in text for text in said())
    assert not any("as soon as you are live" in text for text in said())
