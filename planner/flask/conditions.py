"""Conditions: settled procedures of one pair with the draws that they share, as arrays.

Arrays are (n_procedures, n_draws); a number of the procedures is a column (n_procedures, 1). Procedures of several
pairs that are alike share one batch: then the numbers of the pairs are columns too.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, wraps
from typing import Any, TypeVar, TypeVarTuple

import numpy as np

from planner.engine import Array
from planner.flask.bottles import FORMALDEHYDE, central_water, solvents_brought
from planner.flask.procedure import Settled
from planner.flask.rows import Rows
from planner.mechanism.microstates import Ladder, ladders_of
from planner.model.draws import DrawnModel, Draws, drawn_model
from planner.model.model import Model
from planner.model.parts import ACID
from planner.model.site_classes import SiteClass
from planner.structures.carbonyls import CarbonylSite
from planner.structures.pairs import Pair
from planner.structures.protons import bonds_to_base
from planner.structures.sites import Site

Given = TypeVarTuple("Given")
Found = TypeVar("Found")

GAS_CONSTANT = 8.314462618e-3
"""kJ/(mol K), CODATA 2018."""


LN_10 = math.log(10.0)
REFERENCE_TEMPERATURE_K = 298.15
ERROR = 0.16
"""Median error of the estimate of basicity (`tests/benchmarks/BASICITY.md`): a smaller difference says nothing."""

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
"""Names of the errors of basicity; an amine has at most eight reactive nitrogens."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Conditions:
    """A batch of settled procedures of one pair, with the draws that they share."""

    drawn: DrawnModel
    """Numbers and draws."""
    procedures: tuple[Settled, ...]
    """Settled; one row of every array each."""
    carbonyl: SiteClass
    """Class of the carbonyl compound."""
    carbonyl_site: CarbonylSite
    """Its reactive carbon."""
    sites: Mapping[Ladder, Site]
    """One nitrogen of each ladder; those of a ladder are alike."""
    amines: tuple[tuple[Ladder, int], ...]
    """(ladder, count) of the reactive nitrogens, for the pH."""
    shifts: Mapping[Ladder, float | Array]
    """pKaH of a nitrogen less that at which the rate of its class is stated."""
    pKaH: Mapping[Ladder, float | Array]
    """Of each nitrogen."""
    pKaH_sd: Mapping[Ladder, float | Array]
    """How well that is known: standard deviation of the estimate."""
    water: Array
    """Water at the start (n_procedures, 1) [M]."""
    acid: Array
    """Acid equivalents, capped at 1 where the effect saturates (n_procedures, 1)."""
    inverse_temperature: Array
    """1/T - 1/298.15 K (n_procedures, 1) [1/K]."""
    near: Mapping[Ladder, int] = field(default_factory=dict)
    """Bonds to the nearest nitrogen that shares its proton with this one, where acid is followed; 0 where none does."""
    holds_acid: bool = False
    """Whether the flask follows its acid: then it speeds condensation as a species, and not by a factor."""
    kept: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)
    """What ``of_pair`` functions found for this pair and these draws."""
    carbonyls: Rows[SiteClass] | None = None
    """Classes of the carbonyl compounds of several pairs; ``carbonyl`` is the first."""
    nitrogens: Rows[str] | None = None
    """Classes of the nitrogens of several pairs, where each amine has one kind; ``sites`` has that of the first."""
    nearest: Rows[int] | None = None
    """The same of ``near``."""
    brought: tuple[tuple[str, Array], ...] = ()
    """(solvent, share of the volume (n_procedures, 1)) of the solutions that the partners come in; not of water, which
    counts by the mole."""

    def column(self, field: str) -> Array:
        """Collect a number of the procedures as a column (n_procedures, 1)."""
        return np.array([[getattr(p, field)] for p in self.procedures], dtype=float)

    def chain(self, name: str) -> tuple[str, ...]:
        """List a class and the classes it is like, nearest first; the first with a number of its own rules."""
        return self.drawn.model.class_chain(name)

    def of_carbonyl(self, table: str) -> Array:
        """Draw the entry of a table for the class of the carbonyl compound (n_draws,); a row each where they differ."""
        return self.by_carbonyl(lambda carbonyl: self.drawn.classed(table, self.chain(carbonyl.name)))

    def of_reduced(self, table: str) -> Array:
        """Draw the same, or where the class has none that of the class as which the compound is reduced."""
        return self.by_carbonyl(
            lambda carbonyl: self.drawn.classed(table, (*self.chain(carbonyl.name), carbonyl.reduced_as))
        )

    def by_carbonyl(self, draw: Callable[[SiteClass], Array]) -> Array:
        """Draw what depends on that class (n_draws,); a row for each procedure where they differ."""
        return draw(self.carbonyl) if self.carbonyls is None else self.carbonyls.drawn(draw)

    def by_nitrogen(self, name: str, draw: Callable[[tuple[str, ...]], Array]) -> Array:
        """Draw what depends on the class of a nitrogen, named as in the flask, by the classes that it is like."""
        if self.nitrogens is None:
            return draw(self.chain(name))
        return self.nitrogens.drawn(lambda own: draw(self.chain(own)))

    def by_nearest(self, ladder: Ladder, draw: Callable[[int], Array]) -> Array:
        """Draw what depends on how near another basic nitrogen is."""
        return draw(self.near.get(ladder, 0)) if self.nearest is None else self.nearest.drawn(draw)

    def some(self, places: Sequence[int]) -> "Conditions":
        """Take some of the procedures, for what is drawn by the classes of their nitrogens alone."""
        return replace(
            self,
            procedures=tuple(self.procedures[i] for i in places),
            nitrogens=None if self.nitrogens is None else self.nitrogens.some(places),
        )

    def each(self, field: str, value: Callable[[str], Array]) -> Array:
        """Draw what depends on a name (reductant, solvent): a row each, or one where the name is the same for all."""
        names = [getattr(p, field) for p in self.procedures]
        if names.count(names[0]) == len(names):
            return np.atleast_2d(value(names[0]))
        table = {name: np.atleast_2d(value(name)) for name in set(names)}
        # of several pairs a name has a row for every procedure already
        return np.stack([table[name][i if len(table[name]) > 1 else 0] for i, name in enumerate(names)])

    def with_hydride(self) -> "Conditions":
        """Take the same at the temperatures of the hydride."""
        inverse = _inverse([p.hydride_temperature_C for p in self.procedures])
        return replace(self, inverse_temperature=inverse)

    def arrhenius(self, energy: Array) -> Array:
        """Change of log10 k (or log10 K) from 298.15 K for an energy or enthalpy [kJ/mol]."""
        return -energy / (GAS_CONSTANT * LN_10) * self.inverse_temperature


def _inverse(celsius: Sequence[float]) -> Array:
    """1/T - 1/298.15 K (n_procedures, 1) [1/K]."""
    return np.asarray(1.0 / (np.array(celsius)[:, None] + 273.15) - 1.0 / REFERENCE_TEMPERATURE_K)


def power_of_ten(exponent: Array) -> Array:
    """10 to an exponent, in half the time of a power."""
    return np.asarray(np.exp(LN_10 * exponent))


def of_pair(work: Callable[[Conditions, *Given], Found]) -> Callable[[Conditions, *Given], Found]:
    """Keep what a function finds: it depends on the pair, the numbers and the draws, and on no procedure."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def kept(at: Conditions, *given: *Given) -> Found:
        key = (name, *given)
        if key not in at.kept:
            at.kept[key] = work(at, *given)
        found: Found = at.kept[key]
        return found

    return kept


@lru_cache(maxsize=8)
def _kept(_pair: Pair, _model: Model, _draws: Draws) -> dict[tuple[object, ...], Any]:
    """Start what is kept of a pair with these draws, the same object each time."""
    return {}


def conditions_of(
    pair: Pair, model: Model, procedures: Sequence[Settled], draws: Draws, *, holds_acid: bool = False
) -> Conditions:
    """Bring pair, numbers, procedures and draws together."""
    return Conditions(
        drawn=drawn_model(model, draws),
        procedures=tuple(procedures),
        carbonyl=pair.carbonyl_class,
        carbonyl_site=pair.carbonyl_site,
        **_nitrogens(pair, model),
        water=_water(pair, model, procedures),
        acid=np.array([[min(p.acid_equivalents, 1.0)] for p in procedures]),
        inverse_temperature=_inverse([p.temperature_C for p in procedures]),
        holds_acid=holds_acid,
        kept=_kept(pair, model, draws),
        brought=_brought(pair, procedures),
    )


@lru_cache(maxsize=512)
def _nitrogens(pair: Pair, model: Model) -> Mapping[str, Any]:
    """Collect the fields of ``Conditions`` that say what the nitrogens of a pair are."""
    ladders = ladders_of(pair.sites)
    of = {ladders[site.atom_index]: site for site in pair.sites}
    return {
        "sites": of,
        "amines": tuple(sorted(Counter(ladders[site.atom_index] for site in pair.sites).items())),
        "pKaH": {ladder: site.pKaH for ladder, site in of.items()},
        "pKaH_sd": {ladder: site.pKaH_sd for ladder, site in of.items()},
        "shifts": {ladder: basicity_shift(site, model) for ladder, site in of.items()},
        "near": near_bases(pair) if ACID in model.parts else {},
    }


@lru_cache(maxsize=2048)
def near_bases(pair: Pair) -> Mapping[Ladder, int]:
    """Find how near another basic nitrogen is; of nitrogens that are alike the nearest pair counts."""
    ladders = ladders_of(pair.sites)
    found: dict[Ladder, int] = {}
    for site in pair.sites:
        bonds = bonds_to_base(pair.amine.smiles, site.atom_index)
        before = found.get(ladders[site.atom_index], 0)
        found[ladders[site.atom_index]] = min(filter(None, (before, bonds)), default=0)
    return found


def _has_bottle(pair: Pair) -> bool:
    """Tell whether a partner comes as something else than itself; formaldehyde does."""
    bottles = (pair.amine_bottle, pair.carbonyl_bottle)
    return any(bottle is not None for bottle in bottles) or pair.carbonyl_class.name == FORMALDEHYDE


def _water(pair: Pair, model: Model, procedures: Sequence[Settled]) -> Array:
    """Collect the water at the start (n_procedures, 1) [M]; without bottles the solvent and its dryness say it."""
    if _has_bottle(pair):
        return np.array([[central_water(pair, model, p)] for p in procedures])
    known = {(p.solvent, p.water): p for p in procedures}
    water = {words: central_water(pair, model, p) for words, p in known.items()}
    return np.array([[water[p.solvent, p.water]] for p in procedures])


def _brought(pair: Pair, procedures: Sequence[Settled]) -> tuple[tuple[str, Array], ...]:
    """Collect the shares of solvents other than water that the bottles bring."""
    if not _has_bottle(pair):
        return ()
    shares = [
        {bottle.solvent: share for bottle, share in solvents_brought(pair, p) if not bottle.is_aqueous}
        for p in procedures
    ]
    names = sorted({name for row in shares for name in row if name})
    return tuple((name, np.array([[row.get(name, 0.0)] for row in shares])) for name in names)


FACTORS = {True: "secondary_condensation_amine", False: "condensation_amine"}
"""Tables of what a nitrogen brings to condensation, by whether it is charged with one N-H."""


def basicity_shift(site: Site, model: Model) -> float:
    """Work out by how much a nitrogen is more basic than that of which its factor was read.

    That is stated with the class (``nucleophilicity_pKaH``), or it is the basicity of the class whose factor is taken:
    a class that borrows a factor borrows it as it is there. What the estimate cannot tell apart is nothing.
    """
    chain = model.class_chain(site.site_class)
    table = FACTORS[site.n_hydrogens == 1]
    lender = next((i for i, name in enumerate(chain) if model.find(table, (name,))), len(chain) - 1)
    of_factor = model.find("nucleophilicity_pKaH", chain) or model.find("protonation", chain[lender:])
    shift = 0.0 if of_factor is None else site.pKaH - of_factor.value
    return shift if abs(shift) > ERROR else 0.0


@of_pair
def basicity_error(at: Conditions, ladder: Ladder) -> Array:
    """Draw by how much the pKaH of a nitrogen is off (n_draws,), the same in every constant that follows it.

    Each kind of nitrogen of an amine has a draw of its own, in the order of ``Conditions.amines``; its width is that
    of the estimate. A set without the table ``basicity_error`` has none.
    """
    place = [known for known, _ in at.amines].index(ladder)
    return np.asarray(at.pKaH_sd[ladder] * at.drawn.optional(f"basicity_error.{ORDINALS[place]}"))


@of_pair
def drawn_pKaH(at: Conditions, ladder: Ladder) -> Array:
    """Draw the pKaH of a nitrogen (n_draws,): its estimate with its error."""
    return np.asarray(at.pKaH[ladder] + basicity_error(at, ladder))
