"""A crash is noticed by the mark it leaves; earlier scenes are found; safe copies open nothing."""

import os
import subprocess
import sys
from pathlib import Path

from studio.desk.recovery_desk import earlier_versions
from studio.desk.run_mark import RunMark
from studio.project.edits import AddItem, AddSource, Edit, apply_edits
from studio.project.files import save_project
from studio.project.filters import Filter
from studio.project.model import (
    CameraSource,
    MicrophoneSource,
    SceneItem,
    Source,
    TextSource,
    empty_project,
)
from studio.project.safe_copy import safe_copy


def _ended_process() -> int:
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return int(done.stdout)


def test_only_a_run_that_was_cut_short_leaves_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "running"
    first = RunMark(file)
    assert not first.begin()
    first.end()
    assert not RunMark(file).begin()
    file.write_text(str(_ended_process()))
    after = RunMark(file)
    assert after.begin()
    assert file.read_text() == str(os.getpid())
    after.end()
    assert not file.exists()


def test_another_window_is_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "running"
    file.write_text(str(os.getppid()))
    second = RunMark(file)
    assert not second.begin()
    second.end()
    assert file.exists()
    file.write_text("not a number")
    assert not RunMark(file).begin()


def test_earlier_scenes_are_listed_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "show.json"
    project = empty_project()
    for number in range(3):
        save_project(path, project.model_copy(update={"name": f"Show {number}"}))
    found = earlier_versions(path)
    assert [Path(file).name for file, _ in found] == ["show.json.1", "show.json.2"]
    assert earlier_versions(tmp_path / "none.json") == ()


def test_a_safe_copy_has_no_device_and_no_filter_at_work() -> None:
    project = empty_project()
    scene = project.program.id
    camera = Source(name="Camera", settings=CameraSource(device="/dev/video0"))
    microphone = Source(name="Mic", settings=MicrophoneSource())
    text = Source(name="Words", settings=TextSource(text="Hi"), filters=(Filter(kind="scroll"),))
    edits: tuple[Edit, ...] = (
        *(AddSource(source=one) for one in (camera, microphone, text)),
        *(AddItem(scene_id=scene, item=SceneItem(source_id=one.id)) for one in (camera, text)),
    )
    full = apply_edits(project, edits)
    safe = safe_copy(full, "Show (safe mode)")
    assert [one.name for one in safe.sources] == ["Words"]
    assert [one.enabled for one in safe.sources[0].filters] == [False]
    assert [item.source_id for item in safe.program.items] == [text.id]
    assert safe.name == "Show (safe mode)"
    assert len(full.sources) == 3
