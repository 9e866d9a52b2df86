"""What is shipped to run Deskmate names commands, files and settings that exist."""

import re
import runpy
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from assistant import cli
from assistant.settings import Settings

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("deskmate*.*"))
TEXTS = [path for path in sorted(DEPLOY.rglob("*")) if path.suffix in (".service", ".yaml", ".conf")]


@pytest.mark.parametrize("path", [*TEXTS, DEPLOY / "Dockerfile"], ids=lambda path: path.name)
def test_settings_in_deploy_files_exist(path: Path) -> None:
    known = {f"DESKMATE_{setting.name.upper()}" for setting in fields(Settings)}
    assert set(re.findall(r"DESKMATE_[A-Z_]+", path.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_units_call_commands_that_exist(path: Path) -> None:
    parser = cli._parser()
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.search(r"/bin/kb (\w+.*?)'?$", line):
            parser.parse_args(found[1].replace("$$(date +%%F)", "today").replace('"', "").split())


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("compose.yaml")), ids=lambda path: path.parent.name)
def test_compose_files_are_whole(path: Path) -> None:
    services = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    for service in services.values():
        assert "image" in service or (path.parent / service["build"]["context"]).resolve() == DEPLOY.parent


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze")
def test_the_unit_is_hardened() -> None:
    command = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=25",
        str(DEPLOY / "systemd" / "deskmate.service"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Unknown" in done.stderr or "unrecognized" in done.stderr:
        pytest.skip("this systemd is too old to judge a file")
    assert done.returncode == 0, done.stdout[-500:]


@pytest.mark.parametrize(
    ("driver", "build"),
    [("12.2", "cu122"), ("12.8", "cu125"), ("13.1", "cu130"), ("14.0", "cu132"), ("11.4", "cu118"), ("", "cu124")],
)
def test_the_cuda_wheel_is_the_newest_that_the_driver_can_run(driver: str, build: str) -> None:
    namespace = runpy.run_path(str(DEPLOY / "install.py"))
    assert namespace["cuda_wheels"](f"| Driver Version: 560.1  CUDA Version: {driver}  |") == build
