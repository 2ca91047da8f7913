"""What can be set from outside: one class, read once at start, passed in. Nothing is opened here.

The environment counts first, then the file `.env` of the checkout (else of the current directory).
"""

from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.directories import checkout, default_data
from bot.zones import ZONE_ADVICE, is_zone

_PREFIX = "RESOLUTIONFLOW_"
_PASSWORD = 12  # characters at least


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

    @field_validator("playground_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        found = urlsplit(value)
        if value and not (found.scheme in ("http", "https") and found.hostname):
            raise ValueError("not a web address")
        return value.rstrip("/")

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


def env_file() -> Path:
    """The file that is read beside the environment; it need not exist."""
    return (checkout() or Path.cwd()) / ".env"


def names() -> dict[str, str]:
    """Each field of Settings and the variable that sets it."""
    return {name: _variable(name) for name in Settings.model_fields}


def unknown(variables: list[str]) -> dict[str, str | None]:
    """Variables with our prefix that set nothing, and what was perhaps meant."""
    known = [*names().values()]
    strange = [v for v in variables if v.upper().startswith(_PREFIX) and v.upper() not in known]
    return {v: next(iter(get_close_matches(v.upper(), known, 1)), None) for v in strange}


def _variable(name: str) -> str:
    return "DATABASE_URL" if name == "database_url" else f"{_PREFIX}{name.upper()}"


def _explained(where: str, message: str) -> str:
    variable = next((v for f, v in names().items() if where in (f, v)), where)
    advice = _ADVICE.get(variable, message)
    return f"{variable} is not right: {advice}"


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
}
