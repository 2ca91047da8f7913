"""What a Discord message of components (V2) and a modal can hold, from
discord.com/developers/docs/components/reference: 40 components, nested ones too, and 4,000
characters of text; rows of 5 buttons, labels of 80; selects of 25 options of 100; custom ids of
100. Modal: title and labels 45, 5 components, descriptions 100, inputs of 4,000.

A time is written `<t:1774940520:f>`. Counted in UTF-16 units, which is never less than Discord
counts. Labels are counted as text too, which is more than it does. Texts are shorter than they
could be, so that a question has its place beside its answers, and marks are written around them.
"""

from bot.cards.limits import FormLimits, Limits, Units

DISCORD = Limits(
    message=3_600,
    block=1_900,
    blocks=40,
    heading=150,
    buttons=25,
    row=5,
    button_label=80,
    selects=5,
    options=25,
    option_label=100,
    token=100,
    document=3_400,
    time=20,
    facts=25,
    badges=False,
    nested=True,
    units=Units.UTF16,
    form=FormLimits(
        fields=5,
        title=45,
        label=45,
        help=100,
        value=4_000,
        options=25,
        option_label=100,
        option_value=100,
        prose=1_900,
        prose_is_field=True,
        units=Units.UTF16,
    ),
)
