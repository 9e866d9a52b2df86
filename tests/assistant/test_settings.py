"""Settings: environment over file over default; whatever cannot be used is named."""

from pathlib import Path

import pytest

from assistant.settings import SettingsError, load_settings


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "deskmate.toml").write_text('port = 9000\nlanguage = "en"\nwatch = false\n', encoding="utf-8")
    settings = load_settings(tmp_path, {"DESKMATE_PORT": "9100"})
    assert (settings.port, settings.language, settings.watch, settings.host) == (9100, "en", False, "127.0.0.1")


def test_the_home_comes_from_the_environment_when_none_is_given(tmp_path: Path) -> None:
    assert load_settings(None, {"DESKMATE_HOME": str(tmp_path)}).home == tmp_path.resolve()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prot = 1", "unknown setting 'prot'"),
        ("port = 'many'", "deskmate.toml: port is 'many'; it must be a int"),
        ("port = ", "cannot be read"),
        ("language = 'fr'", "language is 'fr'; it must be zh or en"),
        ("watch = 'perhaps'", "watch is 'perhaps'; it must be a bool"),
    ],
)
def test_a_wrong_file_is_one_clear_sentence(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "deskmate.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        load_settings(tmp_path, {})


def test_a_file_saved_by_notepad_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "deskmate.toml").write_bytes(b"\xef\xbb\xbfport = 9000\r\n")
    assert load_settings(tmp_path, {}).port == 9000


def test_a_home_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such folder"):
        load_settings(tmp_path / "gone", {})
