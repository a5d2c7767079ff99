"""What both desktop apps show and run on: loop, task scope, errors, theme, words and widgets.

Import from the modules, for example `from shared.qt.loop import App, run_app`; nothing is
re-exported here, so that a window shows up without loading plots or widgets it does not use.

Start, tasks, shutdown
    `loop.run_app(compose, name=, slug=, argv=) -> int` makes the QApplication, runs
    `await compose(app)` on one qasync loop and shuts everything down in order. Inside:

        async def compose(app: App) -> int:
            window = ConsoleWindow(app.theme)              # a loop.AppWindow
            app.adopt(window)                              # its bar shows errors of the app's scope
            window.close_requested.connect(app.request_close)   # or ask first, in the window
            app.scope.start(feed.run(), name="room feed")  # errors reach the person and the log
            window.show()
            await app.closing()                            # window closed, SIGTERM or SIGINT
            return 0

    `loop.AppWindow(theme)`: QMainWindow with a message bar above its content:
    `set_content(widget)`, `bar`, signal `close_requested`; closing it only asks.
    `scope.TaskScope(on_error)`: `start(coro, name=)`, `restart(coro, name=)` (replaces the task of
    that name), `cancel(name)`, `running(name)`, `await aclose()`. The only place tasks are made.

Errors
    `errors.Notice(sentence, severity=, action=, details=)`, `errors.NoticeAction(label, run)`;
    `errors.MessageBar.show_notice(notice)`, `.clear()`; `errors.notice_for(error, action=None)`
    turns an exception into a notice; `errors.ErrorReporter.report(error, where, action=None)`
    does both the log and the bar and is what scopes call.

Words
    `translations.tr("Sentence with {count}", count=3)`, `tr_n("{n} viewer", "{n} viewers", n)`,
    `tr_error(error)`, `install_language("nl")`, `LANGUAGES`. Literals only. The Dutch words live in
    `resources/translations/nl/{shared,studio,console}.json` (English source text -> Dutch; a
    plural's value is `[one, many]` under its singular): add yours to the file of your app; tests
    fail on a missing or unused one. Sentences of errors and notices made by code without Qt are in
    `sentences.json` with `{1}`, `{2}` for what is filled in; `tr_sentence(text)` finds them.
    `format`: `number`, `tokens`, `clock_time`, `duration`, `percent` in that language.

Theme
    `theme.Theme(ThemeChoice(scheme=Scheme.DARK, accent=Accent.VIOLET))`: `.tokens` (colours as
    `#RRGGBB`, sizes in px), signal `changed`, `apply(qt_app)`, `choose(choice)`.
    Style by role, never by sheet: `theme.set_role(widget, "card")`; roles are listed in
    `resources/themes/app.qss`. `icons.icon(theme, "send")` paints our SVGs in the theme's colours.

Widgets (state in, intent out)
    `sign_in.SignInPanel(theme, title=, hint=)`: `set_state(SignInState(...))`, signals
    `submitted(SignInForm)`, `start_server_requested()`; `sign_in.problem_state(error, state)`.
    `sign_in_flow.SignInFlow(panel, store=, may_enter=, local=, installation=)` drives it:
    `await resume(server)`,
    `await sign_in(server, credentials)`, `await ask(server)` -> `SignedIn(client, user, notice)`;
    `demo_credentials(path, role)`, `password_credentials(email, file)`, `staff_only(user)`.
    `overlay.Overlay(host, title)`: a card over a window's content in place of a dialog.
    `chat_view.ChatView(theme)`: `append(rows)`, `replace(rows)`, `mark_deleted(id)`,
    `pause(reason)`, `resume(reason)`, signals `row_menu_requested(ChatRow, QPoint)` and
    `unseen_changed(int)`; `chat_rows.ChatRow`, `chat_row(message)`, `tip_row(tip)`.
    `video_view.VideoView(theme)`: `show_image(QImage)`, `show_jpeg(bytes)`,
    `show_placeholder(text, detail="")`.
    `charts.MoodStripBar(theme)` (painted) and `plots.MoodPlot(theme)` (pyqtgraph) take
    `set_shares(Mapping[Mood, float])`; `charts.mood_name(mood)`.
    `widgets`: `LabelledValue`, `Badge`, `GoalBar`, `Avatar`, `Card`, `PageStack`, `button(...)`.

Server
    `server_process.LocalServer(probe, data_folder)`: `await probe_once(url)`, `await start(url)`
    (only when nothing answers), `await stop()` (only what it started).
"""
