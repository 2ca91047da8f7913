"""Every word that does something after /flow; the likeliest first, as they are suggested."""

from bot.app.commands import admin, beginning, guide, link, looking, pinning, steering, writing
from bot.app.commands.said import Verb
from bot.app.commands.steering import because, offered, plainly
from core.session.verbs import SessionVerb as Can

_ACCEPTED = "You drive this session now. /flow resume brings it to where you are."

VERBS: tuple[Verb, ...] = (
    Verb("list", looking.list_, "list", "your open sessions"),
    Verb("resume", looking.resume, "resume", "the step again, here"),
    Verb("note", writing.note, "note TEXT", "write something down"),
    Verb("summary", looking.summary, "summary", "the ticket note as it reads now", ("ticket",)),
    Verb("help", guide.guide, "help", "what you can type", ("guide", "?")),
    Verb("start", beginning.start, "start WORDS", "begin the flow that fits"),
    Verb("find", beginning.look, "find WORDS", "look for a flow", ("search",)),
    Verb("menu", beginning.menu, "menu", "where to begin", ("home",)),
    Verb("pin", pinning.pin, "pin WORDS", "keep a flow at hand"),
    Verb("unpin", pinning.unpin, "unpin WORDS", "take it off again"),
    Verb("how", looking.how, "how", "how to do this step", ("commands",)),
    Verb("answer", writing.answer, "answer 2", "answer, by number or in words"),
    Verb("back", steering.back, "back", "ask the step before again", ("undo",)),
    Verb("correct", looking.correct, "correct", "change an earlier answer", ("earlier",)),
    Verb("status", looking.status, "status", "where it stands"),
    Verb("time", looking.time, "time", "the time worked"),
    Verb("scratchpad", writing.scratchpad, "scratchpad TEXT", "a free text beside the steps"),
    Verb("pause", because(Can.PAUSE, "Parked."), "pause WHY", "park it", ("park",)),
    Verb("handover", steering.hand_over, "handover NAME", "ask somebody to go on", ("hand-over",)),
    Verb("takeover", steering.take_over, "takeover", "drive it yourself", ("take-over",)),
    Verb("done", steering.finish, "done", "end it, with an outcome", ("finish",)),
    Verb("cancel", because(Can.CANCEL, "Cancelled."), "cancel WHY", "end it without an outcome"),
    Verb("reopen", plainly(Can.REOPEN, "It is open again.", "reason"), "reopen", "go on after all"),
    Verb("custom", writing.custom, "custom TEXT", "a step that the flow lacks", ("custom-step",)),
    Verb("join", looking.join, "join WORDS", "find somebody else's session"),
    Verb("decline", offered(Can.DECLINE, "Declined."), "decline WHY", "turn a hand-over down"),
    Verb("link", link.link, "link", "a code to be the same person in another chat"),
    Verb("admin", admin.admin, "admin", "the members and their roles", ("members",)),
    Verb("accept", offered(Can.ACCEPT, _ACCEPTED), says="take a session over", bare=True),
    Verb(
        "withdraw",
        plainly(Can.WITHDRAW, "The hand-over is withdrawn."),
        says="take a hand-over back",
        bare=True,
    ),
    Verb("move", looking.move, says="let the session live here", bare=True),
    Verb("variables", writing.variables, says="what the flow asks for", bare=True),
    Verb("sample", beginning.sample, says="try a sample session", bare=True),
    Verb(
        "fine",
        plainly(Can.FINE, "Good: the session is completed."),
        says="the fix still holds",
        also=("still-fine",),
        bare=True,
    ),
    Verb(
        "notfine",
        plainly(Can.NOT_FINE, "The session goes on."),
        says="it came back",
        also=("not-fine",),
        bare=True,
    ),
)
WORDS: dict[str, Verb] = {word: verb for verb in VERBS for word in (verb.name, *verb.also)}
