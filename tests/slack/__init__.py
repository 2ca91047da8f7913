"""A small Slack of our own, in memory and on one loop, as strict as the real one. Nothing of the
product is imported here.

    async with serving(Slack(manifest, pace=60)) as slack:      # tests.slack.server
        env = {
            "SLACK_API_URL": slack.api_url,                     # http://127.0.0.1:PORT/api/
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app.token,                 # Socket Mode, or else
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,   # slack.app.request_url is set
        }
        await slack.delivery.reachable()
        sam = slack.person("sam")                               # kim, vic, ada; gus is a guest
        await sam.types("/flow vpn", "support")
        [message] = sam.sees("support")
        await sam.presses(message.ts, "the value of a button")

Slack            `app` (of a manifest; `socket_mode`, `rotation`, `request_url`, `client_id`, …),
                 `team` (the first workspace; `workspace(name)` makes more), `person(name, team)`,
                 `grants(team, scopes)`, `uninstalls(team)`, `declines` and `installs_into` for
                 /oauth/v2/authorize, `calls` (method and arguments, in order),
                 `trouble` (limits.Trouble), `throttle.off`, `triggers.lives`.
Slack(clock=)    `Clock(pace)`, or `HandClock()` whose time passes when a test says so.
delivery         `ack` (3 s), `settled()`, `reachable()`, `log`, `again(delivered, fresh=)`,
                 `verify()`, `skew`, `sockets` (`refresh()`, `open`, `received`).
Team             channels support and network (the bot is in), general (it is not), cellar (private,
                 Sam and Kim); `channel(name)`, `user(name)`, `message(ts)`, `writes`, `changes`,
                 `deletes`, `lets_in`, `removes`, `archives`, `deletes_channel`, `event`, `watch`.
Person           `sees`, `message`, `view`, `home`, `direct`, `toasts`; `types`, `writes`, `edits`,
                 `deletes`, `reacts`, `presses`, `suggested`, `chooses`, `points`, `begins`,
                 `opens_home`, `fills`, `submits`, `closes`. What no client allows is Impossible.
checks           `message_problems(payload)`, `view_problems(view, kind=)`; the rules, with the page
                 of each, are the table in `rules`.

What it does that nobody expects, because Slack does: a reply to a deleted message is posted in the
channel, without a word; `chat.update` takes 4,000 characters of text; every block after the first
takes 125 characters of the message's 13,297; what is plain_text comes back escaped; a whisper that
is clicked is not in the payload; a used trigger_id is `exchanged_trigger_id`.
"""
