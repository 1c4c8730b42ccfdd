"""Model: all that a models folder says, in one record.

A *model* is one set of files in ``models/``: contributions of classes of amine, carbonyl and solvent
(positive factors, or constants in M and s at 298.15 K), reductants and solvents, with the site rules, the
warnings, the catalogue of reagents and the hazards of its folder. The reference class of a table has no
entry: its factor is exactly 1.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Annotated

from planner.errors import ParameterError, nearest
from planner.model.advice import Advice
from planner.model.basicity import Basicity
from planner.model.calibrated import calibration_digest, save_calibration
from planner.model.calibration import Calibration
from planner.model.catalogue import Catalogue
from planner.model.checks import Amount, Text, one_of
from planner.model.hazards import HazardRule
from planner.model.quantities import Parameter, Source
from planner.model.reagents import Dosing, Reductant, Solvent, chain, look_up
from planner.model.sensitive import SensitiveGroup
from planner.model.site_classes import SiteClass, like_chain
from planner.model.steps import OF_REDUCTANT, Step
from planner.model.warnings import WarningRule
from planner.model.workup import Workup


@dataclass(frozen=True, kw_only=True, slots=True)
class FlaskDefaults:
    """Defaults that do not depend on the reductant."""

    reductant: Text
    carbonyl_equivalents: Amount
    temperature_C: float
    concentration_M: Amount
    feed_volume_fraction: Amount
    water: Annotated[str, one_of("dry", "wet", "sieves")]
    quench: Annotated[str, one_of("aqueous", "borohydride")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """All that a models folder says: a checked set of numbers, and what goes with it."""

    name: str
    sha256: str
    """Of all files it was read from, the site rules and the warnings among them."""
    parent: str | None
    """The set it narrows, for a calibrated one."""
    parameters: tuple[Parameter, ...]
    """Sorted by name."""
    reductants: tuple[Reductant, ...]
    """The default one first, then by name."""
    solvents: tuple[Solvent, ...]
    sources: tuple[Source, ...]
    defaults: FlaskDefaults
    does_not_claim: tuple[str, ...]
    site_classes: tuple[SiteClass, ...]
    """Perception rules in the order of matching, look-alikes and refused groups among them."""
    warnings: tuple[WarningRule, ...]
    """What two structures, and what is done with them, warn of; the gravest first."""
    catalogue: Catalogue
    """Reagents by the names on their bottles."""
    hazards: tuple[HazardRule, ...]
    """Dangers besides those of the reductants."""
    advice: Advice
    """Prices, cheap partners, remedies."""
    steps: tuple[Step, ...]
    """Reactions between the pools of the flask."""
    sensitive: tuple[SensitiveGroup, ...]
    """Groups that acid, base or hydride may change."""
    workup: Workup
    """How a run is quenched, worked up and dosed."""
    basicity: Basicity
    """Increments of the pKaH of a nitrogen."""
    parts: tuple[str, ...] = ()
    """What its flasks have besides the ladder: some of ``parts.PARTS``."""
    calibration: Calibration | None = None
    """What runs of one pair taught it; the hash counts it."""

    def __hash__(self) -> int:
        """Tell models apart by what they were read from; their numbers are compared only where that is alike."""
        return hash((self.name, self.sha256))

    def _at(self, name: str) -> Parameter | None:
        place = bisect_left(self.parameters, name, key=attrgetter("name"))
        found = self.parameters[place] if place < len(self.parameters) else None
        return found if found is not None and found.name == name else None

    def parameter(self, name: str) -> Parameter:
        """Return the number of this name; ParameterError if the model has none."""
        if (found := self._at(name)) is not None:
            return found
        known = [p.name for p in self.parameters]
        raise ParameterError(
            f"model {self.name!r} has no number {name!r}{nearest(name, known)}; add it to its files"
        )

    def find(self, table: str, names: Sequence[str]) -> Parameter | None:
        """Return the entry of the first of these names that the table has.

        Parameters
        ----------
        table
            First part of the parameters' name.
        names
            A class (or solvent) followed by what it is like, nearest first.

        Returns
        -------
        Parameter or None
            None stands for the reference: exactly 1, without width.
        """
        return _find(self, table, tuple(names))

    def reductant(self, text: str) -> Reductant:
        """Return the reductant of this name or alias, however it is spelt; ProcedureError if unknown."""
        return look_up("reductant", text, self.reductants)

    def solvent(self, text: str) -> Solvent:
        """Return the solvent of this name or alias, however it is spelt; ProcedureError if unknown."""
        return look_up("solvent", text, self.solvents)

    def dosing(self, reductant: str, solvent: str) -> Dosing | None:
        """Return how a hydride is divided that gives off gas in a solvent; None where it may come at once."""
        return self.reductant(reductant).dosing if self.solvent(solvent).protic else None

    def solvent_chain(self, name: str) -> tuple[str, ...]:
        """List a solvent, what it is like, what that is like, and at last ``any``."""
        return chain(self.solvent(name).name, self.solvents)

    def site_class(self, name: str) -> SiteClass:
        """Return the site class of this name; it must exist."""
        return next(c for c in self.site_classes if c.name == name)

    def steps_of(self, carbonyl_class: str, own: Sequence[str] = ()) -> tuple[Step, ...]:
        """List the steps that a carbonyl compound of this class has, of those of reductants the ones of these names."""
        return _steps_of(self, carbonyl_class, tuple(own))

    def steps_of_reductant(self, reductant: str) -> tuple[Step, ...]:
        """List the steps that this reductant brings, by the numbers of its file."""
        return _steps_of_reductant(self, self.reductant(reductant).key)

    def save(self, path: str | Path) -> None:
        """Write a calibrated model to a TOML file, which is taken everywhere a folder of models is.

        Raises
        ------
        ParameterError
            If it is not calibrated.
        TableError
            If the file cannot be written.
        """
        if self.calibration is None:
            raise ParameterError(
                f"model {self.name!r} has learned from no runs; save what planner.calibrate returns"
            )
        save_calibration(self.calibration, self.parameters, path)

    def class_chain(self, name: str) -> tuple[str, ...]:
        """List a site class and the classes it is like, nearest first; the first with a number of its own rules."""
        return _class_chain(self, name)


def learned(parent: Model, calibration: Calibration) -> Model:
    """Narrow a set by what runs of one pair taught.

    Raises
    ------
    ParameterError
        If the runs were fitted with another set, or with another state of it.
    """
    if parent.sha256 != calibration.parent_sha256:
        raise ParameterError(
            f"the runs were fitted with model {calibration.parent!r} {calibration.parent_sha256[:12]}; here "
            f"{parent.name!r} is {parent.sha256[:12]}, so that the draws do not hold: put the file into the folder of "
            "its own model, or fit again, planner calibrate OLD.toml --out NEW.toml"
        )
    return replace(
        parent,
        name=f"{parent.name}, learned on {calibration.amine} + {calibration.carbonyl}",
        parent=parent.name,
        sha256=calibration_digest(calibration),
        calibration=calibration,
    )


@lru_cache(maxsize=4096)
def _find(model: Model, table: str, names: tuple[str, ...]) -> Parameter | None:
    """Look a number up once; a search asks some thirty thousand times."""
    return next((found for name in names if (found := model._at(f"{table}.{name}")) is not None), None)


@lru_cache(maxsize=256)
def _steps_of(model: Model, carbonyl_class: str, own: tuple[str, ...]) -> tuple[Step, ...]:
    chain = model.class_chain(carbonyl_class)
    return tuple(
        s for s in model.steps if (s.name in own if s.law == OF_REDUCTANT else _has_number(model, s, chain))
    )


@lru_cache(maxsize=256)
def _steps_of_reductant(model: Model, key: str) -> tuple[Step, ...]:
    return tuple(
        s for s in model.steps if s.law == OF_REDUCTANT and model.find(key, s.numbers[:1]) is not None
    )


def _has_number(model: Model, step: Step, chain: Sequence[str]) -> bool:
    return not step.numbers or model.find(step.numbers[0], chain) is not None


@lru_cache(maxsize=1024)
def _class_chain(model: Model, name: str) -> tuple[str, ...]:
    """Follow ``like`` once per class."""
    return like_chain(name, model.site_classes)
