"""Bench flags: what of a mixture decides which steps its purification has, and how far the pH may go."""

from collections.abc import Iterator, Mapping, Sequence

from planner.mixtures.flask_flags import flags_of
from planner.mixtures.phases import Solute, extracted
from planner.mixtures.properties import Properties
from planner.mixtures.scheme import Scheme
from planner.mixtures.separation import Craft
from planner.mixtures.species import ExpectedSpecies
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.predictions.prediction import Prediction
from planner.structures.products import has_pattern
from planner.structures.sensitive import harmed_by

NEUTRAL_PH, STRONG_PH, BISULFITE_PH = 7.0, 12.0, 5.0
ALKALINE_PH = 10.0
"""Lowest where an aminonitrile may be: below it hydrogen cyanide leaves the water."""
LOWEST_PH, MILD_BASE_PH, CARBONATE_PH = 3.0, 9.0, 10.5
ORGANIC = 0.8
"""Share of a compound in the solvent from which it is said to stay there."""
WORTH = 0.05
"""Of a compound in the first layer from which two windows are better than one."""
FINISH = "borohydride"
"""Quench of a procedure in which sodium borohydride reduces what imine is left."""


def quench_of(prediction: Prediction) -> str:
    """Name the quench of ``workup.toml`` that ends a procedure: the reductant's, milder where acid would harm."""
    model, procedure = prediction.model, prediction.procedure
    quench = model.workup.quench(model.reductant(procedure.reductant).quench)
    if procedure.quench == FINISH:
        quench = model.workup.quench(quench.after_borohydride)
    is_harmed = quench.is_acid and _harmed("acid", prediction)
    return quench.milder if is_harmed and quench.milder else quench.name


def _harmed(harm: str, prediction: Prediction) -> bool:
    """Whether a harm reaches the amine or the wanted product."""
    there = (prediction.pair.amine.smiles, *prediction.pair.isomers(prediction.target))
    return any(harmed_by(harm, smiles, prediction.model) for smiles in there)


def mixture_flags(
    prediction: Prediction,
    species: Sequence[ExpectedSpecies],
    there: Sequence[ExpectedSpecies],
    own: Mapping[str, Properties],
    craft: Craft,
) -> Iterator[str]:
    """List what holds of a mixture whatever the windows."""
    kinds, wanted = {s.kind for s in species}, there[0]
    flask = flags_of(prediction.pair, prediction.model, prediction.procedure)
    has_cyanide = "cyanide" in flask
    if has_cyanide:
        yield "cyanide"
        if "aminonitrile" in kinds:
            yield "aminonitrile"
    elif not _harmed("acid", prediction):
        yield "acid"
    if _harmed("base extraction", prediction):
        yield "base extraction"
    if any(s.kind == "carbonyl" for s in there) and "aldehyde" in flask:
        yield "carbonyl left"
    if "N-oxide" in kinds:
        yield "N-oxide"
    if "borane" in flask and quench_of(prediction) != "acid":
        yield "borane"
    if "oligomer" in kinds:
        yield "oligomer"
    if any(s.kind == "amine" and has_pattern(s.smiles, "[NX3;H2]-[#6]") for s in there) and not has_pattern(
        wanted.smiles, "[NX3;H2]-[CX4]"
    ):
        yield "primary amine left"
    if own[wanted.name].pKaH and own[wanted.name].pKaH[0] > NEUTRAL_PH:
        yield "basic target"
    if own[wanted.name].log_p < craft.number("polar"):
        yield "polar target"
    if (boils := boils_at(wanted, prediction.model)) is not None and boils < craft.number("distils_below"):
        yield "volatile"


def boils_at(wanted: ExpectedSpecies, model: Model) -> float | None:
    """Boiling point by the catalogue [C]."""
    entry = entry_of(wanted.smiles, model.catalogue)
    return None if entry is None else entry.boiling_point_C


def allowed_span(prediction: Prediction, flags: set[str]) -> tuple[float, float]:
    """Bound the pH of the windows: no acid with cyanide or acid-labile groups, no strong base where it harms."""
    low = LOWEST_PH if "acid" in flags else ALKALINE_PH if "aminonitrile" in flags else NEUTRAL_PH
    high = STRONG_PH
    if _harmed("strong base", prediction):
        high = CARBONATE_PH
    if _harmed("base", prediction):
        high = MILD_BASE_PH
    return low, max(high, low + 1.0)


def window_flags(
    scheme: Scheme,
    taken: float,
    own: Mapping[str, Properties],
    wanted: tuple[str, Solute],
    flags: set[str],
    craft: Craft,
) -> Iterator[str]:
    """List what the windows bring.

    Parameters
    ----------
    scheme, taken
        The windows, and the moles of other amines in the first layer.
    own, wanted
        Properties by name; name of the target and how it parts.
    flags, craft
        What holds already, and the numbers.
    """
    if "aminonitrile" not in flags:
        yield "two windows" if scheme.kept != "B" or taken > WORTH else "one window"
    if scheme.difficulty >= craft.number("hard"):
        yield "hard"
    if scheme.neighbour:
        apart = abs(own[wanted[0]].log_p - own[scheme.neighbour].log_p)
        if apart >= craft.number("log_p_apart"):
            yield "logP apart"
    if float(extracted(wanted[1], BISULFITE_PH, portions=1, volume=1.0)) > ORGANIC:
        yield "stays organic"
