"""What a Slack message, Home tab and modal can hold, from docs.slack.dev/reference/block-kit: 50
blocks, header 150, section text 3,000, actions of 25 elements, button text 75, 100 options of 75
with values of 150; modal title and submit 24, input label and hint 2,000, plain_text_input 3,000.

All blocks of a message together fail at 13,297 characters (msg_blocks_too_long), of which each
block after the first takes 125 (github.com/slackapi/bolt-js/issues/2509); the text beside at
40,000, in an update at 4,000. A view is at most 250 KB.

Below these: room for what writing adds, such as marks. A time is written `<!date^...^...|...>`.
Actions and selects have no number of their own beyond the 50 blocks.
"""

from dataclasses import replace

from bot.cards.limits import FormLimits, Limits

UPDATE = 4_000  # characters of the text beside the blocks, where a message is updated

SLACK = Limits(
    message=13_100,
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
    document=2_900,
    summary=40_000,
    time=80,
    facts=10,
    badges=False,
    entities=True,
    around=125,
    form=FormLimits(
        fields=98,
        title=24,
        label=2_000,
        help=2_000,
        value=3_000,
        options=100,
        option_label=75,
        option_value=150,
        submit=24,
        prose=2_900,
        payload=120_000,
    ),
)
HOME = replace(SLACK, message=40_000, blocks=100, around=0)
