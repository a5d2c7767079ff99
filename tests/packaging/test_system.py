"""Which system packages are missing, and what root would run to install them."""

import subprocess
from pathlib import Path

import pytest
from devtool import system
from devtool.distributions import (
    DEBIAN,
    DISTRIBUTIONS,
    FEDORA,
    Distribution,
    distribution_of,
    parse_os_release,
)
from devtool.system import install_command, install_script, installed_names

_DEBIAN_12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
_UBUNTU_24 = "# a remark\nID=ubuntu\nID_LIKE=debian\nVERSION_ID='24.04'\n"
_MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
_FEDORA = "NAME=Fedora\nID=fedora\nVERSION_ID=42\n"
_ROCKY = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_DEBIAN_12, DEBIAN),
        (_UBUNTU_24, DEBIAN),
        (_MINT, DEBIAN),
        (_FEDORA, FEDORA),
        (_ROCKY, FEDORA),
        ("ID=plan9\n", None),
        ("", None),
    ],
)
def test_the_table_is_chosen_by_os_release(text: str, expected: Distribution | None) -> None:
    assert distribution_of(parse_os_release(text)) is expected


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda one: one.tool)
def test_tests_need_all_that_running_needs_and_nothing_is_named_twice(
    distribution: Distribution,
) -> None:
    packages = distribution.packages("test")
    assert set(distribution.packages("run")) < set(packages)
    assert len(set(packages)) == len(packages)


def test_running_needs_no_server_and_no_second_screen() -> None:
    for distribution in DISTRIBUTIONS:
        names = " ".join(distribution.packages("run"))
        for word in ("vfb", "openbox", "ffmpeg", "redis", "nginx"):
            assert word not in names


def test_what_a_package_provides_counts_as_installed() -> None:
    listing = (
        "installed\tlibglib2.0-0t64\tlibglib2.0-0 (= 2.80.0-6ubuntu3), libglib2.0-0:any\n"
        "installed\tlibgl1\t\n"
        "config-files\tnginx\thttpd\n"
        "not-installed\topenbox\t\n"
    )
    assert installed_names(listing) == {"libglib2.0-0t64", "libglib2.0-0", "libgl1"}


def test_the_package_database_of_this_machine_is_read() -> None:
    distribution = system.this_distribution()
    if distribution is None:
        pytest.skip("no table for this machine")
    wanted = ["bash", "there-is-no-such-package"]
    assert system.missing_packages(distribution, wanted) == ["there-is-no-such-package"]


def test_apt_is_told_not_to_start_services_and_not_to_ask(tmp_path: Path) -> None:
    script = install_script(DEBIAN, ["libgl1", "redis-server"], update=True)
    assert "DEBIAN_FRONTEND=noninteractive" in script
    assert "apt-get update" in script
    assert "systemctl disable --quiet redis-server" in script
    assert "nginx" not in script
    assert "update" not in install_script(DEBIAN, ["libgl1"], update=False)
    # The policy is there while apt runs, and gone afterwards, also when apt fails.
    policy = tmp_path / "policy-rc.d"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\n[ -x "{policy}" ] && echo "$@" >> "{tmp_path}/calls"\nexit 7\n')
    apt.chmod(0o755)
    local = script.replace("/usr/sbin/policy-rc.d", str(policy))
    local = local.replace("apt-get", str(apt))
    done = subprocess.run(["sh", "-c", local], check=False, timeout=30)
    assert done.returncode == 7
    assert (tmp_path / "calls").read_text() == "update -q\n"
    assert not policy.exists()


def test_a_policy_of_the_machine_is_left_alone(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 0\n")
    script = install_script(DEBIAN, ["libgl1"], update=False)
    local = script.replace("/usr/sbin/policy-rc.d", str(policy)).replace("apt-get", "true apt-get")
    subprocess.run(["sh", "-c", local], check=True, timeout=30)
    assert policy.read_text() == "#!/bin/sh\nexit 0\n"


def test_the_command_to_paste_names_every_package() -> None:
    assert install_command(FEDORA, ["glib2", "openbox"]) == "sudo dnf install glib2 openbox"
    assert install_command(DEBIAN, ["libgl1"]).endswith(
        "apt-get install --no-install-recommends libgl1"
    )


def _stage(
    monkeypatch: pytest.MonkeyPatch, *, uid: int, ci: bool, answer: bool | None
) -> list[list[str]]:
    """A Debian without libgl1; the list receives what would have been run."""
    ran: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("devtool.system.subprocess.run", run)
    monkeypatch.setattr(system, "this_distribution", lambda: DEBIAN)
    monkeypatch.setattr(system, "missing_packages", lambda *_: ["libgl1"])
    monkeypatch.setattr("devtool.system.os.geteuid", lambda: uid)
    monkeypatch.setattr("devtool.system.shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "may_ask", lambda: answer is not None)
    monkeypatch.setattr(system, "confirm", lambda _: bool(answer))
    monkeypatch.delenv("CI", raising=False)
    if ci:
        monkeypatch.setenv("CI", "true")
    return ran


@pytest.mark.parametrize(
    ("uid", "ci", "answer", "prefix"),
    [
        pytest.param(0, False, None, ["sh", "-c"], id="root is not asked"),
        pytest.param(1000, True, None, ["sudo", "-n", "sh", "-c"], id="CI is not asked"),
        pytest.param(1000, False, True, ["sudo", "sh", "-c"], id="a person agrees"),
        pytest.param(1000, False, False, None, id="a person refuses"),
        pytest.param(1000, False, None, None, id="nobody is there"),
    ],
)
def test_who_is_asked_before_installing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    uid: int,
    ci: bool,
    answer: bool | None,
    prefix: list[str] | None,
) -> None:
    ran = _stage(monkeypatch, uid=uid, ci=ci, answer=answer)
    system.ensure_packages("run")
    if prefix is None:
        assert ran == []
        assert "sudo apt-get install --no-install-recommends libgl1" in capsys.readouterr().err
    else:
        assert [command[:-1] for command in ran] == [prefix]
        assert "libgl1" in ran[0][-1]
