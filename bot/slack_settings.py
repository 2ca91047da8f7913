"""How Slack is reached, as it was set: the values, and what does not fit together. Asks nobody."""

from dataclasses import field

from core.frozen import frozen

API_URL = "https://slack.com/api/"
AUTHORIZE_URL = "https://slack.com/oauth/v2/authorize"


@frozen
class SlackSettings:
    """What was set; empty where nothing was. `api_url` ends with a slash.

    With an app token events come over Socket Mode, else over HTTP, signed. A bot token is for one
    workspace, a client id for every workspace that installs the app.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = API_URL
    authorize_url: str = AUTHORIZE_URL


def is_configured(slack: SlackSettings) -> bool:
    """Whether anything was set that is for Slack alone."""
    return any(
        (
            slack.bot_token,
            slack.app_token,
            slack.signing_secret,
            slack.client_id,
            slack.client_secret,
        )
    )


def wrong(slack: SlackSettings) -> str | None:
    """What is wrong with what was set, in one line that names the variable; None if nothing is."""
    for variable, value, beginning in (
        ("SLACK_BOT_TOKEN", slack.bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", slack.app_token, "xapp-"),
    ):
        if value and not value.startswith(beginning):
            return f"{variable} is not right: it must begin with {beginning}. {_WHERE[variable]}"
    return next((line for is_so, line in _combinations(slack) if is_so), None)


def _combinations(slack: SlackSettings) -> tuple[tuple[bool, str], ...]:
    bot, app, signing = (
        bool(slack.bot_token),
        bool(slack.app_token),
        bool(slack.signing_secret),
    )
    id, secret = bool(slack.client_id), bool(slack.client_secret)
    return (
        (id and not secret, "SLACK_CLIENT_SECRET is missing: SLACK_CLIENT_ID needs it."),
        (secret and not id, "SLACK_CLIENT_ID is missing: SLACK_CLIENT_SECRET needs it."),
        (
            id and not signing,
            "SLACK_SIGNING_SECRET is missing: where SLACK_CLIENT_ID is set, other workspaces"
            " install the app, and their events come over HTTP.",
        ),
        (
            bot and not (app or signing),
            "SLACK_BOT_TOKEN alone is not enough: set SLACK_APP_TOKEN for Socket Mode,"
            " or SLACK_SIGNING_SECRET for HTTP.",
        ),
        (
            (app or signing) and not (bot or id),
            "SLACK_BOT_TOKEN is missing: set it for one workspace,"
            " or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for several.",
        ),
    )


_WHERE = {
    "SLACK_BOT_TOKEN": "It is the app's “Bot User OAuth Token”.",
    "SLACK_APP_TOKEN": "It is the app's “App-Level Token”, with the scope connections:write.",
}
