"""API keys: shown once, kept as a hash, refused at once when revoked; the commands as an operator uses them."""

import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.settings import Settings
from web.admission import Door
from web.keys import KeyFault, Keys, within


def test_a_key_is_known_and_nowhere_on_disk(tmp_path: Path) -> None:
    key = Keys(tmp_path).add("rpa", limit="5/second", networks=["10.0.0.0/8"])
    client = Keys(tmp_path).verify(key)
    assert client is not None
    assert (client.name, client.limit, client.networks) == ("rpa", "5/second", ("10.0.0.0/8",))
    kept = tmp_path / "keys.json"
    assert key not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    assert Keys(tmp_path).verify(key + "x") is None


def test_another_process_revokes_and_a_running_one_notices(tmp_path: Path) -> None:
    running = Keys(tmp_path)
    key = running.add("rpa")
    Keys(tmp_path).revoke("rpa")
    assert running.verify(key) is None


@pytest.mark.parametrize(
    ("name", "rules", "told"),
    [
        ("a b", {}, "use letters"),
        ("rpa", {}, "exists already"),
        ("new", {"scopes": ["all"]}, "does not exist; choose from ask"),
        ("new", {"limit": "fast"}, "write it as 60/minute"),
        ("new", {"networks": ["lan"]}, "write it as 10.1.0.0/16"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, name: str, rules: dict[str, list[str]], told: str) -> None:
    keys = Keys(tmp_path)
    keys.add("rpa")
    with pytest.raises(KeyFault, match=told):
        keys.add(name, **rules)  # type: ignore[arg-type]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(KeyFault, match=r"keys\.json: cannot be read"):
        Keys(tmp_path).all()


def test_a_setting_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    for wrong in (Settings(home=tmp_path, api_limit="x"), Settings(home=tmp_path, api_networks="10.0.0.0/8,lan")):
        with pytest.raises(KeyFault, match="cannot be read"):
            Door(wrong, Keys(tmp_path))


@pytest.mark.parametrize(
    ("address", "networks", "inside"),
    [
        ("10.1.2.3", (), True),
        ("10.1.2.3", ("10.0.0.0/8",), True),
        ("::ffff:10.1.2.3", ("10.0.0.0/8",), True),
        ("11.1.2.3", ("10.0.0.0/8",), False),
        ("2001:db8::1", ("2001:db8::/32",), True),
        ("", ("10.0.0.0/8",), False),
    ],
)
def test_networks(address: str, networks: tuple[str, ...], inside: bool) -> None:
    assert within(address, networks) is inside


def test_the_commands_add_list_and_revoke(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path)]
    assert (
        main(["key", "add", "rpa", "--scope", "ask", "--scope", "search", "--limit", "60/minute", "--json", *home]) == 0
    )
    key = json.loads(capsys.readouterr().out)["key"]
    assert Keys(tmp_path).verify(key) is not None
    assert main(["key", "list", "--json", *home]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["keys"]
    assert (listed["name"], listed["scopes"]) == ("rpa", ["ask", "search"])
    assert "hash" not in listed
    assert key not in str(listed)
    assert main(["key", "revoke", "rpa", *home]) == 0
    assert main(["key", "revoke", "rpa", *home]) == 2
    assert "kb key list shows which do" in capsys.readouterr().err
    assert Keys(tmp_path).verify(key) is None
