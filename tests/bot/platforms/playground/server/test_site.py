"""The API says what it is, and the page is safe to open."""

import re
from typing import Any
from urllib.parse import urljoin

from tests.bot.platforms.playground.server.chatting import House, good


def _references(value: object) -> set[str]:
    match value:
        case dict():
            own = {str(value["$ref"])} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(_references, value.values()))
        case list():
            return set().union(*map(_references, value))
        case _:
            return set()


async def _described(house: House) -> dict[str, Any]:
    found: dict[str, Any] = good(await house.client.get("/openapi.json"))
    return found


async def test_everything_the_description_names_is_in_it(house: House) -> None:
    described = await _described(house)
    names = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert _references(described) <= names
    assert {"#/components/schemas/Message", "#/components/schemas/HeadingBlock"} <= names


async def test_every_call_is_described_with_what_can_go_wrong(house: House) -> None:
    described = await _described(house)
    paths = described["paths"]
    assert {"/api/as/{user}/clicks", "/api/bot/messages", "/api/sign-in"} <= set(paths)
    assert not [path for path in paths if not path.startswith("/api/")]
    for path, methods in paths.items():
        for method, call in methods.items():
            assert re.fullmatch(r"[A-Z].*[^.]", call["summary"]), (path, method)
            assert call["description"], (path, method)
            assert {"400", "401", "403", "404"} <= set(call["responses"]), (path, method)
            assert "422" not in call["responses"], (path, method)
            writes = method in ("post", "put", "patch")
            named = "reactions" in path
            assert ("requestBody" in call) == (writes and not named), (path, method)


async def test_the_page_runs_nothing_but_its_own(house: House) -> None:
    found = await house.client.get("/playground")
    assert (found.status_code, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = found.headers["content-security-policy"]
    assert {part.strip() for part in policy.split(";")} == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    }
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style| style=| on[a-z]+=", found.text)


async def test_the_page_is_asked_for_anew_and_its_parts_never_again(house: House) -> None:
    page = await house.client.get("/playground")
    assert page.headers["cache-control"] == "no-cache"
    known = {"If-None-Match": page.headers["etag"]}
    assert (await house.client.get("/playground", headers=known)).status_code == 304
    parts = re.findall(r'(?:src|href)="(/playground/static/[^"]+)"', page.text)
    assert len(parts) > 40  # each module is named, so that none is found out about late
    for path in parts:
        found = await house.client.get(path)
        assert (found.status_code, path) == (200, path)
        assert "immutable" in found.headers["cache-control"]
        named = re.findall(r'^import\b[^;"]*"(\.[^";]+)"', found.text, re.MULTILINE)
        assert {urljoin(path, name) for name in named} <= set(parts)
    # A page from before an update gets what there is now, and does not keep it.
    late = await house.client.get(re.sub(r"static/\w+/", "static/before/", parts[0]))
    assert (late.status_code, late.headers["cache-control"]) == (200, "no-cache")


_NOT_OURS = ["../site.py", "..%2fsite.py", "%2e%2e/site.py", "a%00b", "//etc"]


async def test_only_its_own_files_are_served(house: House) -> None:
    for path in _NOT_OURS:
        for below in (path, f"x/{path}"):
            found = await house.client.get(f"/playground/static/{below}", follow_redirects=True)
            assert found.status_code == 404
