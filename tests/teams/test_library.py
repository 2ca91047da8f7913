"""The usual library takes what this Teams tells and answers for the real one's."""

import pytest
from microsoft_teams.api import Account, ActivityTypeAdapter, ApiClient
from microsoft_teams.api.activities.message.message import MessageActivityInput
from microsoft_teams.api.clients.conversation.params import CreateConversationParams
from microsoft_teams.common.http import Client, ClientOptions

from tests.teams.bot import Bot
from tests.teams.people import DIRECT, Person
from tests.teams.samples import card, message, row, shows, with_fallback
from tests.teams.server import Teams


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_the_library_gets_along_with_it(bot: Bot, teams: Teams, sam: Person) -> None:
    token = (await bot.token()).body["access_token"]
    http = Client(ClientOptions(token=token))
    api = ApiClient(teams.service_url, http)
    who, tenant = Account(id=sam.user.object_id), teams.tenant.id
    made = await api.conversations.create(CreateConversationParams(members=[who], tenant_id=tenant))
    assert made.id == sam.direct.id
    said = await api.conversations.create_activity(made.id, MessageActivityInput(text="Hello"))
    await api.conversations.update_activity(made.id, said.id, MessageActivityInput(text="Good day"))
    assert [each.text for each in sam.sees(DIRECT)] == ["Good day"]
    await api.reactions.add(made.id, said.id, "like")
    [member] = await api.conversations.get_members(made.id)
    assert member.id == sam.user.id
    await api.conversations.delete_activity(made.id, said.id)
    assert sam.sees(DIRECT) == []
    await http.http.aclose()


async def test_the_library_understands_what_is_told(bot: Bot, teams: Teams) -> None:
    sam, ada = teams.person("sam"), teams.person("ada")
    id = await bot.says("support", message(row(with_fallback("Yes"))))
    bot.answers["adaptiveCard/action"] = shows(card())
    await sam.presses(id, "Yes")
    sam.reacts(id, "like")
    post = await sam.types("start", "support")
    sam.edits(post.id, "stop")
    sam.deletes(post.id)
    sam.undoes(post.id)
    ada.uninstalls("support")
    ada.installs("support")
    ada.archives("support")
    await teams.delivery.settled()
    kinds = {type(ActivityTypeAdapter.validate_python(each)).__name__ for each in bot.heard}
    assert kinds == {
        "AdaptiveCardInvokeActivity",
        "MessageReactionActivity",
        "MessageActivity",
        "MessageUpdateActivity",
        "MessageDeleteActivity",
        "ConversationUpdateActivity",
        "InstalledActivity",
        "UninstalledActivity",
    }
