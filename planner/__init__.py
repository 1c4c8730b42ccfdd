"""The reductive amination planner: one alkyl group on a nitrogen (or two, or three) and not the mixture."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.errors import (
        InfeasibleError as InfeasibleError,
    )
    from planner.errors import (
        ParameterError as ParameterError,
    )
    from planner.errors import (
        PlannerError as PlannerError,
    )
    from planner.errors import (
        ProcedureError as ProcedureError,
    )
    from planner.errors import (
        ScopeError as ScopeError,
    )
    from planner.errors import (
        SimulationError as SimulationError,
    )
    from planner.errors import (
        StructureError as StructureError,
    )
    from planner.errors import (
        TableError as TableError,
    )
    from planner.parameters import load_model as load_model
    from planner.prediction import predict as predict
    from planner.procedure import Procedure as Procedure
    from planner.recommendation import recommend as recommend
    from planner.sites import find_sites as find_sites

__version__ = "0.1.0"

_HOMES = {
    "InfeasibleError": "errors",
    "ParameterError": "errors",
    "PlannerError": "errors",
    "Procedure": "procedure",
    "ProcedureError": "errors",
    "ScopeError": "errors",
    "SimulationError": "errors",
    "StructureError": "errors",
    "TableError": "errors",
    "find_sites": "sites",
    "load_model": "parameters",
    "predict": "prediction",
    "recommend": "recommendation",
}
__all__ = [  # noqa: PLE0604 - the names are the keys above and the version
    *sorted(_HOMES),
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``planner --help`` does not load RDKit."""
    if name in _HOMES:
        return getattr(import_module(f"planner.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'planner' has no attribute {name!r}")
