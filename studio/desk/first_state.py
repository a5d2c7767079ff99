"""What is on screen before anything has answered: the last known state, or the sign-in page."""

from shared.qt.translations import tr
from shared.schemas.roles import Role
from studio.desk.account_desk import Desks, prompts_of
from studio.desk.memory import Memory
from studio.main_window import StudioWindow
from studio.zones.people import LineState, LineStatus, role_name
from studio.zones.stage import ProfileState


def show_first(window: StudioWindow, desks: Desks, memory: Memory) -> None:
    """Fill the window with what it showed last, or ask somebody new to sign in."""
    last = memory.last_state()
    if last is None:
        window.show_sign_in()
        return
    cockpit = desks.cockpit
    role = Role(last.role) if last.role in set(Role) else Role.CREATOR
    cockpit.stage.set_profile(ProfileState(last.name, role_name(role), last.followers))
    cockpit.stage.set_title(last.title)
    cockpit.set_mood(last.mood)
    cockpit.input.set_prompts(prompts_of(last.menu))
    cockpit.people.set_line(LineStatus(LineState.TRYING, tr("Connecting")))
    desks.room.show_last(last)
    window.show_studio()
