"""Where the keys come from, and that a file of them is made once, whole, and for us alone."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.keys import fresh_key, make_keys, seal_of
from bot.settings import Settings
from storage.errors import NoKey
from storage.sealing import Seal

ROOT = Path(__file__).parents[2]
_MAKE = """
import sys
from pathlib import Path
from bot.keys import make_keys
from bot.settings import Settings

settings = Settings(_env_file=None, data=Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
make_keys(settings)
print(settings.keys_file.read_text())
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("RESOLUTIONFLOW_KEYS", raising=False)
    return Settings(_env_file=None, data=tmp_path)


def test_without_keys_there_is_no_seal(settings: Settings) -> None:
    assert seal_of(settings) is None
    assert not settings.keys_file.exists()


def test_the_file_is_made_once_and_is_for_its_owner_alone(settings: Settings) -> None:
    make_keys(settings)
    first = settings.keys_file.read_text()
    assert stat.S_IMODE(settings.keys_file.stat().st_mode) == 0o600
    assert settings.keys_file == settings.data / "keys"
    kept = _seal(settings).seal("a token")
    make_keys(settings)
    assert settings.keys_file.read_text() == first
    assert _seal(settings).unseal(kept) == "a token"
    assert list(settings.data.iterdir()) == [settings.keys_file]


def test_starts_at_once_make_one_file(settings: Settings) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", _MAKE, str(settings.data)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for start in starts:
        assert start.stdout is not None
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("\n")
        start.stdin.flush()
    seen = {start.communicate(timeout=60)[0].strip() for start in starts}
    assert seen == {settings.keys_file.read_text().strip()}
    assert list(settings.data.iterdir()) == [settings.keys_file]


def test_a_key_written_before_the_others_seals(settings: Settings) -> None:
    make_keys(settings)
    kept = _seal(settings).seal("old")
    new = fresh_key()
    settings.keys_file.write_text(f"{new}\n{settings.keys_file.read_text()}\n")
    assert _seal(settings).unseal(kept) == "old"
    assert Seal.of([new]).unseal(_seal(settings).seal("new")) == "new"


def test_what_is_set_counts_and_no_file_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = fresh_key()
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", mine)
    settings = Settings(_env_file=None, data=tmp_path)
    make_keys(settings)
    assert not settings.keys_file.exists()
    settings.keys_file.write_text(fresh_key())
    assert Seal.of([mine]).unseal(_seal(settings).seal("a token")) == "a token"


def test_a_file_with_something_else_in_it_is_told(settings: Settings) -> None:
    settings.keys_file.write_bytes(b"\xff not a key\n")
    with pytest.raises(NoKey, match="the file `keys` in the data directory"):
        seal_of(settings)


def test_where_no_file_can_be_made_everything_else_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(_env_file=None, data=tmp_path / "file" / "data")
    make_keys(settings)
    assert seal_of(settings) is None


def _seal(settings: Settings) -> Seal:
    seal = seal_of(settings)
    assert seal is not None
    return seal
