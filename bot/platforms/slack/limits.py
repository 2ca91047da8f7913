"""What a Slack message and modal can hold, from docs.slack.dev/reference/block-kit: 50 blocks,
header 150, section text 3,000, actions of 25 elements, button text 75, 100 options of 75 with
values of 150; modal title and submit 24, input label and hint 2,000, plain_text_input 3,000. All
blocks together fail at about 13,200 characters (msg_blocks_too_long, seen); the text beside at
40,000.

Below these: room for what writing adds, such as marks. A time is written `<!date^...^...|...>`.
Actions and selects have no number of their own beyond the 50 blocks.
"""

from bot.cards.limits import FormLimits, Limits

SLACK = Limits(
    message=12_000,
    block=2_900,
    blocks=50,
    heading=150,
    buttons=25,
    row=25,
    button_label=75,
    selects=10,
    options=100,
    option_label=75,
    token=150,
    document=11_000,
    summary=40_000,
    time=80,
    facts=10,
    badges=False,
    entities=True,
    form=FormLimits(
        fields=50,
        title=24,
        label=2_000,
        help=2_000,
        value=3_000,
        options=100,
        option_label=75,
        option_value=150,
        submit=24,
        prose=2_900,
    ),
)
