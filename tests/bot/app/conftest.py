"""Fixtures of the use cases."""

import pytest

from tests.bot.app.talking import Talk
from tests.company import Company


@pytest.fixture
def talk(company: Company) -> Talk:
    """The company's chat."""
    return Talk(company)
