"""What an Adaptive Card of 28 KB can hold (learn.microsoft.com/microsoftteams, "Format cards in
Teams"); its texts and choices have no limit of their own. A row shows six buttons, further ones
are hidden behind a control.

Chosen by us, for reading: how long one text, label and list is, how many buttons. A button is
written twice, as Action.Execute and as its Action.Submit fallback; a time as
`{{DATE(...)}} {{TIME(...)}}`. A form is a card as well.
"""

from dataclasses import replace

from bot.cards.limits import FormLimits, Json, Limits, Units

SIZE = 27_900  # bytes of a card: of 28 KB, but for what refreshes it

TEAMS = Limits(
    message=16_000,
    block=4_000,
    blocks=60,
    heading=300,
    buttons=24,
    row=6,
    button_label=80,
    selects=5,
    options=100,
    option_label=120,
    token=200,
    document=6_000,
    time=80,
    badges=False,
    units=Units.UTF16,
    payload=20_000,  # of 28 KB; the rest is for the card's own frame, bold words, and menus
    json=Json(block=140, button=110, option=40, button_times=2),
    form=FormLimits(
        fields=20,
        title=100,
        label=200,
        help=1_000,
        value=8_000,
        options=200,
        option_label=120,
        prose=4_000,
        payload=20_000,
        units=Units.UTF16,
    ),
)
# What need not be laid out: a card within these is measured instead, once it is written.
SURELY = replace(TEAMS, payload=0)
# Lists that are as long as they can be fit into one card as well.
SMALLER = replace(TEAMS, block=2_000, options=40, buttons=12, document=4_000, payload=12_000)
