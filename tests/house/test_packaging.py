"""The segments and the command line are there however the package was installed.

Editable, from the wheel and from the sdist are tried, each in a fresh environment and from an empty folder. The
dependencies are lent by the environment that runs the tests, so nothing is downloaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

SEGMENTS = {"base", "enterprise", "mid_market", "smb", "product_led"}
LANGUAGES = {"en", "es", "pt"}
OVERLAY = "profile: ours\nversion: '1'\nextends: smb\nabout: Only to see that the parent is found.\n"
OVERLAY += "tracks: {renewal: {countdown: {grace: 21 days}}}\n"


def run(*command: str | Path, cwd: Path) -> str:
    # Neither PYTHONPATH nor the user's own packages may lend the package that is being looked for.
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {
        "PYTHONNOUSERSITE": "1"
    }
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(root: Path, into: Path, what: str) -> Path:
    pytest.importorskip("build")
    run(sys.executable, "-m", "build", "--no-isolation", f"--{what}", "--outdir", into, root, cwd=into)
    return next(into.glob("journeykit-*"))


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def sdist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, tmp_path_factory.mktemp("sdist"), "sdist")


def fresh_environment(folder: Path) -> Path:
    """A virtual environment that borrows the packages of this one, but none that this one installed as editable."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    lenders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # A plain path in a .pth file is searched after the environment's own packages; .pth files there are not followed.
    (Path(packages) / "lent.pth").write_text("\n".join(sorted(lenders)) + "\n", encoding="utf-8")
    return python


@pytest.mark.parametrize("way", ["editable", "wheel", "sdist"])
def test_a_fresh_install_finds_segments_and_commands(
    way: str, root: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    what = ["--editable", root] if way == "editable" else [request.getfixturevalue(way)]
    python = fresh_environment(tmp_path / "env")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-build-isolation"]
    run(*pip, *what, cwd=tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()

    lines = run(python, "-c", WHERE, cwd=empty).split()
    home = root / "src" if way == "editable" else tmp_path / "env"
    assert Path(lines[0]).resolve().is_relative_to(home.resolve()), "the test looks at another installation"
    assert set(lines[1:]) >= SEGMENTS

    journeykit = python.with_name("journeykit")
    assert "onboarding" in run(journeykit, "show", "smb", cwd=empty).lower()
    (empty / "ours.yaml").write_text(OVERLAY, encoding="utf-8")
    run(journeykit, "lint", "ours.yaml", cwd=empty)
    assert "VALOR" in run(journeykit, "show", "smb", "--lang", "pt", cwd=empty)
    assert run(journeykit, "lint", "--explain", "JK203", cwd=empty).startswith("JK203: ")


WHERE = "import journeykit, journeykit.language.catalog as c; print(journeykit.__file__, *c.names(), sep='\\n')"


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0].split("-")[0] for name in names} == {"journeykit"}
    assert {f"journeykit/segments/{name}.yaml" for name in SEGMENTS} <= names
    assert {f"journeykit/segments/labels/{language}.yaml" for language in LANGUAGES} <= names
    assert {"journeykit/py.typed", "journeykit/findings.md"} <= names
    assert not [name for name in names if name.endswith((".pyc", ".orig"))]


def test_the_wheel_asks_for_a_calendar_library_only_as_an_extra(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    lines = archive.read(name).decode().splitlines()
    assert "Provides-Extra: ics" in lines
    asked = [line for line in lines if line.startswith("Requires-Dist: icalendar")]
    assert asked
    assert all("extra ==" in line for line in asked)


def test_the_sdist_is_enough_to_build_test_and_read(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "Makefile", "tests/conftest.py"} <= names
    assert {f"segments/{name}.yaml" for name in SEGMENTS} <= names
    assert {f"segments/labels/{language}.yaml" for language in LANGUAGES} <= names
    assert "docs/reference/findings.md" in names
    assert not [name for name in names if name.startswith(".venv") or "__pycache__" in name]
