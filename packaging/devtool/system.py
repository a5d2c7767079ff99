"""Finds the system packages that are missing and installs them, asking first where it must."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from devtool.distributions import Distribution, Purpose, distribution_of, parse_os_release
from devtool.terminal import confirm, may_ask, say, sentence

_OS_RELEASE = Path("/etc/os-release")
_APT_LISTS = Path("/var/lib/apt/lists")
_LISTS_KEEP_S = 7 * 24 * 3600.0
_QUERY_TIMEOUT_S = 60.0

# Installs without starting what it installs: a policy of ours for the time of the installation,
# unless the machine has its own, and afterwards no start at boot of what came only for the tests.
_APT_SCRIPT = """\
set -eu
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
fi
export DEBIAN_FRONTEND=noninteractive
{update}apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 {packages}
{disable}"""


def ensure_packages(purpose: Purpose, *, extra: Sequence[str] = ()) -> None:
    """Install what is missing of the system packages for `purpose`, and `extra` (apt names).

    A refusal, or a machine we cannot install on, is told with the exact command; the caller
    goes on, because much works without.
    """
    if sys.platform != "linux":
        return
    distribution = this_distribution()
    if distribution is None:
        if purpose == "test" or extra:
            say("This distribution is not in our table; the system libraries are yours to install.")
        return
    wanted = [*distribution.packages(purpose), *(extra if distribution.tool == "apt" else ())]
    missing = missing_packages(distribution, wanted)
    if not missing:
        return
    script = install_script(distribution, missing, update=_lists_are_old(time.time()))
    _install(distribution, missing, script)


def this_distribution() -> Distribution | None:
    """The table for this machine, if its package tools are there, too."""
    try:
        text = _OS_RELEASE.read_text(encoding="utf-8")
    except OSError:
        return None
    found = distribution_of(parse_os_release(text))
    if found is None:
        return None
    database = "dpkg-query" if found.tool == "apt" else "rpm"
    return found if shutil.which(database) else None


def missing_packages(distribution: Distribution, wanted: Iterable[str]) -> list[str]:
    """Ask the package database, which is quick, and not the package manager."""
    if distribution.tool == "dnf":
        return [name for name in wanted if not _rpm_provides(name)]
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\\t${Package}\\t${Provides}\\n"],
        capture_output=True,
        text=True,
        timeout=_QUERY_TIMEOUT_S,
        check=False,
    )
    installed = installed_names(listing.stdout)
    return [name for name in wanted if name not in installed]


def installed_names(listing: str) -> Collection[str]:
    """Read dpkg's lines `status TAB name TAB provides`; what a package provides counts, too."""
    names: set[str] = set()
    for line in listing.splitlines():
        status, _, rest = line.partition("\t")
        if status != "installed":
            continue
        name, _, provides = rest.partition("\t")
        names.add(name)
        names.update(part.split("(")[0].strip().partition(":")[0] for part in provides.split(","))
    names.discard("")
    return names


def install_script(distribution: Distribution, packages: Sequence[str], *, update: bool) -> str:
    """The shell text that root runs."""
    names = shlex.join(packages)
    if distribution.tool == "dnf":
        return f"dnf install -y --setopt=install_weak_deps=False {names}\n"
    services = [name for name in distribution.services if name in packages]
    disable = (
        "if [ -d /run/systemd/system ]; then "
        f"systemctl disable --quiet {shlex.join(services)} || true; fi\n"
    )
    return _APT_SCRIPT.format(
        update="apt-get update -q\n" if update else "",
        packages=names,
        disable=disable if services else "",
    )


def install_command(distribution: Distribution, packages: Sequence[str]) -> str:
    """The one line that a person can paste."""
    if distribution.tool == "dnf":
        return f"sudo dnf install {shlex.join(packages)}"
    return f"sudo apt-get install --no-install-recommends {shlex.join(packages)}"


def _install(distribution: Distribution, missing: Sequence[str], script: str) -> None:
    say(f"Missing system packages: {sentence(missing)}.")
    by_hand = f"Install them yourself with:\n  {install_command(distribution, missing)}"
    prefix = _root_prefix(confirm)
    if prefix is None:
        say(by_hand)
        return
    say("Installing them now.")
    done = subprocess.run([*prefix, "sh", "-c", script], stdout=sys.stderr, check=False)
    if done.returncode and distribution.tool == "apt" and "apt-get update" not in script:
        # The lists were there but named files that the mirror no longer has.
        script = install_script(distribution, missing, update=True)
        done = subprocess.run([*prefix, "sh", "-c", script], stdout=sys.stderr, check=False)
    if done.returncode:
        say(f"They could not be installed; {distribution.tool} said why above. {by_hand}")


def _root_prefix(ask: Callable[[str], bool]) -> list[str] | None:
    """What to put before a command so that root runs it; None when it may not or cannot."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if os.environ.get("CI"):
        return ["sudo", "-n"]
    if may_ask() and ask("Install them now with sudo?"):
        return ["sudo"]
    return None


def _rpm_provides(name: str) -> bool:
    query = ["rpm", "-q", "--whatprovides", name]
    done = subprocess.run(query, capture_output=True, timeout=_QUERY_TIMEOUT_S, check=False)
    return done.returncode == 0


def _lists_are_old(now_s: float, lists: Path = _APT_LISTS) -> bool:
    """Whether apt's package lists are absent or older than a week."""
    try:
        newest = max(path.stat().st_mtime for path in lists.iterdir() if "_Packages" in path.name)
    except (OSError, ValueError):
        return True
    return now_s - newest > _LISTS_KEEP_S
