"""What can be set from outside: one class, read once at start, passed in. Nothing is opened here.

The environment counts first, then the file `.env` of the checkout (else of the current directory).
Longer than most: every setting is here, with what is said where it is wrong.
"""

import re
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import discord_settings, slack_settings, teams_settings
from bot.directories import checkout, default_data
from bot.discord_settings import DiscordSettings
from bot.loopback import is_loopback
from bot.slack_settings import SlackSettings
from bot.teams_settings import TeamsSettings
from bot.zones import ZONE_ADVICE, is_zone

_PREFIX = "RESOLUTIONFLOW_"
_PASSWORD = 12  # characters at least
_KEY = re.compile(r"[\w-]{43}=", re.ASCII)  # 32 bytes in URL-safe base64: Fernet's specification
_PASTED = (
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "slack_client_id",
    "slack_client_secret",
    "discord_bot_token",
    "discord_guild_id",
    "teams_client_id",
    "teams_client_secret",
    "teams_tenant_id",
)
_ALIKE = 0.9  # how alike a variable without our prefix must be to count as one misspelt


class SettingsError(Exception):
    """A setting is wrong; the message is one line, names the variable and says what to do."""


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a line of the log looks: one JSON object, or for a person's eyes."""

    JSON = "json"
    TEXT = "text"


class Playground(StrEnum):
    """Who may use the chat in the browser: this machine, nobody, whoever knows the password."""

    LOCAL = "local"
    OFF = "off"
    EVERYONE = "everyone"


class Settings(BaseSettings):
    """Every setting. Use `read_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field("", validation_alias="DATABASE_URL", repr=False)
    data: Path = Field(default_factory=default_data)
    host: str = "127.0.0.1"
    # PORT is what hosting platforms give.
    port: int = Field(8080, ge=0, le=65535, validation_alias=AliasChoices(f"{_PREFIX}PORT", "PORT"))
    pool: int = Field(10, ge=2, le=100)
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.TEXT
    account_name: str = Field("My company", min_length=1, max_length=200)
    time_zone: str = "UTC"
    playground: Playground = Playground.LOCAL
    # Looked at even when it is missing: it may be needed.
    playground_password: str = Field("", repr=False, validate_default=True)
    playground_url: str = ""
    public_url: str = Field("", validation_alias=f"{_PREFIX}URL")
    keys: Annotated[tuple[str, ...], NoDecode] = Field((), repr=False)
    slack_bot_token: str = Field("", validation_alias="SLACK_BOT_TOKEN", repr=False)
    slack_app_token: str = Field("", validation_alias="SLACK_APP_TOKEN", repr=False)
    slack_signing_secret: str = Field("", validation_alias="SLACK_SIGNING_SECRET", repr=False)
    slack_client_id: str = Field("", validation_alias="SLACK_CLIENT_ID")
    slack_client_secret: str = Field("", validation_alias="SLACK_CLIENT_SECRET", repr=False)
    slack_api_url: str = Field(slack_settings.API_URL, validation_alias="SLACK_API_URL")
    slack_authorize_url: str = Field(
        slack_settings.AUTHORIZE_URL, validation_alias="SLACK_AUTHORIZE_URL"
    )
    discord_bot_token: str = Field("", validation_alias="DISCORD_BOT_TOKEN", repr=False)
    discord_guild_id: str = Field("", validation_alias="DISCORD_GUILD_ID")
    discord_roles: str = Field("", validation_alias="DISCORD_ROLES")
    discord_api_url: str = Field(discord_settings.API_URL, validation_alias="DISCORD_API_URL")
    discord_gateway_url: str = Field(
        discord_settings.GATEWAY_URL, validation_alias="DISCORD_GATEWAY_URL"
    )
    teams_client_id: str = Field("", validation_alias="TEAMS_CLIENT_ID")
    teams_client_secret: str = Field("", validation_alias="TEAMS_CLIENT_SECRET", repr=False)
    teams_tenant_id: str = Field("", validation_alias="TEAMS_TENANT_ID")
    teams_openid_metadata_url: str = Field(
        teams_settings.OPENID_URL, validation_alias="TEAMS_OPENID_METADATA_URL"
    )
    teams_token_url: str = Field(teams_settings.TOKEN_URL, validation_alias="TEAMS_TOKEN_URL")
    teams_service_url: str = Field(teams_settings.SERVICE_URL, validation_alias="TEAMS_SERVICE_URL")
    teams_allow_unauthenticated: bool = Field(False, validation_alias="TEAMS_ALLOW_UNAUTHENTICATED")

    @field_validator("log_level", "log_format", "playground", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError(ZONE_ADVICE)
        return value

    @field_validator(
        "playground_url",
        "slack_api_url",
        "slack_authorize_url",
        "discord_api_url",
        "teams_openid_metadata_url",
        "teams_token_url",
        "teams_service_url",
    )
    @classmethod
    def _web_address(cls, value: str, info: ValidationInfo) -> str:
        found = urlsplit(value)
        if value and not (found.scheme in ("http", "https") and found.hostname):
            raise ValueError("not a web address")
        return value.rstrip("/") + ("/" if info.field_name == "slack_api_url" else "")

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway(cls, value: str) -> str:
        found = urlsplit(value.strip())
        if not (found.scheme in ("ws", "wss") and found.hostname):
            raise ValueError("not a gateway")
        return value.strip()

    @field_validator("discord_roles")
    @classmethod
    def _roles(cls, value: str) -> str:
        try:
            discord_settings.read_roles(value)
        except ValueError as error:
            raise SettingsError(str(error)) from error
        return value

    @field_validator("public_url")
    @classmethod
    def _address_for_others(cls, value: str) -> str:
        return address_for_others(value)

    @field_validator("keys", mode="before")
    @classmethod
    def _one_by_one(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(key.strip() for key in value.split(",") if key.strip())

    @field_validator("keys")
    @classmethod
    def _keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_KEY.fullmatch(key) for key in value):
            raise ValueError("not a key")
        return value

    @field_validator(*_PASTED, mode="before")
    @classmethod
    def _pasted(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _slack_fits_together(self) -> Self:
        line = slack_settings.wrong(self._slack)
        if line is not None:
            raise SettingsError(line)
        return self

    @model_validator(mode="after")
    def _discord_fits_together(self) -> Self:
        line = discord_settings.wrong(self._discord)
        if line is not None:
            raise SettingsError(line)
        return self

    @model_validator(mode="after")
    def _teams_fits_together(self) -> Self:
        line = teams_settings.wrong(self._teams) or self._open_to_others()
        if line is not None:
            raise SettingsError(line)
        return self

    def _open_to_others(self) -> str | None:
        """Who else could do what only local test clients may: what lets them in."""
        if not self.teams_allow_unauthenticated:
            return None
        open_by = None
        if not is_loopback(self.host):
            open_by = f"{_PREFIX}HOST"
        elif self.public_url and not is_loopback(urlsplit(self.public_url).hostname or ""):
            open_by = f"{_PREFIX}URL"
        return open_by and _OPEN.format(open_by)

    @field_validator("playground_password")
    @classmethod
    def _long_enough(cls, value: str, info: ValidationInfo) -> str:
        needed = info.data.get("playground") is Playground.EVERYONE
        if (needed or value) and len(value) < _PASSWORD:
            raise ValueError("too short")
        return value

    @field_validator("data")
    @classmethod
    def _whole_path(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def slack(self) -> SlackSettings | None:
        """How Slack is reached; None where it is not set up."""
        found = self._slack
        return found if slack_settings.is_configured(found) else None

    @property
    def _slack(self) -> SlackSettings:
        return SlackSettings(
            bot_token=self.slack_bot_token,
            app_token=self.slack_app_token,
            signing_secret=self.slack_signing_secret,
            client_id=self.slack_client_id,
            client_secret=self.slack_client_secret,
            api_url=self.slack_api_url,
            authorize_url=self.slack_authorize_url,
        )

    @property
    def discord(self) -> DiscordSettings | None:
        """How Discord is reached; None where it is not set up."""
        found = self._discord
        return found if discord_settings.is_configured(found) else None

    @property
    def _discord(self) -> DiscordSettings:
        return DiscordSettings(
            bot_token=self.discord_bot_token,
            guild=self.discord_guild_id,
            api_url=self.discord_api_url,
            gateway_url=self.discord_gateway_url,
            roles=discord_settings.read_roles(self.discord_roles),
        )

    @property
    def teams(self) -> TeamsSettings | None:
        """How Teams is reached; None where it is not set up."""
        found = self._teams
        return found if teams_settings.is_configured(found) else None

    @property
    def _teams(self) -> TeamsSettings:
        return TeamsSettings(
            client_id=self.teams_client_id.lower(),  # as tokens name them
            client_secret=self.teams_client_secret,
            tenant=self.teams_tenant_id.lower(),
            openid_url=self.teams_openid_metadata_url,
            token_url=self.teams_token_url,
            service_url=self.teams_service_url,
            unauthenticated=self.teams_allow_unauthenticated,
        )

    @property
    def keys_file(self) -> Path:
        """Where keys are kept that nobody set."""
        return self.data / "keys"

    @property
    def embedded(self) -> Path | None:
        """Where the embedded PostgreSQL lives; None when DATABASE_URL names another."""
        return None if self.database_url else self.data / "postgres"

    @property
    def own_url(self) -> str:
        """Where the web part of this machine answers, unless its port is left to chance."""
        return f"http://{local(self.host)}:{self.port}"

    @property
    def log_file(self) -> Path:
        """The log of `up` and of every verb that failed."""
        return self.data / "log" / "resolutionflow.log"


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError."""
    try:
        return Settings(_env_file=env_file(), _env_file_encoding="utf-8")
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        raise SettingsError(_explained(str(detail["loc"][0]), detail["msg"])) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file()} cannot be read; make it a UTF-8 text file.") from error


def local(host: str) -> str:
    """The address that is listened on, as an URL on this machine names it."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound here
    return f"[{shown}]" if ":" in shown else shown


def address_for_others(value: str) -> str:
    """An address at which others reach the web part, without a slash at its end; "" stays. Raises
    ValueError for what would not be safe, or is no such address.
    """
    found = urlsplit(value.strip())
    safe = found.scheme == "https" or (found.scheme == "http" and is_loopback(found.hostname or ""))
    more = found.username or found.query or found.fragment or found.port == 0
    if value and (more or not (safe and found.hostname)):
        raise ValueError("not an address for others")
    return value.strip().rstrip("/")


def env_file() -> Path:
    """The file that is read beside the environment; it need not exist."""
    return (checkout() or Path.cwd()) / ".env"


def names() -> dict[str, str]:
    """Each field of Settings and the variable that sets it."""
    return {name: _variable(name) for name in Settings.model_fields}


def unknown(variables: list[str]) -> dict[str, str | None]:
    """Variables that set nothing, and what was perhaps meant: those with our prefix, and those
    that are nearly one of our others. Who else has variables that begin with SLACK_, DISCORD_ or
    TEAMS_ is left alone.
    """
    known = [*names().values()]
    others = [variable for variable in known if not variable.startswith(_PREFIX)]
    found: dict[str, str | None] = {}
    for variable in variables:
        name = variable.upper()
        bare = name.removeprefix(_PREFIX)
        if name in known:
            continue
        if bare in others:
            found[variable] = bare
        elif name.startswith(_PREFIX):
            found[variable] = next(iter(get_close_matches(name, known, 1)), None)
        elif near := get_close_matches(name, others, 1, _ALIKE):
            found[variable] = near[0]
    return found


def _variable(name: str) -> str:
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        alias = alias.choices[0]
    return alias if isinstance(alias, str) else f"{_PREFIX}{name.upper()}"


def _explained(where: str, message: str) -> str:
    variable = next((v for f, v in names().items() if where in (f, v)), where)
    advice = _ADVICE.get(variable, message)
    return f"{variable} is not right: {advice}"


_OPEN = (
    "TEAMS_ALLOW_UNAUTHENTICATED is not right: it must be false while {} lets other machines in,"
    " for whoever comes could speak for anybody. It is for test clients on this machine."
)
_ADVICE = {
    f"{_PREFIX}PORT": "it must be a whole number from 0 to 65535, for instance 8080.",
    f"{_PREFIX}POOL": "it must be a whole number from 2 to 100, for instance 10.",
    f"{_PREFIX}LOG_LEVEL": "it must be debug, info, warning or error.",
    f"{_PREFIX}LOG_FORMAT": "it must be json or text.",
    f"{_PREFIX}ACCOUNT_NAME": "it must be a name of at most 200 characters.",
    f"{_PREFIX}TIME_ZONE": ZONE_ADVICE,
    f"{_PREFIX}PLAYGROUND": "it must be local, off or everyone.",
    f"{_PREFIX}PLAYGROUND_PASSWORD": (
        f"it must be a password of at least {_PASSWORD} characters when "
        f"{_PREFIX}PLAYGROUND is everyone: who knows it can do what any member can."
    ),
    f"{_PREFIX}PLAYGROUND_URL": "it must be a web address, for instance http://127.0.0.1:8080.",
    f"{_PREFIX}URL": (
        "it must be where people reach the web part, with https (http on this machine only), for"
        " instance https://flow.example.com."
    ),
    f"{_PREFIX}KEYS": (
        "it must be keys as `resolutionflow admin keys new` makes them, the newest first, with"
        " commas between them."
    ),
    "SLACK_API_URL": f"it must be a web address, for instance {slack_settings.API_URL}",
    "SLACK_AUTHORIZE_URL": f"it must be a web address, for instance {slack_settings.AUTHORIZE_URL}",
    "DISCORD_API_URL": f"it must be a web address, for instance {discord_settings.API_URL}",
    "DISCORD_GATEWAY_URL": (
        f"it must be an address of a WebSocket, for instance {discord_settings.GATEWAY_URL}"
    ),
    "TEAMS_OPENID_METADATA_URL": (
        f"it must be a web address, for instance {teams_settings.OPENID_URL}"
    ),
    "TEAMS_TOKEN_URL": f"it must be a web address, for instance {teams_settings.TOKEN_URL}",
    "TEAMS_SERVICE_URL": f"it must be a web address, for instance {teams_settings.SERVICE_URL}",
    "TEAMS_ALLOW_UNAUTHENTICATED": "it must be true or false.",
}
