"""Components as trees: what is in them, and the ids that Discord gives them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tests.discord.world import Json


def numbered(components: Sequence[Json]) -> list[Json]:
    """With an id for each that has none, as Discord gives them: 1, 2, 3, … in order."""
    taken = {each["id"] for each in every(components) if each.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)

    def with_id(component: Json) -> Json:
        told = {**component, "id": component.get("id") or next(free)}
        if "components" in component:
            told["components"] = [with_id(each) for each in component["components"]]
        for name in ("accessory", "component"):
            if isinstance(component.get(name), dict):
                told[name] = with_id(component[name])
        return told

    return [with_id(each) for each in components]


def every(components: Iterable[Any]) -> Iterator[Json]:
    """Each component, with all that is nested in it; what is none is passed over."""
    for component in components:
        if not isinstance(component, dict):
            continue
        yield component
        inside = component.get("components")
        yield from every(inside if isinstance(inside, list) else ())
        yield from every(component.get(name) for name in ("accessory", "component"))
