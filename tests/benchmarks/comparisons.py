"""Comparisons: one model's answers beside printed results, row by row; nothing is fitted to these rows.

Five of them, each a function of a model, so that two models can stand side by side:

(a) patent procedures: an isolated yield is a lower bound of what formed, so it must not exceed the predicted 95 %
    bound of the target; the predicted 5 % bound of over-alkylation must not exceed what the carbonyl balance allows.
    Rows with basis "carbonyl" are judged per mole of carbonyl;
(c) carbonyl ranking: Spearman's rho between predicted conversion and measured means;
(d) patent pairs: nothing ordinary is refused or ends in a traceback, the product is the top isomer of its degree, and
    what was isolated is not foretold to be next to nothing;
(e) which nitrogen: the isomer that was isolated is the predicted one.

Orderings, (b), stand in ``statements``. Blank and "unknown" fields take the documented default of the reductant;
solvents in free text are mapped by ``SOLVENTS``.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from math import atanh, sqrt, tanh
from pathlib import Path

import numpy as np
from rdkit import Chem
from scipy.stats import rankdata

import planner
from planner.errors import PlannerError, RegulatedError, ScopeError
from planner.flask.contents import needs_joint_states
from planner.flask.flask import central_batch, prepare
from planner.flask.outcomes import predict_outcomes
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.site_classes import SiteClass
from planner.predictions.prediction import Prediction
from planner.structures.carbonyls import planned_carbonyl
from planner.structures.sites import reacting_nitrogens
from planner.structures.structure import molecule, read_structure

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
FORETOLD = 0.1
"""Below this median of the wanted degree a pair is foretold to give next to nothing."""
PAIR_DRAWS, CHOICE_DRAWS = 128, 256
DEGREES = {"mono": 1, "di": 2, "tri": 3}
ALIKE = 1e-6
"""Conversions that differ by less are one number."""
Z_90 = 1.6448536269514722
"""Standard normal quantile of a two-sided 90 % interval."""

SOLVENTS = {
    "DCE (20 mL) then MeOH (5 mL)": {"solvent": "MeOH"},  # the hydride, NaBH3CN, does not dissolve in DCE
    "toluene (MgSO4) then MeOH": {"solvent": "MeOH"},  # NaBH4 came with the methanol
    "DCM (sieves)": {"solvent": "DCM", "water": "sieves"},
    "MeOH/aq. NaOH": {"solvent": "MeOH"},
    "MeOH/AcOH 10:1": {"solvent": "MeOH"},  # its acid is the default of 2-picoline borane
}
NUMBERS = {
    "carbonyl_equivalents": "carbonyl_equivalents",
    "reductant_equivalents": "reductant_equivalents",
    "acid_equivalents": "acid_equivalents",
    "concentration_M": "concentration_M",
    "temperature_C": "temperature_C",
    "time_h": "hold_time_h",
}
"""Columns that are fields of a procedure."""

RANKED_AMINE = "CNC1CCOCC1"
"""Stands for staurosporine: a methylamino group on a tetrahydropyran ring."""
RANKED = {"reductant": "STAB", "acid_equivalents": 1.0, "solvent": "DMA"}
"""As printed, but for titanium isopropoxide, which the model does not know."""

AMINES = ("RNH2", "R2NH", "ArNH2", "ArNHR", "NH3", "several N-H", "other")
CARBONYLS = ("n-alkanal", "branched alkanal", "aryl aldehyde", "HCHO", "ketone", "other")
FAMILIES = {
    "formaldehyde": "HCHO",
    "n_alkanal": "n-alkanal",
    "branched_alkanal": "branched alkanal",
    "aryl_aldehyde": "aryl aldehyde",
}
"""What the classes of carbonyls come down to in the end; conjugated aldehydes come down to aromatic ones."""


def read(name: str, data: Path) -> list[dict[str, str]]:
    """Read one of the data files."""
    with (data / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- classes ---


@cache
def classes_of(amine: str, carbonyl: str, model: Model) -> tuple[str, str]:
    """Name what stands for two structures in the tables, refused ones too; "other" where a partner has no such group.

    The first word is the kind of the amine's N-H, or "several N-H" where kinds differ.
    """
    smiles = read_structure(amine).smiles
    mol, kinds = molecule(smiles), set()
    for index in reacting_nitrogens(smiles, model):
        atom = mol.GetAtomWithIdx(index)
        kinds.add(_kind(atom.GetTotalNumHs(True), any(n.GetIsAromatic() for n in atom.GetNeighbors())))
    first = planned_carbonyl(read_structure(carbonyl).smiles, model)
    found = None if first is None else model.site_class(first.carbonyl_class)
    return (
        "several N-H" if len(kinds) > 1 else kinds.pop() if kinds else "other",
        "other" if found is None else _family(found, model),
    )


def _family(found: SiteClass, model: Model) -> str:
    """Name what stands for a class of carbonyls in the tables."""
    return "ketone" if found.is_ketone else FAMILIES.get(model.class_chain(found.name)[-1], "other")


def _kind(n_hydrogens: int, is_aromatic: bool) -> str:
    """Name a nitrogen by its hydrogens and by whether it stands on an aromatic ring."""
    if n_hydrogens == 3:
        return "NH3"
    if n_hydrogens == 2:
        return "ArNH2" if is_aromatic else "RNH2"
    return "ArNHR" if is_aromatic else "R2NH"


# --- (a) patent procedures ---


@dataclass(frozen=True, kw_only=True, slots=True)
class Patent:
    """A patent procedure beside its prediction; fractions on the row's own basis."""

    id: str
    isolated: float
    cap: float | None
    """Most over-alkylation that the carbonyl balance allows; None where it allows any."""
    prediction: Prediction

    @property
    def holds(self) -> bool:
        """Neither bound is crossed."""
        p = self.prediction
        return self.isolated <= p.target_fraction.high and (
            self.cap is None or p.over_alkylation.low <= self.cap
        )

    @property
    def holds_statistically(self) -> bool:
        """The yield is not above what equal, independent N-H would give."""
        p = self.prediction
        share = p.target / float(p.procedure.carbonyl_equivalents or 1.0) if p.basis == "carbonyl" else 1.0
        return self.isolated <= share * p.statistical[p.target]

    @property
    def width(self) -> float:
        """Width of the 90 % interval of the target."""
        return self.prediction.target_fraction.high - self.prediction.target_fraction.low

    @property
    def classes(self) -> tuple[str, str]:
        """Classes of amine and carbonyl compound in the tables."""
        return classes_of(
            self.prediction.pair.amine.smiles, self.prediction.pair.carbonyl.smiles, self.prediction.model
        )


def predict(row: Mapping[str, str], model: Model, draws: int, **more: object) -> Prediction:
    """Predict a row of the patents or of the orderings."""
    fields: dict[str, object] = {field: float(row[c]) for c, field in NUMBERS.items() if row.get(c)}
    if row["addition"] not in ("", "unknown"):
        fields["addition"] = row["addition"]
    if row["solvent"]:
        fields |= SOLVENTS.get(row["solvent"], {"solvent": row["solvent"]})
    pair = (row["amine_smiles"], row["carbonyl_smiles"])
    try:
        return planner.predict(*pair, reductant=row["reductant"], draws=draws, model=model, **(fields | more))
    except PlannerError as error:
        error.add_note(f"row {row.get('id', '')} {pair} is no longer predicted with {model.name}")
        raise


def compare_patents(data: Path, model: Model, draws: int) -> tuple[Patent, ...]:
    """Set each patent procedure beside its prediction."""
    return tuple(
        Patent(
            id=row["id"],
            isolated=float(row["isolated_target_pct"]) / 100,
            cap=float(row["over_alkylation_max_pct"]) / 100 if row["over_alkylation_max_pct"] else None,
            prediction=predict(row, model, draws, basis=row["basis"]),
        )
        for row in read("patent_procedures.csv", data)
    )


# --- (c) carbonyl ranking ---


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """A carbonyl compound with its measured mean and predicted conversion."""

    carbonyl: str
    measured: float
    predicted: float
    """Mean over the draws."""
    drawn: tuple[float, ...]
    """Conversion of each draw."""
    constants: tuple[float, float, float] | None
    """log10 of k_c, K and k_r at the medians [M, s]; None where the flask has no such reactions."""


def compare_ranking(data: Path, model: Model, draws: int, **changed: object) -> tuple[Ranked, ...]:
    """Predict the conversion of one secondary methylamine with each carbonyl compound; the same draws for all."""
    found = []
    for row in read("carbonyl_rank.csv", data):
        p = planner.predict(
            RANKED_AMINE, row["carbonyl_smiles"], draws=draws, model=model, **(RANKED | changed)
        )
        outcome = predict_outcomes(p.pair, model, [p.procedure], draw_parameters(model, draws, 0))
        found.append(
            Ranked(
                carbonyl=row["carbonyl"],
                measured=float(row["mean_conversion_pct"]) / 100,
                predicted=p.conversion,
                drawn=tuple((1.0 - outcome.degrees[0, :, 0]).tolist()),
                constants=_constants(p),
            )
        )
    return tuple(found)


def _constants(p: Prediction) -> tuple[float, float, float] | None:
    """Take k_c, K and k_r of the one N-H from the flask's reactions."""
    flask = prepare(p.pair, p.model, joint=needs_joint_states(p.pair, p.procedure))
    batch = central_batch(flask, p.model, p.procedure)
    first = f"{p.pair.sites[0].site_class}1(0"
    k = {}
    for reaction, constant in zip(flask.network.reactions, batch.rate_constants[0, 0], strict=True):
        words = str(reaction)
        if words.startswith(f"{first}) + carbonyl") and words.endswith("water"):
            k["on"] = constant
        elif words.startswith(f"{first}=) + water"):
            k["off"] = constant
        elif words.startswith(f"{first}=) + hydride"):
            k["reduced"] = constant
    if len(k) < 3:
        return None
    on, off, reduced = (float(np.log10(k[name])) for name in ("on", "off", "reduced"))
    return on, on - off, reduced


def rho_of(ranked: Sequence[Ranked]) -> float:
    """Spearman's rank correlation between predicted and measured; ties share their ranks."""
    return spearman([r.predicted for r in ranked], [r.measured for r in ranked])


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's rho: Pearson's correlation of the ranks, ties sharing theirs; 0 where one side has no order."""
    x, y = (rankdata(np.round(np.asarray(values) / ALIKE)) for values in (first, second))
    x, y = x - x.mean(), y - y.mean()
    norm = sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / norm if norm else 0.0


def permutation_p(ranked: Sequence[Ranked]) -> float:
    """Exact one-sided p: share of all orders of the predictions whose rho is at least the one found."""
    measured, predicted = [r.measured for r in ranked], [r.predicted for r in ranked]
    least = spearman(predicted, measured) - 1e-9
    found = [spearman(order, measured) >= least for order in permutations(predicted)]
    return sum(found) / len(found)


def rho_interval(rho: float, n: int) -> tuple[float, float]:
    """Give a 90 % interval of rho for n compounds: Fisher's z with the variance of Bonett and Wright.

    References
    ----------
    Bonett and Wright, Psychometrika 2000, 65, 23: var(atanh rho) = (1 + rho^2 / 2) / (n - 3) (recalled).
    """
    z, width = atanh(min(rho, 0.999999)), Z_90 * sqrt((1 + rho**2 / 2) / (n - 3))
    return tanh(z - width), tanh(z + width)


def rho_without_one(ranked: Sequence[Ranked]) -> tuple[float, float]:
    """Give the least and the largest rho when any one compound is left out."""
    found = [rho_of([*ranked[:i], *ranked[i + 1 :]]) for i in range(len(ranked))]
    return min(found), max(found)


def rho_over_draws(ranked: Sequence[Ranked]) -> np.ndarray:
    """Give rho of each draw (n_draws,): what the uncertainty of the constants alone makes of it."""
    measured = [r.measured for r in ranked]
    return np.array([spearman(order, measured) for order in zip(*(r.drawn for r in ranked), strict=True)])


def crossed(ranked: Sequence[Ranked]) -> dict[tuple[str, str], str]:
    """List the pairs (measured higher, measured lower) that are predicted "the other way round" or "alike"."""
    return {
        (a.carbonyl, b.carbonyl): "alike" if abs(a.predicted - b.predicted) < ALIKE else "the other way round"
        for a in ranked
        for b in ranked
        if a.measured > b.measured and a.predicted < b.predicted + ALIKE
    }


# --- (d) patent pairs and (e) which nitrogen ---


@cache
def flat(smiles: str) -> str:
    """Write a structure without stereochemistry."""
    mol = Chem.MolFromSmiles(smiles)
    Chem.RemoveStereochemistry(mol)
    return str(Chem.MolToSmiles(mol))


def isomer_shares(prediction: Prediction, degree: int) -> dict[str, float]:
    """Share of each isomer of a degree among them, stereochemistry left aside."""
    product = prediction.products[degree]
    parts = [(i.smiles, i.fraction) for i in product.isomers] or [(product.smiles, product.fraction)]
    shares: dict[str, float] = {}
    for smiles, fraction in parts:
        shares[flat(smiles)] = shares.get(flat(smiles), 0.0) + fraction / max(product.fraction, 1e-12)
    return shares


@dataclass(frozen=True, kw_only=True, slots=True)
class RealPair:
    """A pair of a patent: what became of it."""

    id: str
    verdict: str
    """"read", "scope", "regulated", "other" (refused for another reason) or "traceback"."""
    said: str
    """The message, where it was refused."""
    classes: tuple[str, str]
    is_contested: bool
    """Whether the degree has several isomers, so that the planner could be wrong."""
    is_right: bool
    """Whether the product that was isolated is the top isomer of its degree."""
    target: float
    """Median of the wanted degree at the defaults of the reductant that was recorded, else of the default one."""


def compare_pairs(rows: Iterable[Mapping[str, str]], model: Model) -> tuple[RealPair, ...]:
    """Read and predict pairs of patents."""
    return tuple(_real_pair(row, model) for row in rows)


def _real_pair(row: Mapping[str, str], model: Model) -> RealPair:
    """Read and predict one pair."""
    degree, wanted = DEGREES[row["degree"]], flat(row["product"])
    try:
        p = planner.predict(
            row["amine"], row["carbonyl"], draws=PAIR_DRAWS, model=model, **_recorded(row["reductant"], model),
            target=degree, carbonyl_equivalents=max(1.0, float(degree)),
        )  # fmt: skip
    except PlannerError as error:
        kind = next((word for e, word in REFUSALS if isinstance(error, e)), "other")
        return _refused(row, model, kind, str(error))
    except Exception as error:
        return _refused(row, model, "traceback", f"{type(error).__name__}: {error}")
    shares = isomer_shares(p, degree)
    return RealPair(
        id=row["reaction_id"],
        verdict="read",
        said="",
        classes=classes_of(row["amine"], row["carbonyl"], model),
        is_contested=len(shares) > 1,
        is_right=max(shares, key=lambda s: shares[s]) == wanted,
        target=p.products[degree].median,
    )


REFUSALS = ((RegulatedError, "regulated"), (ScopeError, "scope"))


def _refused(row: Mapping[str, str], model: Model, verdict: str, said: str) -> RealPair:
    """Write down a pair that was not predicted."""
    return RealPair(
        id=row["reaction_id"],
        verdict=verdict,
        said=said,
        classes=classes_of(row["amine"], row["carbonyl"], model),
        is_contested=False,
        is_right=False,
        target=0.0,
    )


def _recorded(words: str, model: Model) -> dict[str, str]:
    """Take the first recorded reductant that the model holds, if any."""
    known = {r.name for r in model.reductants}
    found = [word for word in words.split(";") if word in known]
    return {"reductant": found[0]} if found else {}


AROMATIC = Chem.MolFromSmarts("[NX3;H1,H2;!$(N-C=[O,S,N]);!$(N-S)]-[c]")
ALIPHATIC = Chem.MolFromSmarts("[NX3;H1,H2;!$(N-[c,n]);!$(N-C=[O,S,N]);!$(N-S)]-[CX4]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A pair in which two kinds of N-H compete."""

    row: int
    """Line of the file, the first pair being 1."""
    amine: str
    competes: bool
    """Whether an N-H on an aromatic carbon competes with an aliphatic one."""
    is_right: bool
    share: float
    """Of the isolated isomer among those of degree 1, mean over the draws."""
    classes: tuple[str, str]


def compare_choices(
    rows: Iterable[Mapping[str, str]], model: Model, draws: int = CHOICE_DRAWS
) -> tuple[Choice, ...]:
    """Predict which nitrogen reacts, at the defaults."""
    found = []
    for number, row in enumerate(rows, start=1):
        mol, wanted = Chem.MolFromSmiles(row["amine"]), flat(row["product"])
        p = planner.predict(row["amine"], row["carbonyl"], draws=draws, model=model)
        shares = isomer_shares(p, 1)
        found.append(
            Choice(
                row=number,
                amine=row["amine"],
                competes=mol.HasSubstructMatch(AROMATIC) and mol.HasSubstructMatch(ALIPHATIC),
                is_right=max(shares, key=lambda s: shares[s]) == wanted,
                share=shares.get(wanted, 0.0),
                classes=classes_of(row["amine"], row["carbonyl"], model),
            )
        )
    return tuple(found)
