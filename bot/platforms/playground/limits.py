"""What a playground message can hold: the numbers of its API, as Limits."""

from bot.cards.limits import FormLimits, Limits
from bot.platforms.playground import wire

PLAYGROUND = Limits(
    message=wire.MESSAGE_LIMIT,
    block=wire.BLOCK_LIMIT,
    blocks=wire.BLOCKS,
    heading=300,
    buttons=wire.ACTIONS,
    row=wire.ACTIONS,
    button_label=wire.LABEL_LIMIT,
    selects=wire.SELECTS,
    options=wire.OPTIONS,
    option_label=wire.LABEL_LIMIT,
    token=wire.ACTION_BYTES,
    document=wire.MESSAGE_LIMIT,
    summary=wire.TEXT_LIMIT,
    form=FormLimits(
        fields=wire.FIELDS,
        title=100,
        label=200,
        help=1_000,
        value=wire.VALUE_LIMIT,
        options=wire.OPTIONS,
        option_label=200,
    ),
)
