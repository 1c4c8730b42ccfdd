"""Species: all that a flask may hold, with its masses, why it formed, how it is avoided and how it is confirmed.

The partners, every degree and isomer and the alcohol have amounts that the model computes, in mol per mol of amine
charged; so have imines, as they are before the work-up, and what the model loses the carbonyl to. Other by-products
have a rank word instead. By-products are written of the most abundant isomer of each degree: those of the others have
the same masses.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from planner.mixtures.by_products import ByProduct, Lore, load_by_products
from planner.mixtures.flask_flags import flags_of
from planner.mixtures.making import make
from planner.mixtures.masses import Ion, ions_of, neutral_masses
from planner.model.model import Model
from planner.predictions.besides import IMINE, amounts_besides
from planner.predictions.degrees import degree_word
from planner.predictions.prediction import (
    PREDICTION_DRAWS,
    Interval,
    Isomer,
    Prediction,
    Product,
    predict,
)
from planner.structures.chromophores import n_chromophores
from planner.structures.products import has_pattern

COMPUTED = "computed"
"""Rank of what the model computes."""
LIKELY_AMOUNT = 0.01
"""Mean amount from which what the model counts together with others is likely there [mol per mol of amine]."""
PASSING = (IMINE, "azadiene")
"""Fates whose amounts are those before the work-up."""
BEFORE = "; the amount is that before the work-up, which sets the amine free"
UNSEEN = "no chromophore: not seen by UV at 254 nm"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedSpecies:
    """One compound or ion that may be there."""

    name: str
    kind: str
    smiles: str
    formula: str
    """Hill; of an ion without its charge."""
    monoisotopic_mass: float
    """[u]; of an ion its m/z times its charge."""
    average_mass: float
    """[g mol-1]"""
    ions: tuple[Ion, ...] = field(repr=False)
    """What a mass spectrometer shows of it."""
    amount: Interval | None
    """[mol per mol of amine charged]; None where it is not computed."""
    rank: str
    """``computed``, or one of likely, possible, rare."""
    degree: int | None
    """New alkyl groups of the product that it is, or comes from."""
    counts: bool
    """Whether it counts to that degree when areas are added up."""
    chromophores: int
    """Aromatic or conjugated units that absorb near 254 nm."""
    why: str
    avoid: str
    confirm: str
    source: str
    is_passing: bool = False
    """Whether its amount is that before the work-up, which sets its amine free."""

    @property
    def adducts(self) -> Mapping[str, float]:
        """Name of each ion to its m/z."""
        return {ion.adduct: ion.mz for ion in self.ions}

    @property
    def uv(self) -> str:
        """What a UV detector shows of it."""
        return UNSEEN if not self.chromophores else ""


def expected_species(
    amine: str,
    carbonyl: str,
    *,
    draws: int = PREDICTION_DRAWS,
    seed: int = 0,
    models: str | Path | None = None,
    model: Model | None = None,
    **procedure: Any,
) -> tuple[ExpectedSpecies, ...]:
    """List what the flask of a procedure may hold, what is computed first.

    Parameters
    ----------
    amine, carbonyl
        SMILES or names, as in ``predict``.
    draws, seed
        Of the uncertain constants.
    models, model
        Folder of the model files, or a model in memory; the bundled one when both are absent.
    **procedure
        Fields of ``Procedure``.

    Returns
    -------
    tuple of ExpectedSpecies

    Raises
    ------
    StructureError, ScopeError, ProcedureError, ParameterError
        If the input cannot be used; one line says what to do.

    Examples
    --------
    >>> found = expected_species("C1CNCCCN1", "O=Cc1cccs1", draws=16)
    >>> next(s for s in found if s.name == "mono").adducts["[M+H]+"].__round__(4)
    197.1107
    """
    return species_of(
        predict(amine, carbonyl, draws=draws, seed=seed, models=models, model=model, **procedure)
    )


def species_of(prediction: Prediction) -> tuple[ExpectedSpecies, ...]:
    """List what the flask of a prediction may hold; see ``expected_species``."""
    lore = load_by_products()
    computed = tuple(_computed(prediction, lore))
    known = {species.smiles for species in computed}
    found: list[tuple[ByProduct, ExpectedSpecies]] = []
    for row, species in _by_products(prediction, computed, lore):
        if species.smiles not in known:
            known.add(species.smiles)
            found.append((row, species))
    return (*computed, *sorted(_counted_once(found), key=lambda s: -weight_of(s, lore)))


def computed_species(prediction: Prediction) -> tuple[ExpectedSpecies, ...]:
    """List what the model counts of a prediction, without by-products."""
    return tuple(_computed(prediction, load_by_products()))


def weight_of(species: ExpectedSpecies, lore: Lore) -> float:
    """Tell how much of a species is expected: predicted, or what its rank stands for [mol per mol of amine]."""
    if species.amount is None:
        return lore.number(species.rank)
    # aminals and hemiaminals fall to the same ions in the source: an imine shows more than there is of it
    least = lore.number("likely" if species.is_passing else "least_amount")
    return max(species.amount.mean, least)


def _species(smiles: str, lore: Lore, **said: Any) -> ExpectedSpecies:
    """Measure a structure."""
    formula, exact, average = neutral_masses(smiles)
    return ExpectedSpecies(
        smiles=smiles,
        formula=formula,
        monoisotopic_mass=exact,
        average_mass=average,
        ions=ions_of(smiles, lore),
        chromophores=n_chromophores(smiles),
        **said,
    )


def _computed(prediction: Prediction, lore: Lore) -> Iterator[ExpectedSpecies]:
    """List what the model counts: degrees and their isomers, the carbonyl compound, its alcohol."""
    model = "the model's prediction"
    for product in prediction.products:
        degree = product.degree
        parts: tuple[Product | Isomer, ...] = product.isomers or (product,)
        for number, part in enumerate(parts, start=1):
            word = degree_word(degree) if degree else "amine"
            yield _species(
                part.smiles,
                lore,
                name=word if len(parts) == 1 else f"{word}, isomer {number}",
                kind="product" if degree else "amine",
                amount=Interval(mean=part.fraction, median=part.median, low=part.low, high=part.high),
                rank=COMPUTED,
                degree=degree,
                counts=True,
                why=_why(degree, prediction.target),
                avoid=_avoid(degree, prediction.target),
                confirm="its mass, and a sample of it; isomers by retention and NMR",
                source=model,
            )
    e = prediction.procedure.carbonyl_equivalents
    for name, smiles, share, why, avoid in (
        (
            "carbonyl",
            prediction.pair.carbonyl.smiles,
            prediction.carbonyl_left,
            "left over, or set free from imine by water",
            "fewer equivalents, more time for the hydride",
        ),
        (
            "alcohol",
            prediction.pair.alcohol,
            prediction.alcohol,
            "the hydride has reduced the carbonyl",
            "a milder hydride, let the imine form first",
        ),
    ):
        yield _species(
            smiles,
            lore,
            name=name,
            kind=name,
            amount=Interval(
                mean=share.mean * e, median=share.median * e, low=share.low * e, high=share.high * e
            ),
            rank=COMPUTED,
            degree=None,
            counts=False,
            why=why,
            avoid=avoid,
            confirm="often not seen in positive electrospray: absence proves nothing; GC or NMR",
            source=model,
        )


def _why(degree: int, target: int) -> str:
    """Say why a degree is there."""
    if degree == 0:
        return "unreacted, or set free from imine by water"
    if degree == target:
        return "the target"
    return "alkylated again" if degree > target else "not alkylated far enough"


def _avoid(degree: int, target: int) -> str:
    """Say how a degree is kept low."""
    if degree == target:
        return ""
    return (
        "fewer equivalents of carbonyl, slow addition"
        if degree > target
        else "more carbonyl and hydride, more time"
    )


def _by_products(
    prediction: Prediction, computed: tuple[ExpectedSpecies, ...], lore: Lore
) -> Iterator[tuple[ByProduct, ExpectedSpecies]]:
    """Write what the rows of the file make of this flask, in their order."""
    pair = prediction.pair
    flags = flags_of(pair, prediction.model, prediction.procedure)
    counted = amounts_besides(prediction)
    made: dict[str, list[ExpectedSpecies]] = {}
    main = {s.degree: s for s in reversed(computed) if s.degree is not None}
    degrees = [main[d] for d in sorted(d for d in main if d is not None)]
    carbonyl = next(s for s in computed if s.kind == "carbonyl")
    members = {
        "amine": degrees[:1],
        "any": degrees,
        "product": degrees[1:],
        "carbonyl": [carbonyl],
        "carbonyl whole": [carbonyl],
        "any alkyl halide": [*degrees, carbonyl],
    }
    for row in lore.by_products:
        if not row.holds(flags):
            continue
        for species in _of_row(row, members | made, pair.carbonyl_site.atom_index, lore, counted):
            made.setdefault(row.kind, []).append(species)
            yield row, species


def _of_row(
    row: ByProduct,
    members: Mapping[str, list[ExpectedSpecies]],
    carbon: int,
    lore: Lore,
    counted: Mapping[tuple[str, int | None], Interval],
) -> Iterator[ExpectedSpecies]:
    """Write what one row makes: of each member of what it is first made of, the others being the first of theirs."""
    rest = [members.get(role, [])[:1] for role in row.made_from[1:]]
    if row.made_from[-1] == "any alkyl halide":
        rest[-1] = members["any alkyl halide"]
    if not all(rest):
        return
    kept = [carbon if role == "carbonyl" else None for role in row.made_from]
    for first in members.get(row.made_from[0], []):
        others = [one[0] for one in rest[:-1]]
        for last in rest[-1] if rest else [None]:
            reactants = [first, *others, *([last] if last is not None else [])]
            made = make(row, [s.smiles for s in reactants], kept)
            amount = _amount(row, first, counted)
            for number, smiles in enumerate(made, start=1):
                yield _species(
                    smiles,
                    lore,
                    name=_name(row, first) + (f", isomer {number}" if len(made) > 1 else ""),
                    kind=row.kind,
                    amount=amount if row.counted else None,
                    rank=_rank(row, amount),
                    degree=first.degree,
                    counts=row.counts,
                    is_passing=row.fate in PASSING and amount is not None,
                    why=row.why + (BEFORE if row.fate in PASSING and amount is not None else ""),
                    avoid=row.avoid,
                    confirm=row.confirm,
                    source=row.source,
                )


def _amount(
    row: ByProduct, first: ExpectedSpecies, counted: Mapping[tuple[str, int | None], Interval]
) -> Interval | None:
    """Take what the model counts of what a row makes; None where it does not [mol per mol of amine]."""
    if row.fate == IMINE:
        return counted.get((IMINE, first.degree))
    whole = counted.get((row.fate, None))
    if whole is None:
        return None
    each = row.made_from.count("carbonyl")
    return Interval(**{name: n / each for name, n in asdict(whole).items()})


def _rank(row: ByProduct, amount: Interval | None) -> str:
    """Say how likely a by-product is: by the model where it counts it, alone or with another."""
    if row.counted and amount is not None:
        return COMPUTED
    return "likely" if amount is not None and amount.mean > LIKELY_AMOUNT else row.rank


def _counted_once(found: Sequence[tuple[ByProduct, ExpectedSpecies]]) -> list[ExpectedSpecies]:
    """Take back amounts that several species would share: the model does not tell which of them it is."""
    shared = Counter((row.fate, s.degree) for row, s in found if s.amount is not None)
    return [
        replace(s, amount=None, rank=row.rank, why=row.why, is_passing=False)
        if s.amount is not None and shared[row.fate, s.degree] > 1
        else s
        for row, s in found
    ]


def _name(row: ByProduct, origin: ExpectedSpecies) -> str:
    """Fill in what a by-product comes from."""
    word = origin.name.split(",", 1)[0]
    is_plain = row.name.startswith("{of}") or row.name.startswith("N-")
    return row.name.format(of=word if is_plain or word not in ("amine", "carbonyl") else f"the {word}")


def notes_of(prediction: Prediction) -> tuple[str, ...]:
    """List the sentences that hold of a mixture: hazards and by-products that have no mass to look for."""
    pair = prediction.pair
    flags = flags_of(pair, prediction.model, prediction.procedure)
    there = (pair.amine.smiles, pair.carbonyl.smiles, *(p.smiles for p in prediction.products))
    return tuple(
        note.words
        for note in load_by_products().notes
        if flags.issuperset(note.when) and any(has_pattern(smiles, note.where) for smiles in there)
    )
