"""What can go wrong, as one small tree that callers can catch by its root.

::

    PlannerError
    ├── StructureError(ValueError)     the text is not a usable structure
    ├── ScopeError(ValueError)         sound chemistry that this model does not cover
    │   └── RegulatedError             a structure of a regulated family
    ├── ParameterError(ValueError)     a model file is wrong
    ├── ProcedureError(ValueError)     an impossible or over-full procedure
    ├── TableError(ValueError)         a table from outside lacks what is needed
    ├── SimulationError(RuntimeError)  the integrator failed or an invariant broke
    └── InfeasibleError                nothing satisfies the limits

A message is one line: what was given, what was expected, what to do next.
"""

import difflib
import math
import re
from collections.abc import Iterable
from numbers import Real

_FORMULA = re.compile(r"[A-Za-z)\]]\d")
_ENDING = re.compile(r"(ane|ene|yne|al|ol|one|ine|ate|ite|ide)s?$")
_PARTS = re.compile(
    r"meth|eth|prop|but|pent|hex|fluor|chlor|brom|iod|di|tri|tetra|thio|cis|trans|(?<![a-z])[dlrsn](?=-)"
)
"""Parts of names that make another compound, not a slip."""
_COMMA = re.compile(r"\s*[+-]?\d*,\d+\s*[a-zA-Zµμ%]*\s*", re.ASCII)


class PlannerError(Exception):
    """Anything that the user can mend; the command line exits with 2, the app shows it."""

    def __init__(self, message: object = "") -> None:
        """Keep the message one line: characters that would break or steer it are written as escapes."""
        super().__init__("".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(message)))


class StructureError(PlannerError, ValueError):
    """The text given is not a usable structure."""


class ScopeError(PlannerError, ValueError):
    """Sound chemistry that this model does not cover, or that it refuses to plan."""


class RegulatedError(ScopeError):
    """A structure of a regulated family: the whole answer is refused, not only the part that names it."""


class ParameterError(PlannerError, ValueError):
    """A model file holds something that it should not, or lacks something."""


class ProcedureError(PlannerError, ValueError):
    """An impossible or over-full procedure."""


class TableError(PlannerError, ValueError):
    """A table read from outside has missing columns, wrong units or no rows."""


class SimulationError(PlannerError, RuntimeError):
    """The integrator failed or an invariant of the flask broke."""


class InfeasibleError(PlannerError):
    """Nothing within the bounds satisfies the limits."""


def nearest(given: str, known: Iterable[str], *, likeness: float = 0.5) -> str:
    """Say which known word is nearest, as ``" (did you mean 'x'?)"``; nothing when none is that like (0 to 1)."""
    folded = {word.casefold(): word for word in known}
    match = difflib.get_close_matches(given.casefold(), folded, n=1, cutoff=likeness)
    return f" (did you mean {folded[match[0]]!r}?)" if match else ""


def meant(given: str, known: Iterable[str]) -> str:
    """Say which name of a compound was probably meant, as ``nearest`` does; never one of another compound on purpose.

    A slip of the pen is about one letter. Numbers are no slips (they are places, counts or isotopes), nor is an
    ending such as that of an alcohol, nor a formula, where one letter is another element.
    """
    if _FORMULA.search(given):
        return ""
    slips = 1 + len(given) // 12
    alike = [n for n in known if abs(len(n) - len(given)) <= slips and _same_kind(n, given)]
    folded = {name.casefold(): name for name in alike}
    likeness = max(0.75, 1.0 - 1.5 / max(1, len(given)))
    near = difflib.get_close_matches(given.casefold(), folded, n=3, cutoff=likeness)
    found = next((n for n in near if _edits(given.casefold(), n) <= slips), None)
    return "" if found is None else f" (did you mean {folded[found]!r}?)"


def _edits(one: str, other: str) -> int:
    """Count the letters that are too many, too few, wrong or exchanged with their neighbour."""
    before, last = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(row[-1] + 1, last[j] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and (a, one[i - 2]) == (other[j - 2], b):
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _same_kind(name: str, given: str) -> bool:
    """Whether two names have the same numbers, and neither endings nor parts that tell compounds apart."""
    first, second = name.casefold(), given.casefold()
    if re.findall(r"\d", first) != re.findall(r"\d", second):
        return False
    ends = {match.group() for match in map(_ENDING.search, (first, second)) if match}
    parts, others = ({*_PARTS.findall(text)} for text in (first, second))
    return len(ends) < 2 and not (parts - others and others - parts)


def with_point(text: str) -> str:
    """Advise a decimal point where a number is written with a comma; empty for any other text.

    Three digits after the comma may be thousands: then both are named.

    Examples
    --------
    >>> with_point("0,25 g"), with_point("1,250"), with_point("1,2-diol")
    ('; write 0.25 g', '; write 1.250 or 1250', '')
    """
    if not _COMMA.fullmatch(text):
        return ""
    whole, _, part = text.strip().partition(",")
    is_open = re.match(r"\d{3}(?!\d)", part) and re.search(r"[1-9]", whole)
    return f"; write {whole}.{part}" + (f" or {whole}{part}" if is_open else "")


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
