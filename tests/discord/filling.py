"""What a client does with the inputs of a modal: takes values of the right kind, and says what is
missing before anything is sent.
"""


class Impossible(Exception):
    """No client lets anybody do that; the message says what is in the way."""
