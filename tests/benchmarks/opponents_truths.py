"""Substrates of the benchmark with opponents: flasks whose constants no player knows, with steps that no model has.

The flask is that of the coverage benchmark (``truth``, ``truth_flask``, ``truth_rates``: equations and numbers written
apart from the planner, hemiaminals, aminals and a slurry that no model of the planner holds), and beyond it a careless
hand: carbonyl is short, moisture takes part of the hydride, the flask runs warm, and of a feed some reacts before it is
mixed in. Temperature is put in by energies of its own. ``opponents.toml`` holds these numbers, ``candidates`` is the
list of procedures among which all players choose.
"""

import csv
import itertools
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.truth import LEFT_OUT, PARTS, Array, Case, Values, draw
from benchmarks.truth_flask import Flask, write_flask
from benchmarks.truth_rates import DOSED, FED, charged, constants
from benchmarks.truth_runs import outcome, simulate

HERE = Path(__file__).parent
NUMBERS, SUBSTRATES = HERE / "opponents.toml", HERE / "opponents_substrates.csv"
SEED = 71_000
"""Of the first substrate's truth; the others follow."""
NOISE = 0.03
"""Relative, on each area; then closed to 1."""
GAS, ZERO_C, REFERENCE_K = 8.314462618e-3, 273.15, 298.15
"""kJ/(mol K), K, K."""
CAP = 1.1
"""Carbonyl per alkyl group that is wanted, where excess is not free."""
ENERGIES = {
    "condensation": ("condensation",),
    "hydrolysis": ("condensation", "-equilibrium"),
    "transfer": ("transfer",),
    "reduction": ("reduction",),
    "loss": ("loss",),
    "k_dW": ("loss",),
    "k_dA": ("loss",),
    "exchange": ("exchange",),
    "k_off": ("-association",),
    "k_b": ("borate",),
    "k_X": ("aldol",),
    "k_I": ("aldol",),
    "store": ("store",),
    "hemiaminal": ("hemiaminal",),
    "hemiaminal back": ("hemiaminal", "-hemiaminal_held"),
    "aminal": ("hemiaminal",),
    "aminal back": ("hemiaminal", "-hemiaminal_held"),
    "dissolution": ("dissolution",),
}
"""What adds up to the activation energy of a rate constant, by its name without the rung; others have none."""
SOLVENT = {"STAB": "DCE", "NaBH3CN": "MeOH", "NaBH4": "MeOH"}
HYDRIDES = {"STAB": 1.0, "NaBH3CN": 2.0, "NaBH4": 3.0}
"""Usable per mole."""
CHARGES = (0.7, 0.85, 0.95, 1.0, 1.05, 1.1, 1.3, 1.6, 2.0)
"""Carbonyl per alkyl group that is wanted."""
HYDRIDE_CHARGES = (1.2, 2.0)
"""Hydride per alkyl group that is wanted."""
STAGES = (("all_at_once", 0.0), ("imine_first", 2.0), ("slow_carbonyl", 2.0), ("slow_carbonyl", 8.0))
"""Additions, and how long their first stage takes [h]."""
ACIDS, TEMPERATURES_C, HOLDS_H, CONCENTRATION_M = (0.0, 0.5, 1.0), (0.0, 25.0, 40.0), (4.0, 16.0), 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A procedure, as every player sees it; equivalents per mole of amine."""

    reductant: str
    addition: str
    stage_h: float
    carbonyl_equivalents: float
    reductant_equivalents: float
    acid_equivalents: float
    temperature_C: float
    hold_time_h: float

    @property
    def words(self) -> str:
        """Write it in one cell."""
        return (
            f"{self.reductant} {self.reductant_equivalents:g} {self.addition} {self.stage_h:g} h carbonyl "
            f"{self.carbonyl_equivalents:g} acid {self.acid_equivalents:g} {self.temperature_C:g} C "
            f"{self.hold_time_h:g} h"
        )


def read_choice(words: str) -> Choice:
    """Read a choice from its words."""
    reductant, hydride, addition, stage, _, _, charge, _, acid, celsius, _, hold, _ = words.split()
    return Choice(
        reductant=reductant,
        addition=addition,
        stage_h=float(stage),
        carbonyl_equivalents=float(charge),
        reductant_equivalents=float(hydride),
        acid_equivalents=float(acid),
        temperature_C=float(celsius),
        hold_time_h=float(hold),
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Substrate:
    """A pair whose constants are known here alone."""

    id: str
    amine: str
    """SMILES."""
    carbonyl: str
    """SMILES."""
    amine_class: str
    """Key of ``truth.toml``; so is the next."""
    carbonyl_class: str
    degree: int
    """That is wanted."""
    values: Values
    """One draw of ``truth.toml``."""
    beyond: dict[str, dict[str, float]]
    """One draw of ``opponents.toml``."""

    def true(self, choices: Sequence[Choice]) -> Array:
        """What procedures really give (n_choices, n_degrees)."""
        return np.array([self._degrees(choice) for choice in choices])

    def measured(self, choice: Choice, again: int = 0) -> Array:
        """Measure a run, the same for every player; ``again`` counts how often it was made before."""
        rng = np.random.default_rng((zlib.crc32(f"{self.id} {choice.words}".encode()), again))
        true = self.true([choice])[0]
        areas = true * np.exp(NOISE * rng.standard_normal(len(true)))
        return np.asarray(areas / areas.sum())

    def _degrees(self, choice: Choice) -> Array:
        """Mix what was mixed in with what was not."""
        mixed = self._run(choice, choice.addition)
        unmixed = self.beyond["flask"]["unmixed"]
        if choice.addition != "slow_carbonyl":
            return mixed
        return np.asarray((1.0 - unmixed) * mixed + unmixed * self._run(choice, "all_at_once"))

    def _run(self, choice: Choice, addition: str) -> Array:
        """Run a flask to its end and quench it."""
        flask = replace(_flask(self, choice.reductant), case=case_of(self, choice, addition))
        k = {name: float(x[0]) for name, x in constants(flask, self.values).items()}
        kelvin = ZERO_C + choice.temperature_C + max(0.0, self.beyond["flask"]["warm"])
        warm = {name: x * factor(self.beyond["energy"], name, kelvin) for name, x in k.items()}
        found = outcome(flask, simulate(flask, warm, self._charged(flask)))
        degrees = np.array([found[f"degree {a}"] for a in range(flask.case.h + 1)])
        kept = np.maximum(degrees, 0.0)
        return np.asarray(kept / kept.sum())

    def _charged(self, flask: Flask) -> dict[str, float]:
        """What enters, less what the old bottle lacks and what moisture and acid take."""
        flaws = {name: max(0.0, x) for name, x in self.beyond["flask"].items()}
        lost = flaws["hydride_lost"] + flaws["lost_by_acid"] * flask.case.capped_acid
        found = {}
        for name, amount in charged(flask, self.values).items():
            bare = name.removeprefix(DOSED).removeprefix(FED)
            share = 1.0 - lost if bare in ("H", "solid") else 1.0
            share = 1.0 - flaws["carbonyl_short"] if bare in ("C", "bound") else share
            found[name] = float(amount[0]) * share
        return found


@lru_cache(maxsize=8)
def _flask(substrate: Substrate, reductant: str) -> Flask:
    """Write the flask of a reductant; what is done in it changes no reaction."""
    choice = next(c for c in candidates(substrate) if c.reductant == reductant)
    return write_flask(case_of(substrate, choice, choice.addition), frozenset((*PARTS, LEFT_OUT)))


def case_of(substrate: Substrate, choice: Choice, addition: str) -> Case:
    """Write a procedure as a case of the truths."""
    stage = {"slow_carbonyl": "addition_time_h", "imine_first": "imine_time_h"}.get(addition)
    times = {"addition_time_h": 0.0, "imine_time_h": 0.0}
    if stage is not None:
        times[stage] = choice.stage_h
    waited = choice.stage_h if choice.addition == "slow_carbonyl" and addition == "all_at_once" else 0.0
    return Case(
        id=substrate.id,
        amine=substrate.amine,
        carbonyl=substrate.carbonyl,
        amine_class=substrate.amine_class,
        carbonyl_class=substrate.carbonyl_class,
        reductant=choice.reductant,
        solvent=SOLVENT[choice.reductant],
        carbonyl_equivalents=choice.carbonyl_equivalents,
        reductant_equivalents=choice.reductant_equivalents,
        acid_equivalents=choice.acid_equivalents,
        concentration_M=CONCENTRATION_M,
        addition=addition,
        hold_time_h=choice.hold_time_h + waited,
        water="dry",
        references={},
        **times,
    )


def factor(energies: dict[str, float], name: str, kelvin: float) -> float:
    """By how much a rate constant is larger than at 298.15 K."""
    kind = name.rstrip(" 0123456789")
    energy = sum(
        -energies[part[1:]] if part.startswith("-") else energies[part] for part in ENERGIES.get(kind, ())
    )
    return float(np.exp(-energy / GAS * (1.0 / kelvin - 1.0 / REFERENCE_K)))


@lru_cache(maxsize=1)
def _numbers() -> dict[str, dict[str, list[float]]]:
    with NUMBERS.open("rb") as file:
        return dict(tomllib.load(file))


def substrates() -> tuple[Substrate, ...]:
    """Read the pairs and draw their truths."""
    with SUBSTRATES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(_substrate(row, SEED + i) for i, row in enumerate(rows))


def _substrate(row: dict[str, str], seed: int) -> Substrate:
    rng = np.random.default_rng((seed, 1))
    beyond = {
        group: {name: float(rng.normal(*of)) for name, of in numbers.items()}
        for group, numbers in _numbers().items()
    }
    words = {name: text for name, text in row.items() if name != "degree"}
    further = {name: np.array([x]) for name, x in beyond.pop("further").items()}
    return Substrate(**words, degree=int(row["degree"]), values=draw(1, seed) | further, beyond=beyond)


def candidates(substrate: Substrate, most: float = np.inf) -> tuple[Choice, ...]:
    """List the procedures among which all choose.

    Parameters
    ----------
    substrate
        Charges count in the alkyl groups that it is to get; paraformaldehyde cannot be fed.
    most
        Carbonyl per alkyl group, at most.
    """
    d = float(substrate.degree)
    found = []
    for reductant, (addition, stage), e, hydride, acid, celsius, hold in itertools.product(
        SOLVENT, STAGES, CHARGES, HYDRIDE_CHARGES, ACIDS, TEMPERATURES_C, HOLDS_H
    ):
        is_fed = addition == "slow_carbonyl"
        if (reductant == "NaBH4" and acid) or (is_fed and substrate.carbonyl_class == "formaldehyde"):
            continue
        if e <= most:
            found.append(
                Choice(
                    reductant=reductant,
                    addition=addition,
                    stage_h=stage,
                    carbonyl_equivalents=round(d * e, 3),
                    reductant_equivalents=round(d * hydride / HYDRIDES[reductant], 3),
                    acid_equivalents=acid,
                    temperature_C=celsius,
                    hold_time_h=hold,
                )
            )
    return tuple(found)
