"""Separation: the purification of a run at the scale of its sheet, with the volumes of water, solvent, acid and base.

    water = the larger of 5 L per mole of amine and the flask,    portion = half of it,    titrant = n / 2 M

The order of the steps is that of the purification, which is safe; see ``mixtures.purification``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.mixtures.purification import Purification, PurificationStep
from planner.mixtures.scheme import Scheme
from planner.mixtures.separation import load_separation
from planner.sheets.charges import CYLINDERS, volume_words
from planner.sheets.hazards import Warned

DILUTED = 4.0
"""Volumes of water to one of the flask where its solvent mixes with water and is not stripped."""
HARDLY = 0.01
"""Acid or base that is not worth a volume [mol per mol of amine]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Separation:
    """How the mixture of a sheet is taken apart."""

    scheme: Scheme
    extractant: str
    difficulty: float
    """Share of the target that cannot be freed from its nearest neighbour to 95 %."""
    water_mL: float
    """From the quench on [mL]."""
    portion_mL: float
    """Of the extractant, each time [mL]."""
    steps: tuple[tuple[str, str, Warned], ...]
    """Stage, what is gone after it, and the step, in the order of the bench."""

    def among(self, said: Sequence[tuple[str, Warned]]) -> tuple[Warned, ...]:
        """Put the steps where the plain extraction would stand; cyanide waste is spoken of where cyanide is gone."""
        return tuple(self._among(said))

    def _among(self, said: Sequence[tuple[str, Warned]]) -> Iterator[Warned]:
        parting = [(clears, step) for stage, clears, step in self.steps if not stage]
        clean = next((n for n, (clears, _) in enumerate(parting, start=1) if clears == "cyanide"), 0)
        yield from (step for stage, step in said if not stage)
        yield from (step for _, step in parting[:clean])
        yield from (step for stage, step in said if stage == "waste")
        yield from (step for _, step in parting[clean:])
        yield from (step for stage, step in said if stage == "finish")
        yield from (step for stage, _, step in self.steps if stage == "after")


def separation_of(found: Purification, amine_mmol: float, flask_mL: float) -> Separation | None:
    """Write a purification at a scale; None where there is nothing to take apart by extraction.

    Parameters
    ----------
    found
        Of the run.
    amine_mmol, flask_mL
        Amine charged, and what the flask holds before the quench [mmol, mL].
    """
    if "base extraction" in found.flags or not found.has_target:
        return None
    craft = load_separation()
    is_diluted = "cyanide" in found.flags and "own layer" not in found.flags
    water = max(craft.number("water_per_mole") * amine_mmol, flask_mL * (DILUTED if is_diluted else 1.0))
    portion = water * craft.number("portion_volume")
    moles = {
        "to_acid": found.titration.to_acid,
        "to_low": found.titration.to_low,
        "to_high": found.titration.to_high,
    }
    titrants = {name: _titrant(amine_mmol, n, found.flags) for name, n in moles.items()}
    filled = titrants | {
        "water": volume_words(water, CYLINDERS),
        "portion": volume_words(portion, CYLINDERS),
        "extractant": found.extractant,
    }
    return Separation(
        scheme=found.scheme,
        extractant=found.extractant,
        difficulty=found.difficulty,
        water_mL=water,
        portion_mL=portion,
        steps=tuple((step.stage, step.clears, _filled(step, filled)) for step in found.steps),
    )


def _filled(step: PurificationStep, filled: dict[str, str]) -> Warned:
    """Write a step with its volumes."""
    scaled = f" {step.scaled.format(**filled)}" if step.scaled else ""
    return Warned(sentence=step.words + scaled, source=step.source)


def _titrant(amine_mmol: float, n: float, flags: frozenset[str]) -> str:
    """Say how much acid, or where negative base, the water takes; mild ones where strong ones harm."""
    if abs(n) < HARDLY:
        return "hardly any more acid or base"
    if n > 0 and "acid" not in flags:
        return "half-saturated ammonium chloride, by the meter"
    if n < 0 and "strong base" in flags:
        return "cold sodium carbonate, by the meter"
    molar = load_separation().number("titrant")
    volume = volume_words(abs(n) * amine_mmol / molar, CYLINDERS)
    return f"about {volume} of {molar:g} M {'hydrochloric acid' if n > 0 else 'sodium hydroxide'}"
