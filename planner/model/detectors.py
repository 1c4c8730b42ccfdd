"""Detectors: what each answers to, per mole, and how well that is known; read from ``detectors.toml``."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated

from planner.model.checks import Amount, Table, Text, Texts, checked_record, one_of
from planner.model.folders import models_folder, read_toml
from planner.model.quantities import citations, sourced
from planner.model.site_classes import with_patterns

FILE = "detectors.toml"
CHROMOPHORES, CARBONS, MOLES = "chromophores", "effective carbons", "moles"
"""What a response may be proportional to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Detector:
    """A detector and what it answers to."""

    name: Text
    counts: Annotated[str, one_of(CHROMOPHORES, CARBONS, MOLES)]
    sd: Amount
    """Of the natural logarithm of the ratio of two responses per mole."""
    sd_alike: Amount | None = None
    """The same where both count alike; None: ``sd``."""
    volatile: Annotated[str, one_of("seen", "unseen")] = "seen"
    """Whether a volatile compound is counted."""
    note: Text
    source: Text
    """In full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CarbonRule:
    """What a group adds to the carbon atoms that a flame counts."""

    name: Text
    smarts: Texts
    value: float
    """[effective carbon atoms] for each match."""
    source: Text
    """In full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Detection:
    """All that the file says."""

    detectors: tuple[Detector, ...]
    carbons: tuple[CarbonRule, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Name the detectors, in the order of the file."""
        return tuple(one.name for one in self.detectors)

    def detector(self, name: str) -> Detector:
        """Return the detector of this name, which must be one of ``names``."""
        return next(one for one in self.detectors if one.name == name)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    detector: tuple[Detector, ...]
    carbon: tuple[CarbonRule, ...]
    sources: Table = field(default_factory=dict)


@lru_cache(maxsize=1)
def load_detectors() -> Detection:
    """Read the shipped file, once.

    Raises
    ------
    ParameterError
        If the file is damaged.
    """
    file = models_folder() / FILE
    where = str(file)
    page = checked_record(_Page, read_toml(file), where)
    cited = citations(page.sources, where)
    return Detection(
        detectors=sourced(page.detector, cited),
        carbons=sourced(with_patterns(page.carbon, {}, where), cited),
    )
