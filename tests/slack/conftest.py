"""A Slack of the test's own, an app on the other end of it, and the usual client."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clock import HandClock
from tests.slack.server import Slack, serving


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[Slack]:
    async with serving(Slack(clock=clock)) as made:
        yield made


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    """The bot's, without any retries."""
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
