"""People in our Teams see and do what their clients let them, and no more; the bot hears it."""

import asyncio

import pytest

from tests.teams.bot import Bot
from tests.teams.filling import Impossible
from tests.teams.parts import pressables
from tests.teams.people import DIRECT, Person
from tests.teams.samples import (
    attached,
    box,
    card,
    choices,
    dialog,
    execute,
    field,
    found,
    message,
    opener,
    row,
    shows,
    text,
    toggle,
    with_fallback,
)
from tests.teams.server import Teams, serving
from tests.teams.world import GROUP, Json

LINK: Json = {"type": "Action.OpenUrl", "title": "Read", "url": "https://a.example"}

# What they write


async def test_a_post_and_an_answer_reach_the_bot(sam: Person, bot: Bot, teams: Teams) -> None:
    post = await sam.types("start vpn", "support")
    answer = sam.writes("It is slow.", "support", post.id)
    await teams.delivery.settled()
    told, second = bot.of("message")
    support = teams.chat.channel("support")
    assert told["text"] == "<at>ResolutionFlow</at> start vpn\n"
    assert told["conversation"]["id"] == f"{support.id};messageid={post.id}"
    assert told["id"] == post.id
    assert told["channelData"]["tenant"]["id"] == teams.tenant.id
    assert told["channelData"]["channel"]["id"] == support.id
    [mention] = [each for each in told["entities"] if each["type"] == "mention"]
    assert mention["mentioned"]["id"] == told["recipient"]["id"] == f"28:{teams.app.client_id}"
    assert second["conversation"]["id"] == told["conversation"]["id"]
    assert (second["id"], second["text"]) == (answer.id, "It is slow.")
    assert sam.sees("support") == [post]
    assert sam.sees("support", post.id) == [post, answer]


async def test_who_it_is_from_and_where(sam: Person, bot: Bot, teams: Teams) -> None:
    await sam.types("start", DIRECT)
    await sam.types("start", "crew")
    direct, crew = bot.of("message")
    assert direct["from"] == {
        "id": sam.user.id,
        "name": "Sam",
        "aadObjectId": sam.user.object_id,
    }
    assert direct["text"] == "start"
    assert direct["conversation"] == {
        "conversationType": "personal",
        "tenantId": teams.tenant.id,
        "id": sam.direct.id,
    }
    assert direct["channelData"] == {"tenant": {"id": teams.tenant.id}}
    assert direct["serviceUrl"] == teams.service_url
    assert (crew["conversation"]["conversationType"], crew["conversation"]["isGroup"]) == (
        GROUP,
        True,
    )
    assert ";messageid=" not in crew["conversation"]["id"]


async def test_without_the_permission_only_mentions_are_heard() -> None:
    async with serving(Teams(all_messages=False)) as teams:
        sam = teams.person("sam")
        post = sam.writes("Nobody hears this.", "support")
        sam.edits(post.id, "Nor this.")
        sam.deletes(post.id)
        sam.writes("Nor @Kim this.", "crew")
        heard = sam.writes("@ResolutionFlow start", "support")
        sam.writes("And an answer", "support", heard.id)
        sam.edits(heard.id, "start")
        sam.writes("Here all is heard.", DIRECT)
        told = [(e.activity["type"], e.activity["text"]) for e in teams.delivery.log]
    assert told == [
        ("message", "<at>ResolutionFlow</at> start\n"),
        ("messageUpdate", "start"),
        ("message", "Here all is heard."),
    ]


async def test_where_the_app_is_not_nobody_can_mention_it(sam: Person, bot: Bot) -> None:
    said = sam.writes("@ResolutionFlow and @Kim", "general")
    assert said.text == "@ResolutionFlow and <at>Kim</at>\n"
    assert len(said.mentions) == 1
    await bot.teams.delivery.settled()
    assert bot.heard == []


async def test_clients_write_differently(sam: Person, bot: Bot) -> None:
    sam.client.wraps, sam.client.space = "\r\n{}\r\n", "&nbsp;"
    await sam.types("start vpn & mail", "support")
    [told] = bot.heard
    assert told["text"] == "\r\n<at>ResolutionFlow</at>&nbsp;start vpn & mail\r\n"
    [html] = told["attachments"]
    assert html["content"].startswith('<p><span itemtype="http://schema.skype.com/Mention"')
    assert html["content"].endswith("</span> start vpn &amp; mail</p>")


async def test_a_message_is_quoted_in_a_chat(sam: Person, bot: Bot, teams: Teams) -> None:
    asked = await bot.says(sam.direct.id, message(text("Who <b> is it?")))
    sam.writes("Sam & Kim", DIRECT, reply_to=asked)
    await teams.delivery.settled()
    [told] = bot.heard
    assert told["text"] == "Sam & Kim"
    [html] = told["attachments"]
    assert f'itemtype="http://schema.skype.com/Reply" itemid="{asked}"' in html["content"]
    assert "Who &lt;b&gt; is it?</p>" in html["content"]
    assert html["content"].endswith("<p>Sam &amp; Kim</p>")
    post = sam.writes("Hello", "support")
    with pytest.raises(Impossible, match="same chat"):
        sam.writes("x", "support", reply_to=post.id)


async def test_a_message_is_edited_deleted_and_there_again(
    sam: Person, bot: Bot, teams: Teams
) -> None:
    post = sam.writes("One", "support")
    sam.edits(post.id, "Two")
    sam.deletes(post.id)
    with pytest.raises(Impossible, match="deleted"):
        sam.message(post.id)
    sam.undoes(post.id)
    await teams.delivery.settled()
    told = [(e["type"], e.get("text"), e["channelData"].get("eventType")) for e in bot.heard]
    assert told == [
        ("message", "One", None),
        ("messageUpdate", "Two", "editMessage"),
        ("messageDelete", None, "softDeleteMessage"),
        ("messageUpdate", "Two", "undeleteMessage"),
    ]
    assert {each["id"] for each in bot.heard} == {post.id}
    assert sam.message(post.id).text == "Two"
    for nothing in (post.id, "1"):
        with pytest.raises(Impossible):
            sam.undoes(nothing)


async def test_only_reactions_on_what_the_bot_wrote_are_told(
    sam: Person, bot: Bot, teams: Teams
) -> None:
    theirs, mine = sam.writes("Hello", "support"), await bot.says("support", message())
    sam.reacts(theirs.id, "heart")
    sam.reacts(mine, "like")
    sam.reacts(mine, "like", on=False)
    await teams.delivery.settled()
    on, off = bot.of("messageReaction")
    assert (on["reactionsAdded"], on["replyToId"]) == ([{"type": "like"}], mine)
    assert (off["reactionsRemoved"], off["replyToId"]) == ([{"type": "like"}], mine)
    assert theirs.reactions == {"heart": [sam.user.id]}


async def test_nobody_does_what_is_anothers(sam: Person, teams: Teams) -> None:
    kim, ada = teams.person("kim"), teams.person("ada")
    hers, chat = kim.writes("Mine", "support"), kim.writes("Mine", "crew")
    for act in (
        lambda: sam.edits(hers.id, "Yours"),
        lambda: sam.deletes(hers.id),
        lambda: ada.deletes(chat.id),
        lambda: sam.installs("general"),
        lambda: sam.uninstalls("support"),
        lambda: sam.archives("support"),
        lambda: sam.deletes_channel("support"),
        lambda: sam.creates_channel("new", "support"),
        lambda: sam.removes("kim", "support"),
        lambda: ada.archives("crew"),
        lambda: ada.uninstalls("general"),
    ):
        with pytest.raises(Impossible):
            act()
    ada.deletes(hers.id)
    assert sam.sees("support") == []


async def test_what_cannot_be_written(sam: Person, teams: Teams) -> None:
    sam.writes("x" * 28_000, "support")
    post = sam.writes("x", "support")
    for text_, where in (
        ("x" * 28_001, ("support",)),
        ("", ("support",)),
        ("x", ("nowhere",)),
        ("x", ("support", "1")),
        ("x", ("crew", post.id)),
    ):
        with pytest.raises(Impossible):
            sam.writes(text_, *where)
    with pytest.raises(Impossible, match="picture"):
        sam.writes("x", "support", files={"inline:a.txt": b""})
    teams.person("ada").removes("sam", "support")
    for act in (lambda: sam.sees("support"), lambda: sam.message(post.id)):
        with pytest.raises(Impossible, match="no such place"):
            act()
    sam.uninstalls(DIRECT)
    with pytest.raises(Impossible, match="taken away"):
        sam.writes("x", DIRECT)


# What they press


async def test_a_button_is_pressed_and_the_card_changes_for_who_pressed(
    sam: Person, bot: Bot, teams: Teams
) -> None:
    id = await bot.says("support", message(text("Which?"), row(with_fallback("Yes"))))
    bot.answers["adaptiveCard/action"] = shows(card(text("Yes it is.")))
    asked = await sam.presses(id, "Yes")
    assert asked is not None
    assert not asked.failed
    [told] = bot.of("adaptiveCard/action")
    assert told["replyToId"] == id
    assert told["value"] == {
        "action": {
            "type": "Action.Execute",
            "title": "Yes",
            "verb": "press",
            "data": {"token": "Yes"},
        },
        "trigger": "manual",
    }
    assert told["conversation"]["id"].endswith(f";messageid={id}")
    assert sam.card(id)["body"][0]["text"] == "Yes it is."
    assert teams.person("kim").card(id)["body"][0]["text"] == "Which?"


async def test_a_button_of_before_can_be_pressed_still(sam: Person, bot: Bot) -> None:
    """By what it does: a colleague's client shows a card a little longer."""
    id = await bot.says("support", message(row(with_fallback("Yes"), with_fallback("No"))))
    [yes, _] = pressables(sam.card(id))
    support = bot.teams.chat.channel("support").id
    new = message(text(), row(with_fallback("Maybe")))
    await bot.does("PUT", f"/v3/conversations/{support}/activities/{id}", new)
    bot.answers["adaptiveCard/action"] = shows(card())
    await sam.presses(id, yes.handle)
    assert bot.heard[0]["value"]["action"]["data"] == {"token": "Yes"}
    with pytest.raises(Impossible, match="no such button"):
        await sam.presses(id, "Nothing")


async def test_an_old_client_sends_a_message(sam: Person, bot: Bot) -> None:
    sam.client.old = True
    body = (field("in.note"), row(with_fallback("Yes"), execute("No")))
    id = await bot.says("support", message(*body))
    sam.enters(id, "in.note", "It is red.")
    assert await sam.presses(id, "Yes") is None
    [told] = bot.of("message")
    assert told["value"] == {"token": "Yes", "in.note": "It is red."}
    assert told["replyToId"] == id
    assert "text" not in told
    with pytest.raises(Impossible, match="does not show"):
        await sam.presses(id, "No")


async def test_what_is_hidden_is_shown_before_it_is_pressed(sam: Person, bot: Bot) -> None:
    hidden = box(row(with_fallback("Deep")), id="more", isVisible=False)
    lost = box(row(with_fallback("Lost")), isVisible=False)
    id = await bot.says("support", message(row(toggle("more"), LINK), hidden, lost))
    bot.answers["adaptiveCard/action"] = shows(card())
    with pytest.raises(Impossible, match="hidden"):
        await sam.presses(id, "Deep")
    with pytest.raises(Impossible, match="something else"):
        await sam.presses(id, "Read")
    await sam.presses(id, "More")
    await sam.presses(id, "More")
    with pytest.raises(Impossible, match="hidden"):
        await sam.presses(id, "Deep")
    with pytest.raises(Impossible, match="nothing shows"):
        await sam.opens(id, "Lost")
    with pytest.raises(Impossible, match="hidden"):
        await sam.presses(id, "Lost")
    await sam.opens(id, "Deep")
    await sam.opens(id, "Deep")
    await sam.presses(id, "Deep")
    assert bot.heard[0]["value"]["action"]["title"] == "Deep"


async def test_a_greyed_out_button_and_an_archived_team(sam: Person, bot: Bot) -> None:
    id = await bot.says("support", message(row(execute("No", isEnabled=False), execute("Yes"))))
    with pytest.raises(Impossible, match="greyed"):
        await sam.presses(id, "No")
    bot.teams.person("ada").archives("support")
    with pytest.raises(Impossible, match="archived"):
        await sam.presses(id, "Yes")


async def test_a_menu_is_chosen_from(sam: Person, bot: Bot) -> None:
    go = row(LINK, execute("Go", data={"menu": "pick1"}))
    menu = box(row(execute("Before")), choices("a", "b"), go)
    id = await bot.says("support", message(row(execute("First")), menu, row(execute("Last"))))
    bot.answers["adaptiveCard/action"] = shows(card())
    await sam.picks(id, "pick1", "b")
    assert bot.heard[0]["value"]["action"]["data"] == {"menu": "pick1", "pick1": "b"}
    for input, value in (("pick1", "c"), ("pick2", "a")):
        with pytest.raises(Impossible):
            await sam.picks(id, input, value)


async def test_a_card_says_what_is_missing(sam: Person, bot: Bot) -> None:
    needed = field("note", isRequired=True, errorMessage="Write something.")
    lone = execute("Away", associatedInputs="none")
    id = await bot.says("support", message(needed, row(execute("Go"), lone)))
    assert await sam.presses(id, "Go") is None
    assert (sam.toasts, bot.heard) == (["Write something."], [])
    bot.answers["adaptiveCard/action"] = shows(card(needed))
    await sam.presses(id, "Away")
    assert bot.heard[0]["value"]["action"]["data"] == {"token": "Away"}


async def test_a_card_refreshes_itself_for_some(sam: Person, bot: Bot, teams: Teams) -> None:
    kim = teams.person("kim")
    refresh = {"action": execute("", verb="home"), "userIds": [sam.user.id]}
    id = await bot.says("support", message(text("All")))
    assert await sam.looks(id) is None
    shown = card(text("All"), refresh=refresh)
    id = await bot.says("support", {"type": "message", "attachments": [attached(shown)]})
    bot.answers["adaptiveCard/action"] = shows(card(text("Yours")))
    assert await kim.looks(id) is None
    assert await sam.looks(id) is not None
    assert bot.heard[0]["channelData"]["source"] == {"name": "message"}
    assert bot.heard[0]["value"]["trigger"] == "automatic"
    assert bot.heard[0]["value"]["action"]["verb"] == "home"
    assert sam.card(id)["body"][0]["text"] == "Yours"
    await kim.refreshes(id)
    assert bot.heard[1]["value"]["trigger"] == "manual"


# Dialogs


async def test_a_dialog_opens_is_filled_and_sent(sam: Person, bot: Bot) -> None:
    id = await bot.says("support", message(text(), row(opener("Note"))))
    needed = field("in.note", isRequired=True, errorMessage="Write something.")
    bot.answers["task/fetch"] = dialog(text("What?"), needed, field("in.more", value="x"))
    await sam.presses(id, "Note")
    assert sam.dialog is not None
    assert sam.dialog.typed == {"in.note": "", "in.more": "x"}
    [fetched] = bot.of("task/fetch")
    assert fetched["value"]["data"] == {"token": "Note", "msteams": {"type": "task/fetch"}}
    assert fetched["replyToId"] == id
    assert await sam.submits() is None
    assert sam.dialog.errors == {"in.note": "Write something."}
    sam.fills("in.note", "The lamp is red.")
    sam.fills("in.more", "")
    with pytest.raises(Impossible, match="no input"):
        sam.fills("in.other", "x")
    bot.answers["task/submit"] = {"task": {"type": "message", "value": "Noted."}}
    await sam.submits()
    [told] = bot.of("task/submit")
    # What is empty is not sent.
    assert told["value"]["data"] == {"form": {"token": "t"}, "in.note": "The lamp is red."}
    assert "replyToId" not in told
    assert sam.toasts == ["Noted."]
    with pytest.raises(Impossible, match="no dialog"):
        sam.fills("in.note", "x")
    with pytest.raises(Impossible, match="no dialog"):
        await sam.submits()


async def test_a_dialog_goes_on_or_closes(sam: Person, bot: Bot) -> None:
    id = await bot.says("support", message(row(opener("Note"))))
    bot.answers["task/fetch"] = dialog(field("in.note"), title="One")
    bot.answers["task/submit"] = dialog(field("in.note", value="kept"), title="Two")
    await sam.presses(id, "Note")
    await sam.submits()
    assert sam.dialog is not None
    assert (sam.dialog.title, sam.dialog.typed) == ("Two", {"in.note": "kept"})
    bot.status = 404
    await sam.submits()
    assert sam.dialog is not None
    assert sam.toasts == ["Something went wrong. Please try again."]
    bot.status, bot.answers["task/submit"] = 200, None
    await sam.submits()
    assert sam.dialog is None
    await sam.presses(id, "Note")
    sam.closes()
    assert len(bot.of("task/submit")) == 3


@pytest.mark.parametrize(
    ("taken", "refused", "more"),
    [
        ("12345", "123456", {"maxLength": 5}),
        ("a\nb", "", {"isMultiline": True}),
        ("1.5", "x", {"type": "Input.Number"}),
        ("2026-01-31", "31.1.26", {"type": "Input.Date"}),
        ("23:59", "9 pm", {"type": "Input.Time"}),
        ("true", "yes", {"type": "Input.Toggle", "title": "x"}),
        ("a", "c", {"type": "Input.ChoiceSet", "choices": choices("a", "b")["choices"]}),
    ],
)
async def test_inputs_take_what_fits(
    sam: Person, bot: Bot, taken: str, refused: str, more: Json
) -> None:
    id = await bot.says("support", message(row(opener("Note"))))
    bot.answers["task/fetch"] = dialog(field("a", **more))
    await sam.presses(id, "Note")
    sam.fills("a", taken)
    if refused:
        with pytest.raises(Impossible):
            sam.fills("a", refused)
    await sam.submits()
    assert bot.of("task/submit")[0]["value"]["data"]["a"] == taken


async def test_what_does_not_fit_is_said(sam: Person, bot: Bot) -> None:
    id = await bot.says("support", message(row(opener("Note"))))
    fields = (
        field("ip", regex=r"^\d+(\.\d+){3}$", errorMessage="An address."),
        field("n", type="Input.Number", min=1, max=5, errorMessage="1 to 5."),
        field("on", type="Input.Toggle", title="Sure", isRequired=True, errorMessage="Tick it."),
    )
    bot.answers["task/fetch"] = dialog(*fields)
    await sam.presses(id, "Note")
    assert sam.dialog is not None
    for name, value in (("ip", "1.2.3"), ("n", "6")):
        sam.fills(name, value)
    assert await sam.submits() is None
    assert sam.dialog.errors == {"ip": "An address.", "n": "1 to 5.", "on": "Tick it."}
    for name, value in (("ip", "1.2.3.4"), ("n", "5"), ("on", "true")):
        sam.fills(name, value)
    await sam.submits()
    assert len(bot.of("task/submit")) == 1


# The message extension


async def test_a_search_finds_and_its_card_is_sent(sam: Person, bot: Bot, teams: Teams) -> None:
    bot.answers["composeExtension/query"] = found("VPN is down", "No mail")
    offered = await sam.searches("vp", "support")
    assert [(each.name, each.text) for each in offered] == [
        ("VPN is down", "About VPN is down"),
        ("No mail", "About No mail"),
    ]
    await sam.searches("", "general")
    asked, first = bot.of("composeExtension/query")
    assert asked["channelData"]["source"] == {"name": "compose"}
    assert asked["value"]["commandId"] == "start"
    assert asked["value"]["parameters"] == [{"name": "words", "value": "vp"}]
    assert first["value"]["parameters"] == [{"name": "initialRun", "value": "true"}]
    sent = sam.posts(offered[0], "support")
    bot.answers["adaptiveCard/action"] = shows(card(text("Started")))
    await teams.person("kim").presses(sent.id, "Start")
    assert bot.of("adaptiveCard/action")[0]["replyToId"] == sent.id
    assert (sent.author, sent.by_app) == (sam.user.id, False)


async def test_a_message_is_pointed_at(sam: Person, bot: Bot, teams: Teams) -> None:
    theirs = teams.person("kim").writes("Router is <hot>", "crew")
    bot.answers["composeExtension/fetchTask"] = dialog(field("in.note"))
    await sam.points(theirs.id, "note")
    [told] = bot.of("composeExtension/fetchTask")
    payload = told["value"]["messagePayload"]
    assert (told["value"]["commandId"], told["value"]["commandContext"]) == ("note", "message")
    assert payload["id"] == theirs.id
    assert payload["body"] == {"contentType": "html", "content": "<p>Router is &lt;hot&gt;</p>"}
    assert payload["from"]["user"]["displayName"] == "Kim"
    assert sam.dialog is not None
    sam.fills("in.note", "Hot")
    await sam.submits()
    [sent] = bot.of("composeExtension/submitAction")
    assert sent["value"]["data"] == {"form": {"token": "t"}, "in.note": "Hot"}
    assert sent["value"]["commandId"] == "note"
    assert sent["value"]["messagePayload"]["id"] == theirs.id
    post = sam.writes("Post", "support")
    await sam.points(sam.writes("Answer", "support", post.id).id, "note")
    about = bot.of("composeExtension/fetchTask")[-1]
    assert about["value"]["messagePayload"]["replyToId"] == post.id
    assert about["conversation"]["id"].endswith(f";messageid={post.id}")
    mine = await bot.says("crew", message(text("A card")))
    await sam.points(mine, "note")
    by = bot.of("composeExtension/fetchTask")[-1]["value"]["messagePayload"]["from"]
    assert (by["user"], by["application"]["id"]) == (None, teams.app.client_id)


async def test_who_has_not_the_app_has_no_extension(sam: Person, bot: Bot) -> None:
    post = sam.writes("Hello", "general")
    sam.uninstalls(DIRECT)
    for act in (
        lambda: sam.searches("", "general"),
        lambda: sam.points(post.id, "note"),
        lambda: sam.begins("note", "general"),
    ):
        with pytest.raises(Impossible, match="no such app"):
            await act()
    bot.answers["composeExtension/query"] = found("VPN")
    assert await sam.searches("", "support")


# Files that the bot gives


async def test_a_file_is_accepted_and_put_there(sam: Person, bot: Bot, teams: Teams) -> None:
    content = {"description": "x", "sizeInBytes": 5, "acceptContext": {"id": "1"}}
    asks = {
        "contentType": "application/vnd.microsoft.teams.card.file.consent",
        "name": "note.md",
        "content": content,
    }
    id = await bot.says(sam.direct.id, {"type": "message", "attachments": [asks]})
    await sam.accepts(id, accepted=False)
    await sam.accepts(id)
    refused, told = bot.of("fileConsent/invoke")
    assert (refused["value"]["action"], refused["value"]["context"]) == ("decline", {})
    assert told["value"]["context"] == {"id": "1"}
    url = told["value"]["uploadInfo"]["uploadUrl"]
    async with bot.session.put(url, data=b"# VPN") as response:
        assert response.status == 416
    whole = {"Content-Range": "bytes 0-4/5"}
    async with bot.session.put(url, data=b"# VPN", headers=whole) as response:
        assert response.status == 201
    assert teams.drive.got == {"note.md": b"# VPN"}
    with pytest.raises(Impossible):
        await sam.accepts((await sam.types("x", DIRECT)).id)


# Places


async def test_the_app_comes_and_goes(sam: Person, bot: Bot, teams: Teams) -> None:
    ada, general = teams.person("ada"), teams.chat.channel("general")
    ada.installs("general")
    await teams.delivery.settled()
    added, update = bot.heard
    assert (added["type"], added["action"]) == ("installationUpdate", "add")
    assert added["conversation"]["id"] == general.id
    assert added["channelData"]["settings"]["selectedChannel"]["id"] == general.id
    assert update["membersAdded"] == [{"id": teams.app.bot}]
    assert update["channelData"]["eventType"] == "teamMemberAdded"
    assert await bot.says("general", message())
    ada.uninstalls("general")
    sam.uninstalls(DIRECT)
    sam.installs(DIRECT)
    sam.uninstalls("crew")
    await teams.delivery.settled()
    said = [(e["type"], e.get("action"), e["conversation"]["id"]) for e in bot.heard[2:]]
    crew = teams.chat.channel("crew").id
    for where in (general.id, sam.direct.id, crew):
        assert ("installationUpdate", "remove", where) in said
    assert ("installationUpdate", "add", sam.direct.id) in said
    left = [e["conversation"]["id"] for e in bot.heard if "membersRemoved" in e]
    assert sorted(left) == sorted([general.id, crew])
    [own] = [e for e in bot.heard if len(e.get("membersAdded", ())) == 2]
    assert own["membersAdded"][1]["aadObjectId"] == sam.user.object_id


async def test_teams_and_channels_come_and_go(bot: Bot, teams: Teams) -> None:
    ada, team = teams.person("ada"), teams.chat.channel("support").team
    made = ada.creates_channel("printers", "support")
    ada.renames("printers", "paper")
    ada.deletes_channel("paper")
    ada.restores_channel("paper")
    ada.renames(team, "Service")
    ada.archives("support")
    ada.archives("support", archived=False)
    ada.deletes_team("support")
    ada.restores_team("support")
    ada.removes("vic", "support")
    ada.adds("vic", "support")
    ada.removes("vic", "general")
    ada.adds("vic", "general")
    await teams.delivery.settled()
    assert [each["channelData"]["eventType"] for each in bot.heard] == [
        "channelCreated",
        "channelRenamed",
        "channelDeleted",
        "channelRestored",
        "teamRenamed",
        "teamArchived",
        "teamUnarchived",
        "teamDeleted",
        "teamRestored",
        "teamMemberRemoved",
        "teamMemberAdded",
    ]
    assert {each["conversation"]["id"] for each in bot.heard} == {team}
    assert bot.heard[1]["channelData"]["channel"] == {"id": made.id, "name": "paper"}
    assert bot.heard[4]["channelData"]["team"]["name"] == "Service"
    vic = teams.chat.user("vic")
    assert bot.heard[9]["membersRemoved"] == [{"id": vic.id, "aadObjectId": vic.object_id}]


async def test_another_tenant_is_another_place(sam: Person, bot: Bot, teams: Teams) -> None:
    other = teams.adds_tenant("globex.example")
    there = teams.person("sam", other)
    await there.types("Here?", "support")
    assert sam.sees("support") == []
    assert len(there.sees("support")) == 1
    [told] = bot.heard
    assert told["recipient"]["id"] == f"28:{other.app.client_id}"
    assert told["channelData"]["tenant"]["id"] == other.id
    assert there.user.object_id != sam.user.object_id
    assert teams.settings(other)["TEAMS_TENANT_ID"] == other.id


async def test_everybody_is_the_same_in_every_teams() -> None:
    """But for the secret: what was settled in one can be told on in another."""
    one, two = Teams(), Teams()
    assert one.tenant.id == two.tenant.id
    assert one.app.client_id == two.app.client_id
    assert one.app.secret != two.app.secret
    assert one.chat.places.keys() == two.chat.places.keys()
    assert one.chat.users.keys() == two.chat.users.keys()


async def test_whoever_waits_is_told_of_every_change(sam: Person, teams: Teams) -> None:
    kim = teams.person("kim")
    waiting = asyncio.create_task(teams.chat.until(lambda: kim.sees("support"), 5))
    await asyncio.sleep(0)
    said = sam.writes("Hello", "support")
    assert await waiting == [said]
