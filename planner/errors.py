"""What can go wrong, as one small tree that callers can catch by its root.

::

    PlannerError
    ├── StructureError(ValueError)     the text is not a usable structure
    ├── ScopeError(ValueError)         sound chemistry that this model does not cover
    ├── ParameterError(ValueError)     a model file is wrong
    ├── ProcedureError(ValueError)     an impossible or over-full procedure
    ├── TableError(ValueError)         a table from outside lacks what is needed
    ├── SimulationError(RuntimeError)  the integrator failed or an invariant broke
    └── InfeasibleError                nothing satisfies the limits

A message is one line: what was given, what was expected, what to do next.
"""

import difflib
from collections.abc import Iterable


class PlannerError(Exception):
    """Anything that the user can mend; the command line exits with 2, the app shows it."""


class StructureError(PlannerError, ValueError):
    """The text given is not a usable structure."""


class ScopeError(PlannerError, ValueError):
    """Sound chemistry that this model does not cover, or that it refuses to plan."""


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
