"""What Slack is told when it hands something in, and what of the answer is then left to carry out.

https://docs.slack.dev/surfaces/modals#response_actions, .../external-data-source select menus
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.platforms.slack import modal
from bot.platforms.slack.carry import PLACE, about, whispers
from bot.platforms.slack.controls import plain
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.modal import MetadataTooLarge
from bot.port import NOTHING, Answer, Form
from core.text import shortened
from core.views import NoticeView

OPTIONS, OPTION_TEXT, OPTION_VALUE = 100, 75, 150
Acknowledged = tuple[Mapping[str, Any] | None, Answer]
_DONE = "Done."
_TOO_MUCH = "That is more than a form of Slack's can carry to its next page. Shorten it here."


def plainly(answer: Answer) -> Acknowledged:
    """Nothing is told yet."""
    return None, answer


def with_a_whisper(answer: Answer) -> Acknowledged:
    """A command's only whisper needs no call of its own."""
    told = whispers(answer)
    if len(told) != 1:
        return None, answer
    return {"response_type": "ephemeral", **told[0]}, replace(answer, whispers=())


def with_options(answer: Answer) -> Acknowledged:
    """The entries of a list; what is too long to be picked is left to typing."""
    options = [
        {"text": plain(shortened(each.label, OPTION_TEXT)), "value": each.text}
        for each in answer.suggestions
        if 0 < len(each.text) <= OPTION_VALUE and each.label
    ]
    return {"options": options[:OPTIONS]}, NOTHING


def of_form(view: Mapping[str, Any], answer: Answer) -> Acknowledged:
    """What becomes of a form that was sent; empty means that it closes."""
    if answer.errors:
        errors = modal.errors(view, answer.errors)
        if errors:
            return {"response_action": "errors", "errors": errors}, answer
        told = modal.told("Not saved", "\n".join(answer.errors.values()))
        return _updated(told), answer
    if answer.form is not None:
        try:
            return _updated(_next(view, answer.form)), replace(answer, form=None)
        except MetadataTooLarge:
            errors = modal.errors(view, {"": _TOO_MUCH})
            return {"response_action": "errors", "errors": errors}, replace(answer, form=None)
    return None, answer


def meanwhile() -> Mapping[str, Any]:
    """A form stays open and says that it is being saved."""
    return _updated(modal.loading("Saving"))


def late(view: Mapping[str, Any] | None, answer: Answer, handle: Handle) -> Mapping[str, Any]:
    """What such a form shows in the end; what was typed into it is in it again, if it must be."""
    if answer.form is not None and view is not None:
        try:
            return _next(view, answer.form)
        except MetadataTooLarge:
            return modal.refilled(view, _TOO_MUCH)
    if answer.form is not None:
        return modal.modal(answer.form, about(handle))
    if answer.errors and view is not None:
        return modal.refilled(view, "\n".join(answer.errors.values()))
    sentences = [shown.text for shown in answer.whispers if isinstance(shown, NoticeView)]
    return modal.told("ResolutionFlow", "\n".join(sentences) or _DONE)


def unsaid(answer: Answer) -> Answer:
    """What is left of an answer that `late` has shown: what it could not say."""
    whispers = tuple(
        shown for shown in answer.whispers if not isinstance(shown, NoticeView) or shown.choices
    )
    return replace(answer, form=None, errors={}, whispers=whispers)


def unseen(answer: Answer) -> Answer:
    """An answer whose form was closed before it could be shown: what is wrong is whispered."""
    if not answer.errors:
        return answer
    wrong = NoticeView("\n".join(answer.errors.values()))
    return replace(answer, errors={}, whispers=(*answer.whispers, wrong))


def _next(view: Mapping[str, Any], form: Form) -> Mapping[str, Any]:
    """The form's next page, or another form."""
    page, was = modal.following(view), modal.about(view)
    place = {name: was[name] for name in PLACE if name in was}
    if not page:
        return modal.modal(form, place)
    return modal.modal(form, place, page=page, earlier=modal.values(view))


def _updated(view: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"response_action": "update", "view": view}
