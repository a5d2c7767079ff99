"""The console as a whole, over a real server: who gets in, what is said, how it ends."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from fakes.evening import evening
from fakes.server import Account, ServerProcess, server_process
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from rules.noise import ExpectLog
from tools.console_pilot import ConsolePilot
from tools.waiting import until

from console.app import Options, compose, parse, theme_choice
from console.screens import CaseScreen, HubScreen, LiveScreen, LogScreen, QueueScreen
from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.loop import App, run_app
from shared.qt.sign_in import SignInPanel
from shared.qt.sign_in_flow import Credentials
from shared.qt.theme import Accent, Scheme
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseState,
    DecideRequest,
    ReportCreate,
    ReportReason,
    SubjectType,
)
from shared.schemas.streams import StreamStart
from shared.settings import AppSettings, SettingsFile

type Script = Callable[[ConsolePilot], Awaitable[None]]
type Play = Callable[[Options, Script], SettingsFile[AppSettings]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all: each test looks at its own case only."""
    with server_process(tmp_path_factory.mktemp("server"), demo=True) as running:
        yield running


@pytest.fixture(scope="module")
def room(server: ServerProcess) -> str:
    """The stream in whose room everything happens."""
    return asyncio.run(open_room(server))


async def open_room(server: ServerProcess) -> str:
    """Announce a stream that nobody else here announces; returns its id."""
    creator = server.account("super_admin")
    async with ApiClient(server.url) as client:
        await client.auth.login(creator.email, creator.password)
        return (await client.streams.start(StreamStart(title="Evening talk"))).stream.id


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path) -> Play:
    """Run the app with a script at its keys; what fails in the script fails the test."""

    def run(options: Options, script: Script) -> SettingsFile[AppSettings]:
        settings = SettingsFile(tmp_path / "console.json", AppSettings)
        failures: list[BaseException] = []

        async def act(app: App) -> None:
            try:
                await script(await ConsolePilot.board())
            except BaseException as error:  # noqa: BLE001 - told to the test once the app has ended
                failures.append(error)
            finally:
                app.request_close()

        async def start(app: App) -> int:
            app.scope.start(act(app), name="script")
            return await compose(app, options=options, settings=settings)

        code = run_app(start, name="Console", slug="teezu-console", argv=["teezu-console"])
        for failure in failures:
            raise failure
        assert code == 0
        return settings

    return run


def options(server: ServerProcess, account: Account) -> Options:
    return Options(server.url, Credentials(account.email, account.password))


def panel(pilot: ConsolePilot) -> SignInPanel | None:
    return pilot.window.findChild(SignInPanel)


def problem(pilot: ConsolePilot) -> str:
    shown = panel(pilot)
    return shown.state.problem if shown is not None else ""


async def report_message(server: ServerProcess, room: str, text: str = "Go away") -> str:
    """Somebody writes something in a room and somebody else reports it; returns the case."""
    offender, reporter = [a for a in server.accounts if a.role == "member"][:2]
    async with ApiClient(server.url) as client:
        await client.auth.login(offender.email, offender.password)
        message = await client.room.send(room, text)
        await client.auth.login(reporter.email, reporter.password)
        report = ReportCreate(
            subject_type=SubjectType.MESSAGE,
            subject_id=message.id,
            reason=ReportReason.HARASSMENT,
        )
        return (await client.reports.create(report)).case_id


async def shown_case(pilot: ConsolePilot, case_id: str) -> QueueScreen:
    """Wait until a case stands in the queue and put the keyboard on it."""
    queue = pilot.screen(QueueScreen)
    await until(lambda: case_id in {case.id for case in queue.shown}, "the case in the queue")
    queue.choose(case_id)
    return queue


async def claimed_case(pilot: ConsolePilot, case_id: str) -> CaseScreen:
    """Claim a case of the queue by key."""
    await shown_case(pilot, case_id)
    pilot.key(Qt.Key.Key_C)
    case = pilot.screen(CaseScreen)
    await until(lambda: case.decision.claim.words.startswith("Yours"), "the claim")
    return case


def second_moderator(server: ServerProcess) -> Account:
    return [account for account in server.accounts if account.role == "mod"][1]


@pytest.mark.parametrize("role", ["member", "creator"])
def test_others_than_moderators_and_admins_are_told_so(
    server: ServerProcess, play: Play, role: str
) -> None:
    async def script(pilot: ConsolePilot) -> None:
        await until(lambda: "moderators and admins only" in problem(pilot), "the sentence")
        assert pilot._find_workspace() is None

    play(options(server, server.account(role)), script)


def test_a_wrong_password_is_one_sentence_and_the_right_one_then_works(
    server: ServerProcess, play: Play
) -> None:
    account = server.account("mod")

    async def script(pilot: ConsolePilot) -> None:
        await until(lambda: problem(pilot), "the refusal")
        page = panel(pilot)
        assert page is not None
        page.password.setFocus()
        pilot.write(account.password)
        pilot.key(Qt.Key.Key_Return)
        await pilot.enter()

    wrong = Options(server.url, Credentials(account.email, "not the password"))
    settings = play(wrong, script)
    assert settings.value.email == account.email
    assert settings.value.server_url == server.url
    assert account.password not in settings.path.read_text()


def test_a_server_that_is_down_is_told_on_the_page(tmp_path: Path, play: Play) -> None:
    async def script(pilot: ConsolePilot) -> None:
        await until(lambda: "cannot be reached" in problem(pilot), "the sentence")

    play(Options("http://127.0.0.1:9", Credentials("mod@example.com", "whatever it is")), script)


def test_an_admin_sees_every_screen_filled(server: ServerProcess, room: str, play: Play) -> None:
    async def script(pilot: ConsolePilot) -> None:
        await pilot.enter()
        case_id = await report_message(server, room)
        queue = await shown_case(pilot, case_id)
        await claimed_case(pilot, case_id)
        pilot.key(Qt.Key.Key_3, ctrl=True)
        log = pilot.screen(LogScreen)
        await until(lambda: log.verdict_text.startswith("The chain is whole"), "the verdict")
        pilot.key(Qt.Key.Key_4, ctrl=True)
        hub = pilot.screen(HubScreen)
        pending = len(queue.shown)
        await until(lambda: hub.reports.value == str(pending), "the pending cases in the hub")
        pilot.key(Qt.Key.Key_2, ctrl=True)
        queue.choose(case_id)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_5, Qt.Key.Key_Return, Qt.Key.Key_Return):
            pilot.key(key)
        await until(lambda: case_id not in {case.id for case in queue.shown}, "the case to go")
        await until(lambda: hub.reports.value == str(pending - 1), "the figure to fall")

    play(options(server, server.account("admin")), script)


@pytest.mark.slow
def test_the_wall_shows_what_is_on_air_muted_and_leads_to_its_cases(
    server: ServerProcess, play: Play
) -> None:
    async def script(pilot: ConsolePilot) -> None:
        await pilot.enter()
        async with evening(server) as tonight:
            pilot.key(Qt.Key.Key_1, ctrl=True)
            live, queue = pilot.screen(LiveScreen), pilot.screen(QueueScreen)
            await until(lambda: live.pictures_shown == len(tonight.streams), "every picture")
            assert live.revealed == ""
            first = live.chosen
            assert first is not None
            pilot.key(Qt.Key.Key_Return)
            assert pilot.workspace.current == "queue"
            reported = {m.id for m in tonight.reported if m.stream_id == first.id}
            await until(lambda: {c.subject_id for c in queue.shown} == reported, "its cases only")

    play(options(server, server.account("mod")), script)


def test_a_moderator_sees_their_own_acts_in_the_log(
    server: ServerProcess, room: str, play: Play
) -> None:
    async def script(pilot: ConsolePilot) -> None:
        await pilot.enter()
        await claimed_case(pilot, await report_message(server, room))
        pilot.key(Qt.Key.Key_3, ctrl=True)
        log = pilot.screen(LogScreen)
        await until(lambda: log.chosen is not None, "the log")
        assert log.chosen is not None
        assert log.chosen.action == "case.claimed"
        assert "only admins can follow the whole chain" in log.verdict_text

    play(options(server, server.account("mod")), script)


def test_a_case_somebody_else_took_first_is_told_with_their_name(
    server: ServerProcess, room: str, play: Play
) -> None:
    other = server.account("admin")

    async def script(pilot: ConsolePilot) -> None:
        await pilot.enter()
        case_id = await report_message(server, room)
        queue = await shown_case(pilot, case_id)
        async with ApiClient(server.url) as client:
            await client.auth.login(other.email, other.password)
            await client.moderation.claim(case_id)
        queue.claim_asked.emit(case_id)  # as if the push had not arrived yet
        bar = pilot.window.bar
        await until(lambda: bar.notice is not None, "the notice")
        assert bar.notice is not None
        assert bar.notice.sentence.startswith(f"{other.display_name} has this case until ")
        claim = pilot.screen(CaseScreen).decision.claim
        await until(
            lambda: claim.words.startswith(f"{other.display_name} has it until "), "their claim"
        )
        assert not claim.can_claim

    play(options(server, server.account("mod")), script)


def test_closing_the_window_gives_the_open_case_back(
    server: ServerProcess, room: str, play: Play
) -> None:
    case_ids: list[str] = []

    async def script(pilot: ConsolePilot) -> None:
        await pilot.enter()
        case_ids.append(await report_message(server, room))
        await claimed_case(pilot, case_ids[0])
        pilot.window.close()

    async def look(pilot: ConsolePilot) -> None:
        await pilot.enter()
        queue = await shown_case(pilot, case_ids[0])
        assert queue.chosen is not None
        assert queue.chosen.state is CaseState.OPEN

    play(options(server, server.account("mod")), script)
    play(options(server, server.account("admin")), look)


def test_signing_out_shows_the_page_again_without_a_complaint(
    server: ServerProcess, play: Play
) -> None:
    async def script(pilot: ConsolePilot) -> None:
        workspace = await pilot.enter()
        workspace.sign_out_asked.emit()
        await until(lambda: panel(pilot) is not None, "the page")
        assert problem(pilot) == ""

    play(options(server, server.account("mod")), script)


def test_a_revoked_session_leads_to_the_page_with_a_sentence(
    server: ServerProcess, play: Play
) -> None:
    # An account that no other test here signs in with: it is gone afterwards.
    account, other = second_moderator(server), server.account("admin")
    reporter = server.account("member")

    async def ban(person: Account) -> None:
        async with ApiClient(server.url) as client:
            await client.auth.login(reporter.email, reporter.password)
            report = ReportCreate(
                subject_type=SubjectType.USER, subject_id=person.id, reason=ReportReason.FRAUD
            )
            case_id = (await client.reports.create(report)).case_id
            await client.auth.login(other.email, other.password)
            lease = await client.moderation.claim(case_id)
            decision = DecideRequest(
                version=lease.case.version,
                lease_token=lease.token,
                actions=[ActionRequest(kind=ActionKind.BAN)],
                policy="integrity.fraud",
                statement="Deceit for money is not allowed.",
            )
            await client.moderation.decide(case_id, decision)

    async def script(pilot: ConsolePilot) -> None:
        await pilot.enter()
        await ban(account)
        await until(lambda: "session has ended" in problem(pilot), "the sentence")

    play(options(server, account), script)


@pytest.mark.slow
@pytest.mark.faults
def test_a_server_that_dies_and_returns_costs_the_claim_but_not_the_draft(
    tmp_path: Path, play: Play, expect_log: ExpectLog
) -> None:
    data, short = tmp_path / "server", {"TEEZU_CASE_LEASE_S": "4"}
    with server_process(data, demo=True, env=short) as first:
        account = first.account("mod")
        http_port = int(first.url.rpartition(":")[2])
        rtmp_port = int(first.rtmp.rpartition(":")[2].partition("/")[0])

        async def script(pilot: ConsolePilot) -> None:
            await pilot.enter()
            room = await open_room(first)
            await shown_case(pilot, await report_message(first, room))
            case, rail = pilot.screen(CaseScreen), pilot.workspace.rail
            pilot.key(Qt.Key.Key_C)
            claim = case.decision.claim
            await until(lambda: claim.words.startswith("Your claim ends in 0:0"), "the countdown")
            pilot.key(Qt.Key.Key_1)
            first.kill()
            await until(lambda: rail.connection_words.startswith("No connection"), "the loss")
            await until(lambda: claim.words == "Your claim has ended; your draft is kept.", "it")
            with server_process(data, env=short, http_port=http_port, rtmp_port=rtmp_port):
                await until(lambda: rail.connection_words == "Connected", "the way back")
                new = await report_message(first, room, "Nobody asked you either")
                queue = pilot.screen(QueueScreen)
                await until(lambda: new in {c.id for c in queue.shown}, "the new report")
                pilot.key(Qt.Key.Key_C)
                await until(lambda: claim.words.startswith("Your claim ends in"), "a new claim")
                assert "The message disappears" in case.decision.preview_text

        play(options(first, account), script)


def test_the_command_line_names_accounts_in_files(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse battery\n")
    given = parse(["--server", "http://h:1", "--email", "a@b.c", "--password-file", str(password)])
    assert given == Options("http://h:1", Credentials("a@b.c", "correct horse battery"))
    assert "correct horse" not in repr(given)
    accounts = tmp_path / "accounts.json"
    accounts.write_text(
        '{"accounts": [{"role": "mod", "email": "m@b.c", "password": "p"},'
        ' {"role": "admin", "email": "a@b.c", "password": "q"}]}'
    )
    assert parse(["--demo-accounts", str(accounts)]).credentials == Credentials("a@b.c", "q")
    mod = parse(["--demo-accounts", str(accounts), "--demo-role", "mod"])
    assert mod.credentials == Credentials("m@b.c", "p")
    with pytest.raises(AppError, match="no demo account"):
        parse(["--demo-accounts", str(tmp_path / "none.json")])


def test_a_look_that_is_unknown_here_gives_the_default() -> None:
    choice = theme_choice(AppSettings(scheme="light", accent="mauve"))
    assert choice.scheme is Scheme.LIGHT
    assert choice.accent is Accent.VIOLET
