"""Who may sign in: the users file and its rules."""

from pathlib import Path

import chainlit as cl
import chainlit.auth
import chainlit.server
import pytest
from chainlit.config import config

from web import sign_in
from web.users import Users, UsersError


def test_a_user_signs_in_with_the_right_password_only(tmp_path: Path) -> None:
    users = Users(tmp_path)
    users.add("anna", "editor", "correct horse")
    found = users.verify("anna", "correct horse")
    assert found is not None
    assert found.role == "editor"
    assert users.verify("anna", "wrong horse") is None
    assert users.verify("nobody", "correct horse") is None


def test_the_file_is_readable_by_its_owner_only_and_holds_no_password(tmp_path: Path) -> None:
    Users(tmp_path).add("anna", "agent", "correct horse")
    path = tmp_path / "users.toml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "correct horse" not in path.read_text()
    assert "$argon2id$" in path.read_text()


@pytest.mark.parametrize(("name", "password"), [("", "long enough"), ("a b", "long enough"), ("anna", "short")])
def test_a_bad_name_or_a_short_password_is_refused_in_one_sentence(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(UsersError, match=r"user|password"):
        Users(tmp_path).add(name, "agent", password)


def test_a_name_is_given_once(tmp_path: Path) -> None:
    users = Users(tmp_path)
    users.add("anna", "agent", "correct horse")
    with pytest.raises(UsersError, match="exists already"):
        users.add("anna", "admin", "correct horse")


def test_a_changed_password_ends_older_sessions_and_enables_the_user(tmp_path: Path) -> None:
    users = Users(tmp_path)
    before = users.add("anna", "agent", "correct horse").since
    users.disable("anna")
    assert users.verify("anna", "correct horse") is None
    users.change_password("anna", "battery staple")
    after = users.verify("anna", "battery staple")
    assert after is not None
    assert after.since > before


def test_a_change_by_another_process_is_seen_at_once(tmp_path: Path) -> None:
    running, command = Users(tmp_path), Users(tmp_path)
    command.add("anna", "agent", "correct horse")
    assert running.get("anna") is not None
    command.disable("anna")
    assert running.get("anna") is None


def test_sample_users_come_once_with_random_passwords_and_go_with_a_new_one(tmp_path: Path) -> None:
    users = Users(tmp_path)
    users.create_samples()
    passwords = {user.name: user.sample for user in users.samples()}
    assert set(passwords) == {"agent", "editor", "admin"}
    assert all(users.verify(name, password) for name, password in passwords.items())
    users.create_samples()
    assert {user.name: user.sample for user in users.samples()} == passwords
    users.change_password("admin", "correct horse")
    assert "admin" not in {user.name for user in users.samples()}


def test_a_broken_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "users.toml").write_text("[anna\n")
    with pytest.raises(UsersError, match=r"users\.toml.*mend"):
        Users(tmp_path).all()


def test_a_name_with_dots_and_at_survives_the_file(tmp_path: Path) -> None:
    Users(tmp_path).add("anna.li@corp.cn", "agent", "correct horse")
    assert Users(tmp_path).get("anna.li@corp.cn") is not None


async def test_oauth_lets_in_whom_the_users_file_knows_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OAUTH_GITHUB_CLIENT_ID", "OAUTH_GITHUB_CLIENT_SECRET"):
        monkeypatch.setenv(name, "x")
    for module in (chainlit.auth, chainlit.server):  # install() replaces these for the whole process
        monkeypatch.setattr(module, "decode_jwt", module.decode_jwt)
    for name in ("password_auth_callback", "oauth_callback"):
        monkeypatch.setattr(config.code, name, None)
    users = Users(tmp_path)
    users.add("anna@corp.example", "editor", "correct horse")
    sign_in.install(users)
    assert config.code.oauth_callback
    known, stranger = [
        await config.code.oauth_callback("github", "token", {}, cl.User(identifier=name))
        for name in ("anna@corp.example", "eve@corp.example")
    ]
    assert known is not None
    assert (known.identifier, known.metadata["role"]) == ("anna@corp.example", "editor")
    assert stranger is None
