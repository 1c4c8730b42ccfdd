"""Statements: orderings of the literature, judged on medians and in every draw.

A statement names the flasks that it compares and a judge, which takes fractions as arrays over the draws and answers
for each draw; on medians it is asked with the medians. All flasks of one model share their draws (common random
numbers), so an error that two flasks have in common does not count as a difference between them. The probability that
a statement holds is the share of the draws in which it does; its Monte Carlo error comes from ``SEEDS`` independently
scrambled sequences. It says how sure the model's own widths are, not how sure the literature is.

">>" means at least fivefold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from comparisons import classes_of, predict, read

from planner.engine import Array
from planner.flask.contents import needs_joint_states
from planner.flask.flask import prepare, run
from planner.flask.outcomes import charged_amine, isomer_fractions, predict_outcomes
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.predictions.prediction import Prediction

MUCH = 5.0
SEEDS, SEED_DRAWS = 8, 512
STAB_BUTYL = {"amine_smiles": "CCCCN", "reductant": "STAB", "solvent": "", "addition": "all_at_once"}
MORE_FLASKS = {
    "RA033 with 1 eq": ("RA033", {"carbonyl_equivalents": 1.0}),
    "RA037 with 50 eq NH3": ("RA037", {"carbonyl_equivalents": 0.02}),
}
"""Flasks that a statement needs besides its own row: (row, what is changed)."""
CHANGED = {
    "RA030": {"hold_time_h": 24.0},
    "RA031": {"water": "wet"},
    "RA039": {"target": 2},
    "RA040": {"target": 2},
}
"""What the words of a row say besides its columns: a time, a bottle of formalin, the wanted degree."""
PRACTICE = {
    "butylamine + butanal": {"carbonyl_smiles": "CCCC=O"},
    "butylamine + benzaldehyde": {"carbonyl_smiles": "O=Cc1ccccc1"},
    "butylamine + cyclohexanone": {"carbonyl_smiles": "O=C1CCCCC1"},
    "isopropylamine + butanal": {"carbonyl_smiles": "CCCC=O", "amine_smiles": "CC(C)N"},
    "aniline + butanal": {"carbonyl_smiles": "CCCC=O", "amine_smiles": "Nc1ccccc1"},
}
"""Flasks for what practice knows and no row says: STAB, 1 eq, all at once."""
ASK_ISOMERS = {"RA039"}
"""Flasks whose isomers a statement asks for."""
DIBENZYL = "c1ccc(CNCCNCc2ccccc2)cc1"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Flasked:
    """What one flask gives, over some draws."""

    degrees: Array
    """(n_draws, n_degrees)."""
    isomers: Mapping[str, Array]
    """Share of each isomer among those of its degree, by SMILES (n_draws,); empty where no statement asks."""
    caveats: tuple[str, ...]

    def degree(self, *wanted: int) -> Array:
        """Add up some degrees (n_draws,)."""
        return np.asarray(self.degrees[:, list(wanted)].sum(axis=1))

    def above(self, degree: int) -> Array:
        """Add up all degrees above one (n_draws,)."""
        return np.asarray(self.degrees[:, degree + 1 :].sum(axis=1))

    @property
    def at_medians(self) -> "Flasked":
        """The same as if its medians were one draw."""
        return Flasked(
            degrees=np.median(self.degrees, axis=0, keepdims=True),
            isomers={s: np.median(x, keepdims=True) for s, x in self.isomers.items()},
            caveats=self.caveats,
        )


Flasks = Mapping[str, Flasked]
Judge = Callable[[Flasks], Array]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What is said, and how it is asked."""

    id: str
    flasks: tuple[str, ...]
    judge: Judge


def _said(row: str, words: str) -> Judge:
    """Whether a caveat says something; the same in every draw."""
    return lambda f: np.full(len(f[row].degrees), any(words in c for c in f[row].caveats))


def _far_above(row: str, wanted: int = 1) -> Judge:
    """A degree >> all above it."""
    return lambda f: f[row].degree(wanted) > MUCH * f[row].above(wanted)


STATEMENTS = (
    Statement(
        id="RA014",
        flasks=("RA014", "RA015"),
        judge=lambda f: f["RA014"].above(1) > f["RA015"].above(1),
    ),
    Statement(
        id="RA015",
        flasks=("RA015", "RA014"),
        judge=lambda f: f["RA015"].above(1) < f["RA014"].above(1),
    ),
    Statement(id="RA017", flasks=("RA017",), judge=_far_above("RA017")),
    Statement(id="RA019", flasks=("RA019",), judge=_said("RA019", "conjugate addition")),
    Statement(id="RA021", flasks=("RA021",), judge=_far_above("RA021")),
    Statement(id="RA022", flasks=("RA022",), judge=lambda f: f["RA022"].above(1) < 0.01),
    Statement(id="RA024", flasks=("RA024",), judge=_far_above("RA024")),
    Statement(id="RA025", flasks=("RA025",), judge=_far_above("RA025")),
    Statement(
        id="RA027",
        flasks=("RA027", "RA014"),
        judge=lambda f: (f["RA027"].above(1) < 0.04) & (f["RA027"].above(1) < f["RA014"].above(1)),
    ),
    Statement(id="RA028", flasks=("RA028",), judge=lambda f: f["RA028"].degree(2) > f["RA028"].degree(1)),
    Statement(id="RA030", flasks=("RA030",), judge=lambda f: f["RA030"].degree(0) > 0.5),
    Statement(
        id="RA031",
        flasks=("RA031",),
        judge=lambda f: f["RA031"].degree(2) > 0.9 * (1 - f["RA031"].degree(0)),
    ),
    Statement(id="RA033", flasks=("RA033",), judge=lambda f: f["RA033"].degree(2) > f["RA033"].degree(1)),
    Statement(
        id="RA033 with 1 eq",
        flasks=("RA033 with 1 eq",),
        judge=lambda f: f["RA033 with 1 eq"].degree(2) > f["RA033 with 1 eq"].degree(1),
    ),
    Statement(id="RA034", flasks=("RA034",), judge=lambda f: f["RA034"].degree(1) > 0.95),
    Statement(id="RA036", flasks=("RA036",), judge=lambda f: f["RA036"].degree(1) > f["RA036"].above(1)),
    Statement(id="RA037", flasks=("RA037",), judge=lambda f: f["RA037"].above(1) > 0.1),
    Statement(
        id="RA037 with 50 eq NH3", flasks=("RA037 with 50 eq NH3",), judge=_far_above("RA037 with 50 eq NH3")
    ),
    Statement(id="RA039", flasks=("RA039",), judge=_far_above("RA039", 2)),
    Statement(
        id="RA039, one benzyl each",
        flasks=("RA039",),
        judge=lambda f: f["RA039"].isomers[DIBENZYL] > 0.9,
    ),
    Statement(id="RA040", flasks=("RA040",), judge=_far_above("RA040", 2)),
    Statement(id="RA040, said to be stable", flasks=("RA040",), judge=_said("RA040", "Salicylaldehyde")),
    Statement(id="RA042", flasks=("RA042",), judge=_far_above("RA042")),
    Statement(id="RA043", flasks=("RA043",), judge=_far_above("RA043")),
    Statement(
        id="practice: butanal over-alkylates butylamine more than benzaldehyde does",
        flasks=("butylamine + butanal", "butylamine + benzaldehyde"),
        judge=lambda f: f["butylamine + butanal"].above(1) > f["butylamine + benzaldehyde"].above(1),
    ),
    Statement(
        id="practice: butanal over-alkylates butylamine more than cyclohexanone does",
        flasks=("butylamine + butanal", "butylamine + cyclohexanone"),
        judge=lambda f: f["butylamine + butanal"].above(1) > f["butylamine + cyclohexanone"].above(1),
    ),
    Statement(
        id="practice: butanal over-alkylates butylamine more than isopropylamine",
        flasks=("butylamine + butanal", "isopropylamine + butanal"),
        judge=lambda f: f["butylamine + butanal"].above(1) > f["isopropylamine + butanal"].above(1),
    ),
    Statement(
        id="practice: butanal over-alkylates butylamine more than aniline",
        flasks=("butylamine + butanal", "aniline + butanal"),
        judge=lambda f: f["butylamine + butanal"].above(1) > f["aniline + butanal"].above(1),
    ),
)
"""Every constraint of ``orderings.csv`` and ``tests/test_orderings.py``, and four of general practice (grade B)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordering:
    """A statement of the literature beside what answers it."""

    id: str
    grade: str
    constraint: str
    medians: tuple[tuple[float, ...], ...]
    """By degree, of each flask that is compared."""
    holds: bool
    """On medians."""
    probability: float
    """Share of the draws in which it holds."""
    error: float
    """Monte Carlo standard error of that."""
    classes: tuple[str, str]
    """Of the first flask."""


def compare_orderings(
    data: Path, model: Model, *, draws: int = SEED_DRAWS, seeds: int = SEEDS
) -> tuple[Ordering, ...]:
    """Judge every statement on medians over all draws, and in each draw."""
    rows = {row["id"]: row for row in read("orderings.csv", data)}
    asked = _asked(rows, model)
    runs = [
        {name: _flasked(p, draws, seed, isomers=name in ASK_ISOMERS) for name, p in asked.items()}
        for seed in range(seeds)
    ]
    whole = {name: _joined([one[name] for one in runs]).at_medians for name in asked}
    found = []
    for s in STATEMENTS:
        shares = [float(np.mean(s.judge(one))) for one in runs]
        row = rows.get(s.id.partition(" ")[0].rstrip(","), {})
        first = asked[s.flasks[0]]
        found.append(
            Ordering(
                id=s.id,
                grade=row.get("grade", "B"),
                constraint=row.get("constraint", s.id.partition(": ")[2]),
                medians=tuple(tuple(whole[name].degrees[0].tolist()) for name in s.flasks),
                holds=bool(s.judge(whole)[0]),
                probability=float(np.mean(shares)),
                error=float(np.std(shares, ddof=1)) / sqrt(seeds) if seeds > 1 else 0.0,
                classes=classes_of(first.pair.amine.smiles, first.pair.carbonyl.smiles, model),
            )
        )
    return tuple(found)


def _asked(rows: Mapping[str, Mapping[str, str]], model: Model) -> dict[str, Prediction]:
    """Settle every flask that a statement names."""
    asked = {i: predict(row, model, 16, **CHANGED.get(i, {})) for i, row in rows.items()}
    asked |= {name: predict(rows[i], model, 16, **more) for name, (i, more) in MORE_FLASKS.items()}
    return asked | {name: predict(STAB_BUTYL | row, model, 16) for name, row in PRACTICE.items()}


def _flasked(p: Prediction, draws: int, seed: int, *, isomers: bool = False) -> Flasked:
    """Run a settled flask with the draws of a seed."""
    drawn = draw_parameters(p.model, draws, seed)
    outcome = predict_outcomes(p.pair, p.model, [p.procedure], drawn)
    return Flasked(
        degrees=outcome.degrees[0],
        isomers=_isomers(p, drawn) if isomers else {},
        caveats=p.caveats,
    )


def _isomers(p: Prediction, drawn: Draws) -> dict[str, Array]:
    """Share of each isomer among those of its degree (n_draws,)."""
    flask = prepare(p.pair, p.model, joint=needs_joint_states(p.pair, p.procedure))
    trajectory = run(flask, p.model, [p.procedure], drawn)
    found = isomer_fractions(flask, trajectory, p.procedure.quench, charged_amine([p.procedure], trajectory))
    ends = {smiles: (degree, fractions[0, :, -1]) for smiles, (degree, fractions) in found.items()}
    whole = {degree: sum(x for d, x in ends.values() if d == degree) for degree, _ in ends.values()}
    return {smiles: np.asarray(x / whole[degree]) for smiles, (degree, x) in ends.items()}


def _joined(parts: list[Flasked]) -> Flasked:
    """Put the draws of all seeds together."""
    return Flasked(
        degrees=np.concatenate([one.degrees for one in parts]),
        isomers={s: np.concatenate([one.isomers[s] for one in parts]) for s in parts[0].isomers},
        caveats=parts[0].caveats,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Prior:
    """What the first set was built to say of one carbonyl compound."""

    id: str
    constraint: str
    quantiles: tuple[float, float, float]
    """Over-alkylation of butylamine at 5, 50 and 95 % of the draws."""
    holds: bool


PRIORS: tuple[tuple[str, str, str, Callable[[Array, Array], bool]], ...] = (
    (
        "butanal",
        "CCCC=O",
        "5 % 1 to 4, median 4 to 12, 95 % 15 to 35",
        lambda q, _: bool(0.01 <= q[0] <= 0.04 <= q[1] <= 0.12 and 0.15 <= q[2] <= 0.35),
    ),
    ("isobutanal", "CC(C)C=O", "median 1 to 6", lambda q, _: bool(0.01 <= q[1] <= 0.06)),
    ("benzaldehyde", "O=Cc1ccccc1", "median 1 to 6", lambda q, _: bool(0.01 <= q[1] <= 0.06)),
    (
        "cyclohexanone (1 eq AcOH)",
        "O=C1CCCCC1",
        "median below 1, 95 % below 6",
        lambda q, _: bool(q[1] < 0.01 and q[2] < 0.06),
    ),
    (
        "formaldehyde",
        "C=O",
        "median above 30 and above mono",
        lambda q, mono: bool(q[1] > 0.3 and q[1] > np.median(mono)),
    ),
)
"""(name, SMILES, words, judge of the quantiles and of mono over the draws)."""


def compare_priors(model: Model, draws: int) -> tuple[Prior, ...]:
    """Judge what the first set was built to say."""
    found = []
    for name, smiles, words, judge in PRIORS:
        fields: dict[str, object] = {"hold_time_h": 24.0, "concentration_M": 0.2}
        fields |= {"acid_equivalents": 1.0} if "AcOH" in name else {}
        one = _flasked(predict(STAB_BUTYL | {"carbonyl_smiles": smiles}, model, 16, **fields), draws, 0)
        quantiles = np.quantile(one.above(1), (0.05, 0.5, 0.95))
        found.append(
            Prior(
                id=name,
                constraint=words,
                quantiles=tuple(quantiles.tolist()),
                holds=judge(quantiles, one.degree(1)),
            )
        )
    return tuple(found)
