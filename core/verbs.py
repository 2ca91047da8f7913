"""What can be pressed outside of a session's step: starting, finding one's way, the account.

Names go into buttons' tokens, as those of core/session/verbs.py do, and are none of theirs.
"""

from collections.abc import Mapping
from enum import StrEnum


class ProductVerb(StrEnum):
    """A verb of the product. Behind each: what its token's argument is."""

    START = "start"  # a flow's id, as 32 hex digits
    START_ANYWAY = "start-anyway"  # the same, although somebody is on it; see START_FROM
    START_FROM = "start-from"  # what a message is kept under: asks for the flow to start about it
    SAMPLE = "sample"  # none: begins the sample session
    JOIN = "join"  # none, in the session to join: shows where it is
    OPEN = "open"  # none, or “resume”, in the session to go on with here
    MOVE = "move"  # none, in the session that is to live where the button is
    MENU = "menu"  # none
    LIST = "list"  # none
    FIND = "find"  # none: asks for words
    PIN = "pin"  # a flow's id, as 32 hex digits; none: asks which
    GUIDE = "guide"  # none
    READ_ON = "read-on"  # a page's number: what did not fit into the message
    NOTE_FILE = "note-file"  # md, html: the ticket note as a file in the thread
    NOTE_TO = "note-to"  # what a message is kept under: asks for the session it is a note of
    KEEP_OUT = "keep-out"  # a trail entry's number
    LINK = "link"  # none: a code for another platform
    LINK_WORKSPACE = "link-workspace"  # none
    MEMBERS = "members"  # none
    ROLE = "role"  # a person's id, as 32 hex digits


PRODUCT_LABELS: Mapping[ProductVerb, str] = {
    ProductVerb.START: "Start",
    ProductVerb.START_ANYWAY: "Start anyway",
    ProductVerb.START_FROM: "Start a flow from it…",
    ProductVerb.SAMPLE: "Try a sample session",
    ProductVerb.JOIN: "Join",
    ProductVerb.OPEN: "Go on",
    ProductVerb.MOVE: "Move it here",
    ProductVerb.MENU: "Menu",
    ProductVerb.LIST: "Open sessions",
    ProductVerb.FIND: "Find a flow…",
    ProductVerb.PIN: "Pin a flow…",
    ProductVerb.GUIDE: "What can I type?",
    ProductVerb.READ_ON: "Read on",
    ProductVerb.NOTE_FILE: "Note as a file",
    ProductVerb.NOTE_TO: "Add as note…",
    ProductVerb.KEEP_OUT: "Keep out",
    ProductVerb.LINK: "Link another chat…",
    ProductVerb.LINK_WORKSPACE: "Link another workspace…",
    ProductVerb.MEMBERS: "Members",
    ProductVerb.ROLE: "Change the role…",
}
