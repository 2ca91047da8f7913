"""The rules of writing things down: notes, files, the scratchpad, variables."""

import re
from dataclasses import replace

from core.errors import Because, Refusal
from core.session.deeds import (
    Attached,
    NoteAdded,
    NoteDeleted,
    NoteEdited,
    NoteKeptOut,
    ScratchpadSaved,
    VariablesSet,
)
from core.session.scene import EVERYTHING, STEP, Moved, Scene, moved
from core.session.state import Session
from core.session.trail import Entry
from core.session.variables import accepted, updated
from core.text import NOTE_LIMIT, cleaned

NAME_LIMIT = 200  # characters of a file's name, or an author's
# RFC 6838, 4.2: what a type and a subtype may be called.
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


def note_added(scene: Scene, deed: NoteAdded) -> Moved | Refusal:
    """A note is taken in every status: what somebody wrote down is never turned away."""
    text = _written(deed.text)
    if isinstance(text, Refusal):
        return text
    kept = replace(deed, text=text, author=_author(deed.author))
    return moved(scene, scene.session, deed=kept)


def note_edited(scene: Scene, deed: NoteEdited) -> Moved | Refusal:
    """The note says something else from now on; the trail keeps what it said."""
    note = _note(scene, deed.of)
    text = _written(deed.text)
    if isinstance(note, Refusal):
        return note
    if isinstance(text, Refusal):
        return text
    if not isinstance(note.deed, NoteAdded):
        return Refusal(Because.INVALID, "A file has no text to change. Add a note instead.")
    return moved(scene, scene.session, deed=replace(deed, text=text))


def note_touched(scene: Scene, deed: NoteDeleted | NoteKeptOut) -> Moved | Refusal:
    """The note is taken back, or stays out of the ticket."""
    note = _note(scene, deed.of)
    return note if isinstance(note, Refusal) else moved(scene, scene.session)


def attached(scene: Scene, deed: Attached) -> Moved | Refusal:
    """A file belongs to the step of the moment."""
    kept = replace(
        deed,
        name=file_name(deed.name),
        media_type=media_type(deed.media_type),
        author=_author(deed.author),
    )
    return moved(scene, scene.session, deed=kept)


def file_name(said: str) -> str:
    """A file's name as data: one line without folders, its end kept where it is too long."""
    name = " ".join(cleaned(said).replace("\\", "/").rsplit("/", 1)[-1].split())
    name = name[-NAME_LIMIT:]
    return name if name.strip(" .") else "file"


def media_type(said: str) -> str:
    """What a file is said to be, without parameters; bytes, where that is no media type."""
    bare = said.partition(";")[0].strip().lower()
    return bare if _MEDIA_TYPE.fullmatch(bare) else "application/octet-stream"


def scratchpad_saved(scene: Scene, deed: ScratchpadSaved) -> Moved | Refusal:
    """The scratchpad's newest text is the one that counts; it may be empty."""
    text = cleaned(deed.text)
    if len(text) > NOTE_LIMIT:
        return _too_long(text)
    session = replace(scene.session, scratchpad=scene.session.revision + 1)
    return moved(scene, session, deed=replace(deed, text=text))


def variables_set(scene: Scene, deed: VariablesSet) -> Moved | Refusal:
    """Variables can be set at any time, even once the session is completed."""
    session = scene.session
    values = accepted(scene.flow, deed.values)
    if isinstance(values, Refusal):
        return values
    variables = updated(session.variables, values)
    changed = replace(session, variables=variables, client=deed.client or session.client)
    effects = STEP if _client(changed) == _client(session) else EVERYTHING
    return moved(scene, changed, *effects, deed=replace(deed, values=values))


def _client(session: Session) -> tuple[object, str | None]:
    """Whose session it is, which its header says."""
    return session.client, session.variables.get("client")


def _author(said: str) -> str:
    return " ".join(cleaned(said).split())[:NAME_LIMIT]


def _written(text: str) -> str | Refusal:
    text = cleaned(text)
    if not text:
        return Refusal(Because.INVALID, "An empty note says nothing. Type something, then send it.")
    return text if len(text) <= NOTE_LIMIT else _too_long(text)


def _too_long(text: str) -> Refusal:
    return Refusal(
        Because.INVALID,
        f"That is {len(text):,} characters long; {NOTE_LIMIT:,} is the most. "
        "Attach it as a file, or send it in parts.",
    )


def _note(scene: Scene, of: int) -> Entry | Refusal:
    past = scene.event.past
    if past is None or past.seq != of or not isinstance(past.deed, NoteAdded | Attached):
        return Refusal(Because.NOT_FOUND, "There is no such note in this session.")
    return past
