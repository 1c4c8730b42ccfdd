"""Purification: how the target comes out of its mixture, from computed properties, in a safe order.

Solutes are what the model computes above half a per cent of the amine. The scheme starts from the quench of the plan.
With cyanide present the first water is alkaline, the organic layer is washed free of cyanide before anything else, and
where an aminonitrile may be left acid is refused. No distillation and no heat comes before N-oxides and peroxides are
looked for. See ``scheme`` for the windows and the difficulty, ``separation.toml`` for the steps.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.files.tables import to_frame
from planner.flask.quenching import listed
from planner.mixtures import holes, solubility
from planner.mixtures.bench_flags import boils_at, window_flags
from planner.mixtures.crude import Crude, mean_amount, read_crude
from planner.mixtures.properties import Properties
from planner.mixtures.scheme import PHASES, Scheme, drawn_shares
from planner.mixtures.separation import Craft, StepRule, load_separation
from planner.mixtures.species import ExpectedSpecies, notes_of, species_of
from planner.mixtures.titration import Titration, salts_of, titration
from planner.model.model import Model
from planner.predictions.degrees import degree_word
from planner.predictions.prediction import PREDICTION_DRAWS, Prediction, predict

if TYPE_CHECKING:
    import pandas as pd

SHOWN_PH = (2, 7, 10, 12)
SPECIES_COLUMNS = (
    "name", "smiles", "amount", "mass", "pKaH", "pKaH_2", "logP", *(f"charge_pH{pH}" for pH in SHOWN_PH), "solubility",
    *(f"{phase}{part}" for phase in PHASES for part in ("", "_low", "_high")),
)  # fmt: skip
DRAWS = 512
NEUTRALS = "neutrals"
"""Word of the file for a step that takes off what is no amine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PurificationStep:
    """One step of the bench."""

    title: str
    """Of a few words."""
    words: str
    pH: tuple[float, float] | None
    """Lowest and highest of the water in it; None where there is none."""
    heats: bool
    """Whether something is distilled or heated."""
    clears: str
    """What is gone after it: cyanide, neutrals or oxide."""
    source: str
    stage: str = ""
    """Of ``separation.STAGES``."""
    scaled: str = ""
    """What a sheet adds at its scale, with holes for volumes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A compound of the mixture and where it goes."""

    name: str
    smiles: str
    amount: float
    """[mol per mol of amine]"""
    mass: float
    """[g mol-1]"""
    properties: Properties
    shares: tuple[tuple[float, float, float], ...]
    """In A, B and W: mean, 5 and 95 % quantile."""
    solubility: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Purification:
    """How the target comes out of a mixture."""

    prediction: Prediction
    target: str
    """Name of the compound that is wanted."""
    parts: tuple[Part, ...]
    scheme: Scheme
    extractant: str
    steps: tuple[PurificationStep, ...]
    titration: Titration
    """Acid and base that the water takes, per mole of amine."""
    flags: frozenset[str]
    """What holds of the mixture, of ``separation.FLAGS``."""
    difficulty: float
    """Share of the target that extraction cannot free from its nearest neighbour to 95 %."""
    cost: float
    """What that would cost in a ranking that asks for it, at most 0.05."""
    reasons: tuple[str, ...]

    @property
    def has_target(self) -> bool:
        """Whether there is enough of the target to be looked for."""
        return "no target" not in self.flags

    @property
    def species(self) -> "pd.DataFrame":
        """Tabulate the compounds: pKaH, logP, charges, and their shares in layers A, B and the water W."""
        return to_frame(self.rows(), SPECIES_COLUMNS)

    def rows(self) -> list[dict[str, Any]]:
        """List the compounds as rows of ``SPECIES_COLUMNS``."""
        return [_part_row(part) for part in self.parts]


def purification(
    amine: str,
    carbonyl: str,
    *,
    target: str | int = "mono",
    draws: int = PREDICTION_DRAWS,
    seed: int = 0,
    models: str | Path | None = None,
    model: Model | None = None,
    **procedure: Any,
) -> Purification:
    """Tell how the target comes out of the mixture that a procedure gives.

    Parameters
    ----------
    amine, carbonyl, target, draws, seed, models, model
        As in ``predict``.
    **procedure
        Fields of ``Procedure``.

    Returns
    -------
    Purification

    Raises
    ------
    StructureError, ScopeError, ProcedureError, ParameterError
        If the input cannot be used; one line says what to do.

    Examples
    --------
    >>> found = purification("C1CNCCCN1", "O=Cc1cccs1", draws=16)
    >>> found.scheme.kept, found.scheme.low < found.scheme.high
    ('B', True)
    """
    return purify(
        predict(
            amine, carbonyl, target=target, draws=draws, seed=seed, models=models, model=model, **procedure
        )
    )


def purify(
    prediction: Prediction,
    sensitive: Iterable[str] = (),
    isomer: str | None = None,
    species: Sequence[ExpectedSpecies] = (),
) -> Purification:
    """Tell how the target of a prediction comes out.

    Parameters
    ----------
    prediction
        Of the run.
    sensitive
        To what a group is sensitive besides what the structures show: "acid", "base", "hydride".
    isomer
        SMILES of the one isomer that is wanted; None: any of the degree, the most abundant stands for all.
    species
        What the run may hold, where it is listed already.

    Raises
    ------
    ProcedureError
        If the run cannot be ended as its procedure says.
    """
    craft, species = load_separation(), species or species_of(prediction)
    crude = read_crude(prediction, species, frozenset(s.kind for s in species), sensitive, isomer)
    wanted, own, scheme, solutes = crude.there[0], crude.own, crude.scheme, crude.solutes
    ending, flags, solvent = crude.ending, set(crude.flags), crude.solvent
    parts = tuple(_parts(crude, craft))
    flags |= set(window_flags(scheme, own, (wanted.name, solutes[wanted.name][1]), flags, craft))
    gone = {s.name for s in crude.there if s.kind == "carbonyl" and "bisulfite" in flags}
    flags -= set() if holes.neutrals_of(crude, gone) else {"neutrals left"}
    is_there = mean_amount(wanted) >= craft.number("least_amount")
    flags |= set() if is_there else {"no target"}
    rules = [rule for rule in craft.steps if rule.holds(ending.quench.name, frozenset(flags))]
    if not is_there:
        rules = [rule for rule in rules if rule.stage == "quench" or "no target" in rule.when]
    taken = [(*solutes[part.name], part.shares[0][0]) for part in parts]
    acid = titration(taken, salts_of(prediction, craft), _way(rules, scheme), craft)
    is_washed = any(rule.clears == NEUTRALS for rule in rules)
    left = [
        part
        for part in parts
        if part is parts[0] or (part.name not in gone and (part.properties.pKaH or not is_washed))
    ]
    filled = (
        _filled(prediction, left, scheme, solvent.name)
        | holes.of_acid(crude, craft, gone)
        | holes.of_residue(crude, {part.name: [share[0] for share in part.shares] for part in parts})
        | {
            "acid": f"{acid.to_acid:.1f}",
            "base_groups": listed(dict.fromkeys([*ending.harmed["base"], *ending.harmed["strong base"]])),
            "layer": prediction.procedure.solvent if "own layer" in flags else solvent.name,
        }
    )
    return Purification(
        prediction=prediction,
        target=wanted.name,
        parts=parts,
        scheme=scheme,
        extractant=solvent.name,
        steps=tuple(_step(rule, scheme, filled) for rule in rules),
        titration=acid,
        flags=frozenset(flags),
        difficulty=scheme.difficulty,
        cost=scheme.difficulty * craft.number("separation_cost"),
        reasons=tuple(_reasons(scheme, own, wanted, flags, prediction)),
    )


def _parts(crude: Crude, craft: Craft) -> Iterator[Part]:
    """Say where each compound goes, with intervals over what is not known of it."""
    dice = np.random.default_rng(0)
    common = dice.standard_normal((DRAWS, 2))
    own = crude.own
    drawn = [
        own[s.name].drawn(crude.solvent, craft, dice.standard_normal((DRAWS, 5)), common) for s in crude.there
    ]
    for one, found in zip(crude.there, drawn_shares(drawn, crude.scheme, craft), strict=True):
        yield Part(
            name=one.name,
            smiles=one.smiles,
            amount=mean_amount(one),
            mass=one.average_mass,
            properties=own[one.name],
            shares=tuple(
                (float(np.mean(x)), float(np.quantile(x, 0.05)), float(np.quantile(x, 0.95))) for x in found
            ),
            solubility=solubility.words(own[one.name]),
        )


def _filled(prediction: Prediction, parts: Sequence[Part], scheme: Scheme, solvent: str) -> dict[str, str]:
    """Write what is filled into the sentences; ``parts`` are those that come to the windows, the target first."""
    boils = boils_at(parts[0].smiles, prediction.model)
    return {
        "target": f"{degree_word(prediction.target)} product",
        "extractant": solvent,
        "low": f"{scheme.low or scheme.high:g}",
        "solvent": prediction.procedure.solvent,
        "reductant": prediction.procedure.reductant,
        "high": f"{scheme.high:g}",
        "waste": _held(parts, 0),
        "kept": _held(parts, 1),
        "left": _held(parts, 2),
        "neighbour": scheme.neighbour or "nothing",
        "boils": "" if boils is None else f"{boils:.0f}",
    }


def _held(parts: Sequence[Part], phase: int) -> str:
    """List what of a phase is worth a word, with its share and interval."""
    said = [
        f"{part.name} {part.shares[phase][0]:.0%} ({part.shares[phase][1]:.0%} to {part.shares[phase][2]:.0%})"
        for part in parts
        if part.shares[phase][0] >= 0.02
    ]
    return ", ".join(said) or "nothing"


def _step(rule: StepRule, scheme: Scheme, filled: Mapping[str, str]) -> PurificationStep:
    """Write a step that holds."""
    pH = _pH(rule, scheme)
    return PurificationStep(
        title=rule.title,
        words=rule.sentence.format(**filled),
        pH=(pH[0], pH[1]) if pH else None,
        heats=rule.heats,
        clears=rule.clears,
        source=rule.source,
        stage=rule.stage,
        scaled=rule.scaled,
    )


def _pH(rule: StepRule, scheme: Scheme) -> list[float]:
    """Lowest and highest pH of a step; nothing where it has no water."""
    windows = {"low": scheme.low or scheme.high, "high": scheme.high}
    return [windows[x] if isinstance(x, str) else float(x) for x in rule.pH]


def _way(rules: Sequence[StepRule], scheme: Scheme) -> tuple[float, float | None, float | None, float]:
    """Follow the pH of the water: after the quench, in the acid wash, in the windows."""
    start = next(
        (sum(_pH(rule, scheme)) / 2.0 for rule in rules if rule.stage == "quench" and rule.pH), scheme.high
    )
    washed = next((sum(_pH(rule, scheme)) / 2.0 for rule in rules if rule.clears == NEUTRALS), None)
    has_first = any("low" in rule.pH for rule in rules)
    return start, washed, scheme.low if has_first else None, scheme.high


def _reasons(
    scheme: Scheme,
    own: Mapping[str, Properties],
    wanted: ExpectedSpecies,
    flags: set[str],
    prediction: Prediction,
) -> Iterator[str]:
    """Say why it is as easy or as hard as it is."""
    if "no target" in flags:
        yield (
            f"Less than {load_separation().number('least_amount'):.1%} of the amine is expected as {wanted.name}: "
            "there is nothing to purify, and no windows are given."
        )
        yield from notes_of(prediction)
        return
    if not scheme.neighbour:
        yield "Nothing basic is expected beside the target: one extraction at high pH is enough."
    else:
        near, target = own[scheme.neighbour], own[wanted.name]
        windows = f"{scheme.high:g}" if scheme.low is None else f"{scheme.low:g} and {scheme.high:g}"
        yield (
            f"Nearest neighbour of {wanted.name}: {scheme.neighbour}; pKaH {_first(target)} against {_first(near)}, "
            f"log P {target.log_p:.1f} against {near.log_p:.1f}. " + _windows(scheme, windows, flags)
        )
    yield (
        f"Difficulty {scheme.difficulty:.2f}: the share of the target that this extraction cannot free from its "
        "nearest neighbour to 95 %."
    )
    tried = (
        ""
        if "base extraction" in flags
        else ": try the pH of each window on a sample before the whole is shaken"
    )
    yield f"{_known(own[wanted.name])}{tried}."
    if "aminonitrile" in flags:
        yield "Acid is refused because an aminonitrile may be left, which frees hydrogen cyanide."
    yield from notes_of(prediction)


def _windows(scheme: Scheme, windows: str, flags: set[str]) -> str:
    """Say where the target is after the windows."""
    if flags >= {"base extraction", "neutral acid", "acid"}:
        return "Alkaline water keeps the target, which is extracted as the acid; amines with an acid group come along."
    if "base extraction" in flags:
        return "Nothing is extracted: the acid group keeps the target in the water, and its neighbours with one too."
    return (
        f"At pH {windows} the {'water' if scheme.kept == 'W' else 'layer ' + scheme.kept} holds {scheme.recovery:.0%} "
        f"of the target at {scheme.purity:.0%} of all amines there."
    )


def _known(properties: Properties) -> str:
    """Say how well the target's constants are known."""
    basicity = f"pKaH within {properties.pKaH_sd[0]:.1g}, " if properties.pKaH_sd else ""
    return f"Of the target {basicity}log P within {properties.log_p_sd:.1g}"


def _first(properties: Properties) -> str:
    return f"{properties.pKaH[0]:.1f}" if properties.pKaH else "none"


def _part_row(part: Part) -> dict[str, Any]:
    """Write a compound as a row."""
    own = part.properties
    row: dict[str, Any] = {
        "name": part.name,
        "smiles": part.smiles,
        "amount": part.amount,
        "mass": part.mass,
        "pKaH": own.pKaH[0] if own.pKaH else None,
        "pKaH_2": own.pKaH[1] if len(own.pKaH) > 1 else None,
        "logP": own.log_p,
        "solubility": part.solubility,
    }
    row |= {f"charge_pH{pH}": own.charge(float(pH)) for pH in SHOWN_PH}
    for phase, (mean, low, high) in zip(PHASES, part.shares, strict=True):
        row |= {phase: mean, f"{phase}_low": low, f"{phase}_high": high}
    return row
