"""The reductive amination planner: one alkyl group on a nitrogen (or two, or three) and not the mixture."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.version import VERSION

if TYPE_CHECKING:
    from planner.calibration.learning import calibrate as calibrate
    from planner.calibration.networks import (
        LogNormal as LogNormal,
        Problem as Problem,
        fit_network as fit_network,
        network_draws as network_draws,
    )
    from planner.calibration.next_experiment import next_experiment as next_experiment
    from planner.calibration.runs import read_runs as read_runs
    from planner.comparisons.comparing import compare as compare
    from planner.errors import (
        InfeasibleError as InfeasibleError,
        ParameterError as ParameterError,
        PlannerError as PlannerError,
        ProcedureError as ProcedureError,
        ScopeError as ScopeError,
        SimulationError as SimulationError,
        StructureError as StructureError,
        TableError as TableError,
    )
    from planner.flask.procedure import Procedure as Procedure
    from planner.flask.schedule import Segment as Segment
    from planner.flask.simulate import (
        Arrhenius as Arrhenius,
        simulate_network as simulate_network,
    )
    from planner.library.screening import screen as screen
    from planner.mechanism.network import Network as Network, Reaction as Reaction, Species as Species
    from planner.mixtures.identification import identify as identify
    from planner.mixtures.purification import purification as purification
    from planner.mixtures.species import expected_species as expected_species
    from planner.model.parameters import load_model as load_model
    from planner.plans.planning import recommend as recommend
    from planner.predictions.prediction import predict as predict
    from planner.rings.planning import recommend_cyclization as recommend_cyclization
    from planner.rings.prediction import cyclize as cyclize
    from planner.structures.sites import find_sites as find_sites

__version__ = VERSION

_HOMES = {
    "Arrhenius": "flask.simulate",
    "InfeasibleError": "errors",
    "LogNormal": "calibration.networks",
    "Network": "mechanism.network",
    "ParameterError": "errors",
    "PlannerError": "errors",
    "Problem": "calibration.networks",
    "Procedure": "flask.procedure",
    "ProcedureError": "errors",
    "Reaction": "mechanism.network",
    "ScopeError": "errors",
    "Segment": "flask.schedule",
    "SimulationError": "errors",
    "Species": "mechanism.network",
    "StructureError": "errors",
    "TableError": "errors",
    "calibrate": "calibration.learning",
    "compare": "comparisons.comparing",
    "cyclize": "rings.prediction",
    "expected_species": "mixtures.species",
    "find_sites": "structures.sites",
    "fit_network": "calibration.networks",
    "identify": "mixtures.identification",
    "load_model": "model.parameters",
    "network_draws": "calibration.networks",
    "next_experiment": "calibration.next_experiment",
    "predict": "predictions.prediction",
    "purification": "mixtures.purification",
    "read_runs": "calibration.runs",
    "recommend": "plans.planning",
    "recommend_cyclization": "rings.planning",
    "screen": "library.screening",
    "simulate_network": "flask.simulate",
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
