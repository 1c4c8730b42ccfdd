"""Given: what comes from outside and may be anything: how a message shows it, and the number that it is.

A message stays one line of printable letters, whatever the value's own ``repr`` does.
"""

import math
from numbers import Real

LONGEST = 60
"""Letters of a value that a message shows."""


def shown(value: object) -> str:
    r"""Write a value for a message: its ``repr`` on one line, cut; its type where it has none.

    Examples
    --------
    >>> shown([1.5, "C\nN"]), shown(10**5000)
    ("[1.5, 'C\\nN']", 'a value of type int')
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever an object raises when it is asked what it is
        text = f"a value of type {type(value).__name__}"
    line = "".join(letter if letter.isprintable() else "?" for letter in text[: LONGEST + 1])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


def finite(value: object) -> float | None:
    """Take a real number that a float can hold; None for all else (true and false are no numbers)."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except Exception:  # a fraction of 400 digits, or an object that only says that it is a number
        return None
    return number if math.isfinite(number) else None


def is_name(value: object) -> bool:
    """Tell whether a value can be a name: printable text that is not blank, of a line's length at most."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable() and len(value) <= LONGEST
