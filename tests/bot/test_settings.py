"""What can be set, and what is said when it is wrong."""

import os
import re
import stat
from pathlib import Path

import pytest

from bot import directories, settings
from bot.settings import Playground, Settings, SettingsError, read_settings, unknown

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("RESOLUTIONFLOW_") or name in ("PORT", "DATABASE_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(settings, "env_file", lambda: tmp_path / ".env")


def test_nothing_needs_to_be_set() -> None:
    made = read_settings()
    assert (made.host, made.port, made.database_url) == ("127.0.0.1", 8080, "")
    assert made.embedded == made.data / "postgres"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RESOLUTIONFLOW_PORT", "eighty"),
        ("RESOLUTIONFLOW_PORT", "70000"),
        ("RESOLUTIONFLOW_POOL", "0"),
        ("RESOLUTIONFLOW_LOG_LEVEL", "loud"),
        ("RESOLUTIONFLOW_LOG_FORMAT", "xml"),
        ("RESOLUTIONFLOW_TIME_ZONE", "Mars/Base"),
        ("RESOLUTIONFLOW_TIME_ZONE", "Europe"),
        ("RESOLUTIONFLOW_TIME_ZONE", "../etc/passwd"),
        ("RESOLUTIONFLOW_PLAYGROUND", "on"),
        ("RESOLUTIONFLOW_PLAYGROUND_PASSWORD", "short"),
        ("RESOLUTIONFLOW_PLAYGROUND_URL", "localhost:8080"),
        ("RESOLUTIONFLOW_PLAYGROUND_URL", "ftp://chat"),
        ("RESOLUTIONFLOW_PLAYGROUND_URL", "http://["),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as told:
        read_settings()
    assert str(told.value).startswith(f"{variable} is not right: it must be ")
    assert "\n" not in str(told.value)


def test_the_playground_is_for_this_machine_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_settings().playground is Playground.LOCAL
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND", " Off")
    assert read_settings().playground is Playground.OFF


def test_a_playground_for_everyone_needs_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND", "everyone")
    for password in ("", "hunter2"):
        monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND_PASSWORD", password)
        with pytest.raises(SettingsError) as told:
            read_settings()
        assert str(told.value).startswith("RESOLUTIONFLOW_PLAYGROUND_PASSWORD is not right")
        assert "at least 12 characters" in str(told.value)
        assert "hunter2" not in str(told.value)
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND_PASSWORD", "correct horse")
    assert read_settings().playground_password == "correct horse"
    assert "correct horse" not in repr(read_settings())


def test_where_the_playground_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().playground_url == ""
    monkeypatch.setenv("RESOLUTIONFLOW_PLAYGROUND_URL", "https://chat.example.com/")
    assert read_settings().playground_url == "https://chat.example.com"


def test_a_wrong_port_from_the_platform_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    with pytest.raises(SettingsError, match="PORT is not right"):
        read_settings()


def test_our_own_port_counts_before_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    assert read_settings().port == 1
    monkeypatch.setenv("RESOLUTIONFLOW_PORT", "2")
    assert read_settings().port == 2


def test_the_file_is_read_and_the_environment_counts_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("RESOLUTIONFLOW_PORT=1\nRESOLUTIONFLOW_POOL=7\n")
    monkeypatch.setenv("RESOLUTIONFLOW_PORT", "2")
    made = read_settings()
    assert (made.port, made.pool) == (2, 7)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")
    assert read_settings().port == 8080


def test_a_file_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings()


def test_the_password_in_the_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert "hunter2" not in repr(read_settings())


def test_a_misspelt_variable_is_found() -> None:
    assert unknown(["RESOLUTIONFLOW_PROT", "PATH"]) == {
        "RESOLUTIONFLOW_PROT": "RESOLUTIONFLOW_PORT"
    }


def test_the_example_holds_every_setting_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text()
    shown = set(re.findall(r"^# ([A-Z_]+)=", text, re.MULTILINE))
    assert shown == set(settings.names().values())


def test_what_the_example_says_is_the_default() -> None:
    text = (ROOT / ".env.example").read_text()
    for name, variable in settings.names().items():
        if name in ("database_url", "data"):
            continue
        assert f"# {variable}={Settings.model_fields[name].default}\n" in text


def test_roots_data_goes_where_the_servers_user_can_get(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "shut" / "checkout"
    home.mkdir(parents=True)
    monkeypatch.setattr(directories, "checkout", lambda: home)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (tmp_path / "shut").chmod(0o700)
    elsewhere = directories.default_data()
    assert elsewhere.parent == Path("/var/lib/resolutionflow")
    assert elsewhere.name.startswith("checkout-")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert directories.default_data() == home / ".data"


def test_roots_data_stays_in_a_checkout_that_everybody_can_enter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = Path("/usr/share")
    assert here.stat().st_mode & stat.S_IXOTH
    monkeypatch.setattr(directories, "checkout", lambda: here)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert directories.default_data() == here / ".data"


def test_installed_as_a_package_the_data_goes_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(directories, "checkout", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert directories.default_data() == tmp_path / "resolutionflow"
