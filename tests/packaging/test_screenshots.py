"""`packaging/dev screenshots`: both apps, one folder each; a failed one is told."""

import os
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from devtool import checks
from devtool.terminal import CannotGoOn


@pytest.mark.parametrize("arguments", [[], ["--size", "1280x720"]])
def test_it_wants_a_folder(arguments: list[str]) -> None:
    with pytest.raises(CannotGoOn, match="FOLDER"):
        checks.screenshots(arguments)


@pytest.mark.parametrize("codes", [(0, 0, 0, 0), (0, 0, 3, 0)])
def test_each_app_gets_a_folder_and_its_own_tool(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, codes: tuple[int, ...]
) -> None:
    ran: list[list[str]] = []

    def run(command: Sequence[str], *, env: Mapping[str, str]) -> int:
        ran.append(list(command))
        assert os.pathsep in env["PYTHONPATH"]
        return codes[len(ran) - 1]

    @contextmanager
    def no_screen():  # type: ignore[no-untyped-def]
        yield {}

    monkeypatch.setattr(checks, "run_python", run)
    monkeypatch.setattr(checks, "prepare", lambda purpose: None)
    monkeypatch.setattr(checks, "screen_if_none", no_screen)
    assert checks.screenshots([str(tmp_path), "--language", "nl"]) == (1 if any(codes) else 0)
    assert all(Path(command[0]).is_file() for command in ran)
    assert [command[1:] for command in ran] == [
        [str(tmp_path / "studio"), "--language", "nl"],
        [str(tmp_path / "studio/parts"), "--language", "nl"],
        [str(tmp_path / "console"), "dark"],
        [str(tmp_path / "console"), "light"],
    ]
