"""Crude: what of a run's mixture a purification has to part, the windows that part it, and how hard that is.

Solutes are what the model computes above half a per cent of the amine, and the base that an amine-borane leaves. Where
any isomer of the degree will do, the other isomers are no neighbours of the one that stands for them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.mixtures.bench_flags import Ending, allowed_span, ending_of, mixture_flags
from planner.mixtures.by_products import load_by_products
from planner.mixtures.flask_flags import flags_of
from planner.mixtures.phases import Solute
from planner.mixtures.properties import Properties, properties_of
from planner.mixtures.residues import residues_of, strips_away
from planner.mixtures.scheme import Scheme, choose
from planner.mixtures.separation import Craft, Extractant, load_separation
from planner.mixtures.species import ExpectedSpecies, computed_species
from planner.predictions.prediction import Prediction


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Crude:
    """A mixture that is to be parted."""

    there: tuple[ExpectedSpecies, ...]
    """The target, then what is with it."""
    own: Mapping[str, Properties]
    """By name."""
    solutes: Mapping[str, tuple[float, Solute]]
    """Mol per mol of amine, and how it parts, by name."""
    solvent: Extractant
    ending: Ending
    flags: frozenset[str]
    """What holds whatever the windows."""
    scheme: Scheme


def read_crude(
    prediction: Prediction,
    species: Sequence[ExpectedSpecies],
    kinds: frozenset[str],
    sensitive: Iterable[str] = (),
    isomer: str | None = None,
) -> Crude:
    """Find the target and its neighbours, and choose the windows.

    Parameters
    ----------
    prediction
        Of the run.
    species
        What the model computes of it, by-products or not.
    kinds
        Of all that may be there.
    sensitive, isomer
        As in ``purify``.

    Raises
    ------
    ProcedureError
        If the run cannot be ended as its procedure says.
    """
    craft, model = load_separation(), prediction.model
    wanted = _wanted(species, prediction, isomer)
    there = (wanted, *_beside((*species, *residues_of(prediction)), wanted, craft))
    own = {s.name: properties_of(s.smiles, model, craft) for s in there}
    solvent = craft.solvent("MTBE" if own[wanted.name].log_p >= craft.number("polar") else "DCM")
    ending = ending_of(prediction, sensitive)
    flags = set(mixture_flags(prediction, kinds, there, own, ending, craft))
    solutes = {s.name: (mean_amount(s), own[s.name].solute(solvent, craft)) for s in there}
    alike = isomer is None
    amines = {
        s.name: solutes[s.name]
        for s in there[1:]
        if own[s.name].pKaH
        and not strips_away(s, craft)
        and not (alike and s.degree == wanted.degree and s.kind == "product")
    }
    return Crude(
        there=there,
        own=own,
        solutes=solutes,
        solvent=solvent,
        ending=ending,
        flags=frozenset(flags),
        scheme=choose(solutes[wanted.name], amines, allowed_span(ending, flags), craft),
    )


def difficulty(
    prediction: Prediction, sensitive: Iterable[str] = (), isomer: str | None = None
) -> float | None:
    """State the difficulty of ``purify`` without writing by-products and steps; None where there is hardly any target.

    Raises
    ------
    ProcedureError
        If the run cannot be ended as its procedure says.
    """
    flask = flags_of(prediction.pair, prediction.model, prediction.procedure)
    kinds = frozenset(row.kind for row in load_by_products().by_products if row.holds(flask))
    crude = read_crude(prediction, computed_species(prediction), kinds, sensitive, isomer)
    is_there = mean_amount(crude.there[0]) >= load_separation().number("least_amount")
    return crude.scheme.difficulty if is_there else None


def mean_amount(species: ExpectedSpecies) -> float:
    """Mean amount of a species, 0 where it is not computed [mol per mol of amine]."""
    return 0.0 if species.amount is None else species.amount.mean


def _wanted(
    species: Sequence[ExpectedSpecies], prediction: Prediction, isomer: str | None
) -> ExpectedSpecies:
    """Find the target: the isomer that is wanted, else the most abundant of the degree."""
    made = [s for s in species if s.kind == "product" and s.degree == prediction.target]
    one = [s for s in made if s.smiles == isomer]
    return max(one or made, key=mean_amount)


def _beside(
    species: Sequence[ExpectedSpecies], wanted: ExpectedSpecies, craft: Craft
) -> Iterator[ExpectedSpecies]:
    """List what the model computes besides the target, above the least amount, and what outlasts the quench."""
    for one in species:
        is_there = one.amount is not None and one.amount.mean >= craft.number("least_amount")
        if one is not wanted and is_there and not one.is_passing:
            yield one
