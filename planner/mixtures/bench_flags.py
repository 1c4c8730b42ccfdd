"""Bench flags: what of a mixture decides which steps its purification has, and how far the pH may go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.flask.quenching import Harmed, chosen_quench, harmed_groups
from planner.mixtures import solubility
from planner.mixtures.flask_flags import flags_of
from planner.mixtures.phases import Solute, extracted
from planner.mixtures.properties import Properties
from planner.mixtures.residues import RESIDUE, strips_away
from planner.mixtures.scheme import Scheme
from planner.mixtures.separation import Craft
from planner.mixtures.species import ExpectedSpecies
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.model.workup import Quench
from planner.predictions.prediction import Prediction
from planner.structures.products import has_pattern
from planner.structures.sensitive import is_volatile

NEUTRAL_PH, STRONG_PH, ACID_PH = 7.0, 12.0, 2.0
BISULFITE_PH = (4.0, 5.0)
"""Lowest and highest of saturated sodium hydrogensulfite."""
ALKALINE_PH = 10.0
"""Lowest where an aminonitrile may be: below it hydrogen cyanide leaves the water."""
LOWEST_PH, MILD_BASE_PH, CARBONATE_PH = 3.0, 9.0, 10.5
ORGANIC = 0.8
"""Share of a compound in the solvent from which it is said to stay there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How the run ends, and what the work-up must mind."""

    quench: Quench
    harmed: Harmed


def ending_of(prediction: Prediction, sensitive: Iterable[str] = ()) -> Ending:
    """Choose how the procedure of a prediction ends, as its sheet does; see ``flask.quenching``."""
    harmed = harmed_groups(prediction.pair, prediction.model, prediction.target, sensitive)
    return Ending(quench=chosen_quench(prediction.model, prediction.procedure, harmed), harmed=harmed)


def mixture_flags(
    prediction: Prediction,
    kinds: frozenset[str],
    there: Sequence[ExpectedSpecies],
    own: Mapping[str, Properties],
    ending: Ending,
    craft: Craft,
) -> Iterator[str]:
    """List what holds of a mixture whatever the windows."""
    wanted = there[0]
    flask = flags_of(prediction.pair, prediction.model, prediction.procedure)
    has_cyanide = "cyanide" in flask
    is_primary = any(s.kind == "amine" and has_pattern(s.smiles, "[NX3;H2]-[#6]") for s in there)
    boils = boils_at(wanted.smiles, prediction.model)
    holds = {
        "cyanide": has_cyanide,
        "aminonitrile": has_cyanide and "aminonitrile" in kinds,
        "acid": not has_cyanide and not ending.harmed["acid"],
        "base extraction": bool(ending.harmed["base extraction"]),
        "strong base": bool(ending.harmed["base"] or ending.harmed["strong base"]),
        "acid water": ending.quench.is_acid,
        "own layer": prediction.procedure.solvent in prediction.model.workup.immiscible,
        "mixes": _mixes(prediction),
        "does not strip": _mixes(prediction) and not _strips(prediction, craft),
        "neutrals left": any(not own[s.name].pKaH and not own[s.name].pKa for s in there[1:]),
        "residue": any(s.kind == RESIDUE for s in there),
        "residue strips": any(strips_away(s, craft) for s in there),
        "neutral acid": bool(own[wanted.name].pKa) and solubility.is_neutral_somewhere(own[wanted.name]),
        "carbonyl left": any(s.kind == "carbonyl" for s in there) and "aldehyde" in flask,
        "N-oxide": "N-oxide" in kinds,
        "borane": "borane" in flask and not ending.quench.is_acid,
        "oligomer": "oligomer" in kinds,
        "primary amine left": is_primary and not has_pattern(wanted.smiles, "[NX3;H2]-[CX4]"),
        "basic target": bool(own[wanted.name].pKaH) and own[wanted.name].pKaH[0] > NEUTRAL_PH,
        "polar target": own[wanted.name].log_p < craft.number("polar"),
        "leaves with solvent": is_volatile(wanted.smiles, prediction.model),
        "volatile": boils is not None and boils < craft.number("distils_below"),
    }
    yield from (flag for flag, is_so in holds.items() if is_so)


def _mixes(prediction: Prediction) -> bool:
    """Whether the solvent of the flask mixes with water, and is not water."""
    return prediction.procedure.solvent not in {*prediction.model.workup.immiscible, "water", "neat"}


def _strips(prediction: Prediction, craft: Craft) -> bool:
    """Whether the solvent of the flask leaves under reduced pressure."""
    boils = prediction.model.solvent(prediction.procedure.solvent).boiling_point_C
    return boils is None or boils <= craft.number("strips_below")


def boils_at(smiles: str, model: Model) -> float | None:
    """Boiling point by the catalogue [C]."""
    entry = entry_of(smiles, model.catalogue)
    return None if entry is None else entry.boiling_point_C


def allowed_span(ending: Ending, flags: set[str]) -> tuple[float, float]:
    """Bound the pH of the windows: no acid with cyanide or acid-labile groups, no strong base where it harms."""
    low = LOWEST_PH if "acid" in flags else ALKALINE_PH if "aminonitrile" in flags else NEUTRAL_PH
    high = STRONG_PH
    if ending.harmed["strong base"]:
        high = CARBONATE_PH
    if ending.harmed["base"]:
        high = MILD_BASE_PH
    return low, max(high, low + 1.0)


def window_flags(
    scheme: Scheme,
    own: Mapping[str, Properties],
    wanted: tuple[str, Solute],
    flags: set[str],
    craft: Craft,
) -> Iterator[str]:
    """List what the windows bring.

    Parameters
    ----------
    scheme
        The windows.
    own, wanted
        Properties by name; name of the target and how it parts.
    flags, craft
        What holds already, and the numbers.
    """
    if "aminonitrile" not in flags:
        yield "one window" if scheme.low is None else "two windows"
    if scheme.difficulty >= craft.number("hard"):
        yield "hard"
    if scheme.neighbour:
        apart = abs(own[wanted[0]].log_p - own[scheme.neighbour].log_p)
        if apart >= craft.number("log_p_apart"):
            yield "logP apart"
    yield from _acid_flags(wanted[1], flags)


def _acid_flags(wanted: Solute, flags: set[str]) -> Iterator[str]:
    """List what follows from how much of the target acid takes out of a layer."""
    is_kept = in_layer(wanted, ACID_PH) > 1.0 - ORGANIC
    stays = is_kept and min(in_layer(wanted, pH) for pH in BISULFITE_PH) > ORGANIC
    is_washed = stays and flags >= {"acid", "carbonyl left"} and not flags & {"cyanide", "base extraction"}
    if is_kept:
        yield "not into acid"
    if stays:
        yield "stays organic"
    if is_washed:
        yield "bisulfite"
    is_own = "own layer" in flags and "cyanide" not in flags and (is_kept or "acid" not in flags)
    if is_own or is_washed:
        yield "kept layer"


def in_layer(solute: Solute, pH: float) -> float:
    """Share of a compound that a layer keeps over as much water of a pH."""
    return float(extracted(solute, pH, portions=1, volume=1.0))
