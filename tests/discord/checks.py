"""What Discord refuses of a whole message, of a modal, of commands, of a thread."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.discord import checks_commands, checks_modals
from tests.discord.checks_components import components, urls
from tests.discord.checks_texts import flag, listed, number, objects, shapes, text
from tests.discord.parts import every
from tests.discord.rules import Refusal, refusal
from tests.discord.world import COMPONENTS_V2, EPHEMERAL, Json

CONTENT, NONCE, FILES = 2_000, 25, 10
ATTACHED = "attachment://"
_SUPPRESSED = 1 << 2 | 1 << 12  # no embeds, no notification
_SHOWN = ("content", "embeds", "components", "sticker_ids", "poll")
_EMBEDDED = 6_000  # characters


def message_problems(payload: Json) -> list[str]:
    """What Discord would say to the body of a new message; nothing where it takes it."""
    return [str(each) for each in message_refusals(payload)]


def modal_problems(data: Json) -> list[str]:
    """The same of a modal."""
    return [str(each) for each in modal_refusals(data)]


def command_problems(commands: list[Json]) -> list[str]:
    """The same of all commands together."""
    return [str(each) for each in command_refusals(commands)]


def message_refusals(
    payload: Mapping[str, Any], *, files: int = 0, where: str = "", ephemeral: bool = False
) -> list[Refusal]:
    """What is refused of a new message, worst first; `ephemeral`: it could be."""
    flags = payload.get("flags") or 0
    found = [*number(flags, f"{where}/flags", "message-flags", least=0, most=2**31)]
    if found:
        return found
    allowed = COMPONENTS_V2 | _SUPPRESSED | (EPHEMERAL if ephemeral else 0)
    if flags & ~allowed:
        found.append(refusal("message-flags", f"{where}/flags", str(flags)))
    v2 = bool(flags & COMPONENTS_V2)
    found += _shown(payload, where, v2=v2)
    found += _around(payload, where, files)
    if not files and not any(payload.get(name) for name in _SHOWN):
        found.insert(0, refusal("message-empty", f"{where}/content"))
    return found


def edit_refusals(
    payload: Mapping[str, Any], *, before: int, files: int = 0, where: str = ""
) -> list[Refusal]:
    """What is refused of a change of a message that had these flags `before`."""
    flags = payload.get("flags")
    found = [*number(flags, f"{where}/flags", "message-flags", least=0, most=2**31)]
    if found:
        return found
    if before & COMPONENTS_V2 and flags is not None and not flags & COMPONENTS_V2:
        found.append(refusal("v2-stays", f"{where}/flags"))
    v2 = bool((before | (flags or 0)) & COMPONENTS_V2)
    return [*found, *_shown(payload, where, v2=v2), *_around(payload, where, files)]


def attachment_refusals(
    payload: Mapping[str, Any], names: Collection[str], where: str = ""
) -> list[Refusal]:
    """What is refused of a message whose files have these names: its components may speak of no
    others.
    """
    at = f"{where}/components"
    return [
        refusal("attachment-name", at, url)
        for each in every(payload.get("components") or ())
        for url in urls(each)
        if url.startswith(ATTACHED) and url.removeprefix(ATTACHED) not in names
    ]


def modal_refusals(data: Any, where: str = "") -> list[Refusal]:
    """What is refused of a modal."""
    return [*checks_modals.modal(data, where)]


def command_refusals(commands: Any) -> list[Refusal]:
    """What is refused of the commands that are registered at once."""
    return [*checks_commands.commands(commands)]


def suggestion_refusals(data: Any, where: str = "") -> list[Refusal]:
    """What is refused of the answer to an autocomplete."""
    if not isinstance(data, dict):
        return [refusal("object", where)]
    return [*checks_commands.choices(data.get("choices"), f"{where}/choices")]


def thread_refusals(payload: Mapping[str, Any], *, new: bool) -> list[Refusal]:
    """What is refused of a new thread, or of a change of one."""
    lasts = payload.get("auto_archive_duration")
    found = [*text(payload.get("name"), "/name", "thread-name", most=100, least=int(new))]
    if payload.get("name") == "":
        found.append(refusal("thread-name", "/name", "0"))
    if lasts is not None and lasts not in (60, 1440, 4320, 10080):
        found.append(refusal("thread-archive", "/auto_archive_duration", str(lasts)))
    for name in ("archived", "locked"):
        found += flag(payload.get(name), f"/{name}")
    return found


def _shown(payload: Mapping[str, Any], where: str, *, v2: bool) -> Iterator[Refusal]:
    content, embeds = payload.get("content"), payload.get("embeds")
    yield from text(content, f"{where}/content", "message-content", most=CONTENT, least=0)
    if v2 and content:
        yield refusal("v2-content", f"{where}/content")
    if v2 and embeds:
        yield refusal("v2-embeds", f"{where}/embeds")
    if v2 and (payload.get("poll") or payload.get("sticker_ids")):
        yield refusal("v2-poll", f"{where}/poll")
    yield from _embeds(embeds, f"{where}/embeds")
    yield from components(payload.get("components"), f"{where}/components", v2=v2)


def _around(payload: Mapping[str, Any], where: str, files: int) -> Iterator[Refusal]:
    nonce = payload.get("nonce")
    if nonce is not None and not isinstance(nonce, int):
        yield from text(nonce, f"{where}/nonce", "message-nonce", most=NONCE)
    elif nonce is not None and len(str(nonce)) > NONCE:
        yield refusal("message-nonce", f"{where}/nonce")
    yield from flag(payload.get("enforce_nonce"), f"{where}/enforce_nonce")
    yield from flag(payload.get("tts"), f"{where}/tts")
    yield from _mentions(payload.get("allowed_mentions"), f"{where}/allowed_mentions")
    attachments, at = payload.get("attachments"), f"{where}/attachments"
    yield from listed(attachments, at, "message-attachments", most=FILES, least=0)
    yield from shapes(attachments, at)
    for here, each in objects(attachments, at):
        id = str(each.get("id", ""))
        if not id.isdecimal() or (len(id) < 5 and int(id) >= files):
            yield refusal("message-attachment", f"{here}/id", id)
    if files > FILES:
        yield refusal("message-attachments", at, str(files))


def _mentions(value: Any, where: str) -> Iterator[Refusal]:
    if value is None:
        return
    if not isinstance(value, dict):
        yield refusal("object", where)
        return
    parse = value.get("parse") or []
    if not isinstance(parse, list) or {*map(str, parse)} - {"roles", "users", "everyone"}:
        yield refusal("list", f"{where}/parse")
        return
    for name in ("users", "roles"):
        yield from listed(value.get(name), f"{where}/{name}", "list", most=100, least=0)
        if name in parse and value.get(name):
            yield refusal("message-mentions", where)


def _embeds(value: Any, where: str) -> Iterator[Refusal]:
    yield from listed(value, where, "embeds", most=10, least=0)
    yield from shapes(value, where)
    total = 0
    for at, embed in objects(value, where):
        yield from _embed(embed, at)
        total += _embedded(embed)
    if total > _EMBEDDED:
        yield refusal("embeds-characters", where, str(total))


def _embed(embed: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    for name, most in (("title", 256), ("description", 4_096)):
        yield from text(embed.get(name), f"{where}/{name}", f"embed-{name}", most=most, least=0)
    for name, part, most in (("footer", "text", 2_048), ("author", "name", 256)):
        yield from shapes([embed.get(name) or {}], f"{where}/{name}")
        said = _inside(embed, name).get(part)
        yield from text(said, f"{where}/{name}", f"embed-{name}", most=most, least=0)
    yield from listed(embed.get("fields"), f"{where}/fields", "embed-fields", most=25, least=0)
    for at, each in objects(embed.get("fields"), f"{where}/fields"):
        yield from text(each.get("name"), f"{at}/name", "embed-field-name", most=256)
        yield from text(each.get("value"), f"{at}/value", "embed-field-value", most=1_024)


def _embedded(embed: Mapping[str, Any]) -> int:
    """All characters of an embed that count."""
    said = [embed.get("title"), embed.get("description")]
    said += [_inside(embed, "footer").get("text"), _inside(embed, "author").get("name")]
    for _, each in objects(embed.get("fields"), ""):
        said += [each.get("name"), each.get("value")]
    return sum(len(each) for each in said if isinstance(each, str))


def _inside(embed: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = embed.get(name)
    return found if isinstance(found, dict) else {}
