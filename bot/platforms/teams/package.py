"""The package that is uploaded to Teams: a zip with the manifest and two icons, the same bytes for
the same app. The icons are drawings of our own.

https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package
"""

import json
import re
from importlib.metadata import version as version_of
from importlib.resources import files
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bot.platforms.teams.manifest import COLOR, OUTLINE, Wanted, manifest

MANIFEST = "manifest.json"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of time, for a zip
_RELEASE = re.compile(r"\d+\.\d+\.\d+")


def package(wanted: Wanted) -> bytes:
    """The zip."""
    text = json.dumps(manifest(wanted), indent=2, ensure_ascii=False) + "\n"
    here = files(__package__)
    inside = {MANIFEST: text.encode()}
    inside |= {name: (here / name).read_bytes() for name in (COLOR, OUTLINE)}
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as zipped:
        for name, content in inside.items():
            zipped.writestr(_entry(name), content)
    return made.getvalue()


def version() -> str:
    """Ours, as far as Teams takes it: three numbers."""
    found = _RELEASE.match(version_of("resolutionflow"))
    return found[0] if found else "1.0.0"


def _entry(name: str) -> ZipInfo:
    """A file of the zip, whoever makes it on whatever machine."""
    entry = ZipInfo(name, _BEGINNING)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
