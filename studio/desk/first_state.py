"""What is on screen before anything has answered: the last known state, or the sign-in page.

Loads no service: the window is painted while those are still being imported.
"""

from shared.qt.chat_rows import chat_row, tip_row
from shared.qt.sign_in import SignInState
from shared.qt.translations import tr
from shared.qt.widgets import GoalState
from shared.schemas.roles import Role
from shared.schemas.show import Goal, TipMenuItem
from studio.desk.memory import LastState
from studio.main_window import Cockpit, StudioWindow
from studio.zones.input import QuickPrompt, TipCallOut
from studio.zones.people import LineState, LineStatus, role_name
from studio.zones.stage import ProfileState


def goal_state(goal: Goal) -> GoalState:
    """A goal as its bar shows it."""
    return GoalState(goal.id, goal.title, goal.raised_tokens, goal.target_tokens)


def prompts_of(menu: tuple[TipMenuItem, ...]) -> list[QuickPrompt]:
    """Lines to send with one press: thanks, then what the tip menu offers, dearest last."""
    offers = sorted(menu, key=lambda item: item.tokens)
    return [QuickPrompt(tr("Thank you!")), *(QuickPrompt(i.title, i.tokens) for i in offers)]


def show_first(
    window: StudioWindow, last: LastState | None, *, server: str = "", email: str = ""
) -> None:
    """Fill the window with what it showed last, or ask somebody new to sign in."""
    window.sign_in.set_state(SignInState(server=server, email=email))
    cockpit = window.cockpit
    cockpit.input.set_can_send(tr("You can write as soon as you are live."))
    cockpit.stage.preview.show_placeholder(
        tr("The broadcast engine is starting\N{HORIZONTAL ELLIPSIS}")
    )
    if last is None:
        window.show_sign_in()
        return
    role = Role(last.role) if last.role in set(Role) else Role.CREATOR
    cockpit.stage.set_profile(ProfileState(last.name, role_name(role), last.followers))
    cockpit.stage.set_title(last.title)
    cockpit.set_mood(last.mood)
    cockpit.input.set_prompts(prompts_of(last.menu))
    cockpit.people.set_line(LineStatus(LineState.TRYING, tr("Connecting")))
    _show_room(cockpit, last)
    window.show_studio()


def _show_room(cockpit: Cockpit, last: LastState) -> None:
    cockpit.feed.chat.replace([chat_row(message) for message in last.messages])
    cockpit.feed.activity.replace([tip_row(tip) for tip in last.tips])
    cockpit.feed.set_goals([goal_state(goal) for goal in last.goals])
    if last.tips:
        newest = last.tips[-1]
        tip = TipCallOut(newest.sender.display_name, newest.tokens, newest.text)
        cockpit.input.set_tip(tip, 0)
