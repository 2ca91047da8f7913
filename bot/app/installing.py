"""The product was installed into a workspace: it is linked to an account, or said how it can be."""

from bot.app.chat import Chat
from bot.app.home import greeting
from bot.app.membership import Joined, Member, Visitor, enter, identify
from bot.app.membership import issue_installation_code as issue_installation_code
from bot.port import Answer, Installed
from core.errors import Refusal
from core.views import NoticeView

_UNLINKED = (
    "I am installed in {name}, but it is not linked to an account yet. If your company uses "
    "ResolutionFlow in another workspace, ask a team admin there to type /flow link workspace; if "
    "not, ask whoever runs the server for an installation code. Then type /flow link and the code "
    "here."
)


async def installed(chat: Chat, inbound: Installed) -> Answer:
    """What the installer is told: of their code, and how to begin; where we had been before, what
    waited to be shown is sent. Raises StorageError.
    """
    by = inbound.by
    name = inbound.workspace_name
    await chat.desk.storage.outbox.let_in(by.platform, by.workspace)
    chat.desk.woken.set()
    visitor = Visitor(by.platform, by.workspace, by.user, by.name, by.guest, name)
    told: tuple[NoticeView, ...] = ()
    if inbound.code.strip():
        entered = await enter(chat.desk, visitor, inbound.code)
        told = (NoticeView(entered.message),)
        if isinstance(entered, Joined):
            return await _greeted(chat, entered.member, told)
    home = await chat.desk.storage.installation.home(by.platform, by.workspace)
    if home is None:
        return Answer(whispers=(*told, NoticeView(_UNLINKED.format(name=name or "here"))))
    member = await identify(chat.desk, visitor)
    if isinstance(member, Refusal):
        return Answer(whispers=(*told, NoticeView(member.message)))
    return await _greeted(chat, member, told)


async def _greeted(chat: Chat, member: Member, told: tuple[NoticeView, ...]) -> Answer:
    hello = await greeting(chat, member)
    return Answer(whispers=(*told, *hello.whispers))
