"""Starting: port, home, exposure; headers and pages that keep everything on this machine."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.machine import is_loopback
from assistant.settings import Settings
from web import airgap, server, sign_in
from web.server import ServerError
from web.users import Users

ROOT = Path(__file__).parent.parent.parent


def test_a_port_in_use_is_one_sentence_with_the_remedy() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"port {port} is in use; .*--port"):
            server.listen("127.0.0.1", port)


def test_a_second_instance_on_the_same_home_is_refused(tmp_path: Path) -> None:
    server.lock(tmp_path)
    with pytest.raises(ServerError, match="being served by another"):
        server.lock(tmp_path)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.1.2.3", False)],
)
def test_what_only_this_machine_can_reach(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_other_machines_are_let_in_only_without_sample_users(tmp_path: Path) -> None:
    users = Users(tmp_path)
    users.create_samples()
    server.check_exposure(Settings(home=tmp_path), users)
    server.check_exposure(Settings(home=tmp_path, host="0.0.0.0", sign_in_header="X-User"), users)
    with pytest.raises(ServerError, match="kb user passwd admin"):
        server.check_exposure(Settings(home=tmp_path, host="0.0.0.0"), users)
    for user in users.all():
        users.change_password(user.name, "correct horse")
    server.check_exposure(Settings(home=tmp_path, host="0.0.0.0"), users)


def test_the_session_key_is_made_once_and_readable_by_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINLIT_AUTH_SECRET", "")
    sign_in.provide_secret(tmp_path)
    first = os.environ["CHAINLIT_AUTH_SECRET"]
    monkeypatch.setenv("CHAINLIT_AUTH_SECRET", "")
    sign_in.provide_secret(tmp_path)
    assert os.environ["CHAINLIT_AUTH_SECRET"] == first
    assert (tmp_path / ".deskmate" / "session_key").stat().st_mode & 0o777 == 0o600
    assert len(first) >= 64


def test_the_page_has_no_outside_link_left(monkeypatch: pytest.MonkeyPatch) -> None:
    import chainlit.server

    assert "googleapis" in chainlit.server.get_html_template("")
    monkeypatch.setattr(chainlit.server, "get_html_template", chainlit.server.get_html_template)
    airgap.cut_outside_links()
    page = chainlit.server.get_html_template("")
    assert "http://" not in page
    assert "https://" not in page
    assert "/assets/index-" in page


async def test_a_proxys_user_header_counts_only_from_the_proxy() -> None:
    seen: list[list[tuple[bytes, bytes]]] = []

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        seen.append(list(scope["headers"]))

    guarded = airgap.Headers(app, (), "X-User", ("10.0.0.1",))
    for client in ("10.0.0.1", "10.0.0.9"):
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "client": (client, 1),
            "headers": [(b"x-user", b"admin"), (b"host", b"desk")],
        }
        await guarded(scope, None, None)  # type: ignore[arg-type]
    assert [(b"x-user", b"admin") in headers for headers in seen] == [True, False]


def test_an_installed_program_folder_is_neither_written_nor_needed_writable(tmp_path: Path) -> None:
    program = tmp_path / "program"
    for folder in ("web", "assistant", "public", ".chainlit"):
        shutil.copytree(ROOT / folder, program / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for guide in ROOT.glob("chainlit*.md"):
        shutil.copy(guide, program)
    before = sorted(program.rglob("*"))
    code = "import web, os, chainlit.config; print(os.environ['CHAINLIT_APP_ROOT'], chainlit.config.config.ui.name)"
    environment = {name: value for name, value in os.environ.items() if name != "CHAINLIT_APP_ROOT"}
    root, name = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=program,
        env={**environment, "PYTHONPATH": str(program)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert name == "Deskmate"
    assert sorted(program.rglob("*")) == before
    assert not Path(root).exists()
