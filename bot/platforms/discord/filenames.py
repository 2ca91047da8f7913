"""Names of files that Discord leaves as they are. It changes others when they are uploaded, and
then no component finds its file any more.

https://docs.discord.com/developers/reference#uploading-files
"""

import re
import unicodedata

_ODD = re.compile(r"[^A-Za-z0-9.-]+")  # an underscore stays, as what others become


def plain_name(said: str) -> str:
    """The nearest name of letters, digits, dots, dashes and underscores, with the same end."""
    letters = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode()
    stem, dot, end = letters.rpartition(".") if "." in letters else (letters, "", "")
    ending = _ODD.sub("", end)
    return f"{_ODD.sub('_', stem).strip('._') or 'file'}{dot if ending else ''}{ending}"
