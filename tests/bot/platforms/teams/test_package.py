"""The zip that Teams takes: what is in it, and that it is the same each time."""

import json
import struct
import tomllib
import uuid
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.platforms.teams.manifest import Wanted, manifest
from bot.platforms.teams.package import package, version

URL = "https://flow.example.com"
WANTED = Wanted(str(uuid.uuid4()), "1.2.3", URL, URL, URL)


def opened() -> ZipFile:
    return ZipFile(BytesIO(package(WANTED)))


def test_everything_that_the_manifest_names_lies_beside_it() -> None:
    with opened() as found:
        assert found.testzip() is None
        made = json.loads(found.read("manifest.json"))
        assert made == manifest(WANTED)
        assert set(found.namelist()) == {"manifest.json", *made["icons"].values()}


def test_the_same_app_is_the_same_package() -> None:
    assert package(WANTED) == package(WANTED)
    with opened() as found:
        assert {each.date_time for each in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_our_version_is_one_that_teams_takes() -> None:
    assert all(part.isdecimal() for part in version().split("."))
    assert version().count(".") == 2


# learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package#app-icons
@pytest.mark.parametrize(("name", "size"), [("color.png", 192), ("outline.png", 32)])
def test_an_icon_has_the_size_that_teams_wants(name: str, size: int) -> None:
    with opened() as found:
        icon = found.read(name)
    assert icon.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", icon[16:24]) == (size, size)


def test_the_icons_come_along_where_it_is_installed() -> None:
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text())
    data = project["tool"]["setuptools"]["package-data"]
    assert data["bot.platforms.teams"] == ["*.png"]


def test_the_outline_is_white_on_nothing() -> None:
    with opened() as found:
        pixels = _pixels(found.read("outline.png"))
    assert {pixel[:3] for pixel in pixels if pixel[3]} == {b"\xff\xff\xff"}
    assert {pixel[3] for pixel in pixels} >= {0, 255}


def _pixels(png: bytes) -> list[bytes]:
    """Of a picture with four bytes a pixel and unfiltered lines, as ours is."""
    width, _, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    packed, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    lines = zlib.decompress(packed)
    step = 4 * width + 1
    assert not any(lines[::step])
    whole = b"".join(lines[start + 1 : start + step] for start in range(0, len(lines), step))
    return [whole[start : start + 4] for start in range(0, len(whole), 4)]
