"""A small Discord of our own, in memory and on one loop, as strict as the real one. Nothing of the
product is imported here.

    async with serving(Discord()) as discord:                   # tests.discord.server
        env = {
            "DISCORD_API_URL": discord.api_url,                 # http://127.0.0.1:PORT/api/v10
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "DISCORD_BOT_TOKEN": discord.bot_token,
        }
        await discord.gateway.reachable()
        sam = discord.person("sam")                             # kim, vic, ada (admin), gus (new)
        made = await sam.types("/flow start vpn", "support")
        [message] = sam.sees("support")
        await sam.presses(message.id, "the custom_id of a button")

Discord          `chat`, `gateway`, `interactions` (`patience` 3 s, `lives` 900 s), `commands`,
                 `calls`, `counts`, `trouble` (limits.Trouble), `throttle.off`, `message_content`,
                 `person(name, guild)`, `adds_guild(name)`, `chat.files.lives`.
Chat             channels support, network (the bot may write), general (it sees nothing there).
Gateway          `reachable()`, `settled()`, `until(true)`, `drop()`, `forget()`, `reconnect()`;
                 `tell(kind, data, 0)` tells anything again; `log` is all that was told.
Person           `sees`, `message`, `threads`, `modal`, `direct`, `toasts`; `types`, `suggested`,
                 `points`, `writes`, `edits`, `deletes`, `reacts`, `presses`, `picks`, `fills`,
                 `submits`, `closes`, `opens_thread`, `archives`, `locks`, `renames`,
                 `deletes_thread`, `deletes_channel`, `shuts_direct`, `kicks_bot`, `adds_bot`,
                 `grants`, `gives`, `permits`.
checks           `message_problems`, `modal_problems`, `command_problems`; the rules, with the page
                 of each, are the table in `rules`.

What it does that nobody expects, because Discord does: interactions come from channels that the bot
cannot see; the first follow-up fills a deferred answer; a nonce is known in all channels; nothing
in an archived thread can be changed, but a message opens it, and so does a client whose user
presses something there; a thread made from a message begins with a message of type 21.
"""
