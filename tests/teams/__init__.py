"""A small Microsoft Teams of our own, in memory and on one loop, as strict as the real one. Nothing
of the product is imported here.

    async with serving(Teams(bot_url="http://127.0.0.1:PORT/api/messages")) as teams:
        env = teams.settings()                              # TEAMS_CLIENT_ID, …, TEAMS_SERVICE_URL
        await teams.delivery.reachable()                    # until the product listens
        sam = teams.person("sam")                           # kim, vic, ada (owns), gus (a guest)
        post = await sam.types("start vpn", "support")      # "@ResolutionFlow start vpn"
        [step] = sam.sees("support", post.id)[1:]
        [yes] = [each for each in pressables(sam.card(step.id)) if each.title == "Yes"]
        await sam.presses(step.id, yes.handle)              # or its title, or its id

At the end `serving` fails where the bot sent or answered anything that real Teams refuses
(`teams.refused`); `with teams.allowing():` for what is meant to be refused.

Teams      `chat`, `delivery`, `identity`, `entra`, `drive`, `calls`, `counts`, `throttle.off`,
           `breaks(trouble)` (limits.Trouble), `settings()`, `person(name, tenant)`,
           `adds_tenant(name)`, `refused`.
Chat       channels support, network (the app is in their teams), general (it is not: a General
           channel, with its team's id), a group chat crew; everybody has the app themselves.
           `Teams(all_messages=False)`: without the permission to hear every message.
Delivery   `bot_url` (may be set later), `settled()`, `reachable()`, `log` (with `took`, `late`),
           `again(activity, app, token)` tells anything again, `raw(body, token)` posts anything;
           `identity.wrong(how, app.client_id, service_url)` is a token that must be refused.
Person     `sees`, `message`, `card`, `screen`, `direct`, `dialog`, `toasts`; `types`, `writes`,
           `edits`, `deletes`, `undoes`, `reacts`; `presses`, `picks`, `enters`, `opens`, `looks`,
           `refreshes`; `fills`, `submits`, `closes`; `searches`, `posts`, `points`, `begins`;
           `accepts`; `installs`, `uninstalls`, `shuts_direct`, `archives`, `adds`, `removes`,
           `creates_channel`, `renames`, `deletes_channel`, `deletes_team`, `restores_…`;
           `client.old` presses as a client does that knows no Action.Execute, `client.wraps` and
           `client.space` write as other clients do.
parts      `pressables(card)`, `inputs(card)`, `texts(card, shown)`, `visibility(card)`.
checks     `activity_problems`, `card_problems`; the rules, with the page of each, are the table in
           `rules`.

What it does that nobody expects, because Teams does: whoever pressed sees the card that answered
until the message changes, whatever others see; inputs that are empty are not sent; a submitted
dialog does not say which message it came from; a text with a mention ends with a line's end; files
of channels never come to a bot; a message is told again, with the same id, where the bot failed,
and an invoke never; a thread stands when its first post is deleted; an Action.Submit is a message
with a value and without a text.
"""
