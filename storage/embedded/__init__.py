"""A PostgreSQL that comes with the program: started, joined and stopped here.

Nothing outside this package may know where its binaries come from. DATABASE_URL
is the caller's business: whoever has one never calls `start`.
"""

from storage.embedded.binaries import Binaries
from storage.embedded.errors import (
    BinariesMissing,
    Busy,
    DiskFull,
    EmbeddedError,
    StartFailed,
    Unreachable,
    Unsupported,
    Unwritable,
    WrongMajorVersion,
    WrongOwner,
)
from storage.embedded.server import Server, start

__all__ = [
    "Binaries",
    "BinariesMissing",
    "Busy",
    "DiskFull",
    "EmbeddedError",
    "Server",
    "StartFailed",
    "Unreachable",
    "Unsupported",
    "Unwritable",
    "WrongMajorVersion",
    "WrongOwner",
    "start",
]
