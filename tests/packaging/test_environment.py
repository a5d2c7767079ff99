"""The stamp that skips what is done, and the pinned requirement files."""

import re
from pathlib import Path

import pytest
from devtool import environment
from devtool.environment import (
    Stamp,
    parts_to_install,
    parts_wanted,
    pip_arguments,
    python_version,
)
from devtool.places import REQUIREMENTS, demo_folder

_COMPILED = ("build", "runtime", "test")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The files that a stamp depends on."""
    folder = tmp_path / "packaging" / "requirements"
    folder.mkdir(parents=True)
    for name in _COMPILED:
        (folder / f"{name}.txt").write_text(f"{name}==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def test_a_fresh_environment_needs_everything_in_order(tree: Path) -> None:
    wanted = parts_wanted("test", root=tree)
    assert parts_to_install(None, wanted, "3.13") == ["build", "runtime", "test", "project"]
    assert "test" not in parts_wanted("runtime", root=tree)


def test_only_what_changed_is_installed_again(tree: Path) -> None:
    stamp = Stamp(python="3.13", parts=parts_wanted("test", root=tree))
    assert parts_to_install(stamp, parts_wanted("test", root=tree), "3.13") == []
    assert parts_to_install(stamp, parts_wanted("runtime", root=tree), "3.13") == []
    (tree / "packaging" / "requirements" / "runtime.txt").write_text("runtime==2\n")
    assert parts_to_install(stamp, parts_wanted("test", root=tree), "3.13") == ["runtime"]


def test_another_python_needs_everything_again(tree: Path) -> None:
    wanted = parts_wanted("runtime", root=tree)
    stamp = Stamp(python="3.12", parts=wanted)
    assert parts_to_install(stamp, wanted, "3.13") == list(wanted)
    assert python_version((3, 13, 2)) == python_version((3, 13, 9)) == "3.13"


def test_a_stamp_survives_its_file(tree: Path) -> None:
    stamp = Stamp(python="3.13", parts={"runtime": "abc"})
    stamp.write(tree)
    assert Stamp.read(tree) == stamp
    assert [path.name for path in tree.glob("*teezu*")] == ["teezu-setup.json"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"python": "3.13"}', '{"python": 1, "parts": 2}']
)
def test_a_damaged_stamp_counts_as_none(tree: Path, text: str) -> None:
    (tree / "teezu-setup.json").write_text(text)
    assert Stamp.read(tree) is None


def test_nothing_is_installed_when_the_stamp_agrees(
    monkeypatch: pytest.MonkeyPatch, tree: Path
) -> None:
    wanted = parts_wanted("runtime", root=tree)
    venv = tree / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    Stamp(python=python_version(), parts=wanted).write(venv)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "venv_python", lambda: venv / "bin" / "python")
    monkeypatch.setattr(environment, "parts_wanted", lambda _: wanted)
    installed: list[str] = []
    monkeypatch.setattr(environment, "_install_part", installed.append)
    monkeypatch.setattr(environment, "_ensure_pip", lambda: None)
    monkeypatch.setattr(environment, "ROOT", tree)
    environment.ensure_environment("runtime")
    assert installed == []
    wanted["project"] = "another"
    environment.ensure_environment("runtime")
    assert installed == ["project"]
    environment.ensure_environment("runtime")
    assert installed == ["project"]


def test_pip_takes_only_what_is_pinned_by_hash_and_never_builds() -> None:
    for part in _COMPILED:
        arguments = pip_arguments(part)
        assert "--require-hashes" in arguments
        assert "--only-binary=:all:" in arguments
    assert {"--no-index", "--no-deps"} <= set(pip_arguments("project"))


@pytest.mark.parametrize("name", _COMPILED)
def test_requirement_files_pin_everything_and_name_no_address(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|://|--(index|extra|find|trusted)|^\s*-[ief]\b|/", text)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if entry.startswith("#"):
            continue
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^\s;]+( ;|\s)", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", _COMPILED)
def test_every_wish_is_compiled(name: str) -> None:
    wishes = (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    pinned = {
        line.split("==")[0].split("[")[0]
        for line in (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    for wish in wishes:
        if wish and not wish.startswith("#"):
            assert re.split(r"[\[ ;<>=~]", wish)[0].lower() in pinned


def test_tests_agree_with_the_product_on_every_version() -> None:
    versions: dict[str, str] = {}
    for name in _COMPILED:
        for line in (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if match := re.match(r"([a-z0-9-]+)\S*==([^\s;]+)", line):
                assert versions.setdefault(match[1], match[2]) == match[2], match[1]


def test_the_demo_lives_where_the_platform_keeps_a_users_data() -> None:
    home = Path("/home/x")
    assert demo_folder({}, platform="linux", home=home) == home / ".local/share/teezu-studio/demo"
    assert demo_folder({"XDG_DATA_HOME": "/d"}, platform="linux", home=home) == Path(
        "/d/teezu-studio/demo"
    )
    mac = demo_folder({}, platform="darwin", home=home)
    assert mac == home / "Library/Application Support/teezu-studio/demo"
    windows = demo_folder({"LOCALAPPDATA": "/l"}, platform="win32", home=home)
    assert windows == Path("/l/teezu-studio/demo")
