"""Requests: what is wanted, and within which limits."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from planner.errors import ProcedureError, finite, is_name, nearest, shown
from planner.flask.fields import ADDITIONS, FIELDS
from planner.flask.procedure import Procedure, asked_procedure
from planner.predictions.prediction import BASES, check_basis, check_count

SHORTEST_H = 0.25
"""Shortest addition, imine formation or hold that is proposed [h]."""
LARGEST_TOP = 100
EFFORTS = (0.1, 100.0)
"""Least and most that the number of trials is multiplied by."""
AVOIDABLE = ("cyanide", "chlorinated solvent", "acid", "base", "heat", "excess carbonyl")
"""What a request may do without."""
SENSITIVE = ("acid", "base", "hydride")
"""What a group may be sensitive to."""
KINDS = {
    "max_over_alkylation": "fraction", "max_time_h": "h", "max_carbonyl_equivalents": "equivalents",
    "max_amine_equivalents": "equivalents", "max_reductant_equivalents": "equivalents",
    "max_acid_equivalents": "equivalents", "temperature_window_C": "C", "min_temperature_C": "C",
    "max_temperature_C": "C", "min_target_low": "fraction", "scale_kg": "kg",
}  # fmt: skip
"""How the number of each limit is read where it is typed, as a kind of ``files.typed``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is asked of a recommendation; hashable, so that it can key a cache."""

    amine: str
    """SMILES or name."""
    carbonyl: str
    """SMILES or name."""
    target: str = "mono"
    """mono, di, tri, exhaustive, a degree, or the SMILES of one product."""
    basis: str = "amine"
    """The precious partner: "amine" or "carbonyl"."""
    max_over_alkylation: float | None = None
    """Largest mean over-alkylation, as a fraction of the precious partner."""
    max_time_h: float = 24.0
    """Longest total time [h]."""
    reductants: tuple[str, ...] | None = None
    """Those that may be used; all of the model when absent."""
    additions: tuple[str, ...] | None = None
    """Those that may be used; all four when absent."""
    solvents: tuple[str, ...] | None = None
    """Those that may be used; each reductant's default when absent."""
    temperature_window_C: tuple[float, float] = (0.0, 40.0)
    """Lowest and highest temperature [C]."""
    min_temperature_C: float | None = None
    """Lowest temperature [C]; that of the window when absent."""
    max_temperature_C: float | None = None
    """Highest temperature [C]; that of the window when absent."""
    exclude_reductants: tuple[str, ...] = ()
    """Those that must not be used."""
    exclude_solvents: tuple[str, ...] = ()
    """Those that must not be used."""
    exclude_additions: tuple[str, ...] = ()
    """Those that must not be used."""
    avoid: tuple[str, ...] = ()
    """Some of ``AVOIDABLE``."""
    sensitive: tuple[str, ...] = ()
    """Some of ``SENSITIVE``: to what a group is sensitive, besides what the structures show."""
    limiting: str | None = None
    """Partner that is to run out, "amine" or "carbonyl", whatever the basis."""
    scale_kg: float | None = None
    """Amine charged [kg]; large scale leaves out what is not done there."""
    min_target_low: float | None = None
    """Smallest low end (5 %) of the target's interval."""
    separation: bool = False
    """Whether the ranking pays for how hard the target is to part from its nearest neighbour, five points at most."""
    max_carbonyl_equivalents: float | None = None
    """Per mole of amine."""
    max_amine_equivalents: float | None = None
    """Per mole of carbonyl; counts on the basis of the carbonyl."""
    max_reductant_equivalents: float | None = None
    """Per mole of amine."""
    max_acid_equivalents: float | None = None
    """Per mole of amine."""
    top: int = 5
    """Recommendations that are wanted."""
    seed: int = 0
    """Same seed, same answer."""
    models: str | None = None
    """Folder of the model files; the bundled one when absent."""
    effort: float = 1.0
    """Factor on the number of trials."""
    fixed: Procedure = field(default_factory=Procedure)
    """Fields that are held."""

    def __post_init__(self) -> None:
        for name in ("reductants", "additions", "solvents"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, _names(name, given) or None)
            excluded = f"exclude_{name}"
            given = getattr(self, excluded)
            object.__setattr__(self, excluded, () if given is None else _names(excluded, given))
        for name, known in (("avoid", AVOIDABLE), ("sensitive", SENSITIVE)):
            given = getattr(self, name)
            object.__setattr__(self, name, () if given is None else _words(name, given, known))
        if self.limiting is not None:
            _words("limiting", self.limiting, BASES)
        if not isinstance(self.separation, bool):
            raise ProcedureError(f"separation {shown(self.separation)} is not usable; give True or False")
        object.__setattr__(self, "target", _target(self.target))
        check_basis(self.basis)
        check_count("top", self.top, 1, LARGEST_TOP)
        check_count("seed", self.seed, 0, 2**31 - 1)
        _check_limit("max_over_alkylation", self.max_over_alkylation, 0.0, 1.0)
        _check_limit("min_target_low", self.min_target_low, 0.0, 1.0)
        _check_limit("scale_kg", self.scale_kg, 0.0, 1e5)
        _check_limit("max_time_h", self.max_time_h, SHORTEST_H, 336.0)
        _check_limit("effort", self.effort, *EFFORTS)
        for partner in ("carbonyl", "amine", "reductant", "acid"):
            name = f"max_{partner}_equivalents"
            _check_limit(name, getattr(self, name), 0.0, 50.0)
            held = getattr(self.fixed, f"{partner}_equivalents", None)
            if held is not None and held > (getattr(self, name) or held):
                raise ProcedureError(
                    f"{partner}_equivalents is fixed at {held:g}, above {name} {getattr(self, name):g}; mend one"
                )
        object.__setattr__(self, "temperature_window_C", _window(self.temperature_window_C))
        low, high = FIELDS["temperature_C"].bounds or (0.0, 0.0)
        for name in ("min_temperature_C", "max_temperature_C"):
            _check_limit(name, getattr(self, name), low, high)
        coldest, hottest = self.temperatures_C
        if coldest > hottest:
            raise ProcedureError(
                f"temperatures from {coldest:g} to {hottest:g} C leave none; mend min_temperature_C, "
                "max_temperature_C or temperature_window_C"
            )
        for word in (*(self.additions or ()), *self.exclude_additions):
            if word not in ADDITIONS:
                raise ProcedureError(
                    f"addition {word!r} is not known{nearest(str(word), ADDITIONS)}; known: {', '.join(ADDITIONS)}"
                )

    @property
    def temperatures_C(self) -> tuple[float, float]:
        """Lowest and highest temperature [C]; one that is stated alone widens the window or cuts it."""
        low, high = self.temperature_window_C
        coldest, hottest = self.min_temperature_C, self.max_temperature_C
        return (
            coldest if coldest is not None else low if hottest is None else min(low, hottest),
            hottest if hottest is not None else high if coldest is None else max(high, coldest),
        )

    @property
    def kept_from(self) -> tuple[str, ...]:
        """List what a work-up keeps off: what a group is said to be sensitive to, and what is to be avoided."""
        return tuple(word for word in SENSITIVE if word in (*self.sensitive, *self.avoid))

    def limits(self) -> dict[str, Any]:
        """Collect the limits and the fixed fields, for a record."""
        left_out = ("amine", "carbonyl", "target", "basis", "top", "seed", "models", "effort", "fixed")
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in left_out}
        held = {f.name: getattr(self.fixed, f.name) for f in fields(self.fixed)}
        listed = {n: list(v) if isinstance(v, tuple) else v for n, v in given.items()}
        return listed | {"fixed": {n: v for n, v in held.items() if v is not None}}


def build_request(
    amine: str, carbonyl: str, asked: dict[str, Any], models: str | Path | None = None
) -> Request:
    """Build a request from keywords: those of ``Request``, and any field of a procedure to hold it."""
    own = {f.name for f in fields(Request)} - {"fixed", "models", "amine", "carbonyl"}
    limits = {name: value for name, value in asked.items() if name in own}
    fixed = asked_procedure({name: value for name, value in asked.items() if name not in own})
    folder = None if models is None else str(models)
    return Request(amine=amine, carbonyl=carbonyl, models=folder, fixed=fixed, **limits)


def _check_limit(name: str, given: object, low: float, high: float) -> None:
    """Refuse what is not a number between the bounds; None stands for no limit."""
    if given is None:
        return
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number or not low <= given <= high:  # type: ignore[operator]
        raise ProcedureError(f"{name} {shown(given)} is not usable; give a number from {low:g} to {high:g}")


def _names(name: str, given: object) -> tuple[str, ...]:
    """Take one name or several."""
    words: list[Any] = (
        list(given) if isinstance(given, list | tuple | set | frozenset | np.ndarray) else [given]
    )
    for word in words:
        if not is_name(word):
            raise ProcedureError(f"{name}: {shown(word)} is not a name; give one name, or a list of names")
    return tuple(words)


def _words(name: str, given: object, known: Sequence[str]) -> tuple[str, ...]:
    """Take some of the known words."""
    words = _names(name, given)
    for word in words:
        if word not in known:
            raise ProcedureError(
                f"{name} {shown(word)} is not known{nearest(word, known)}; give some of: {', '.join(known)}"
            )
    return tuple(dict.fromkeys(words))


def _target(given: object) -> str:
    """Take a target as text; a degree may be a whole number."""
    if isinstance(given, int | np.integer) and not isinstance(given, bool) and -(10**9) < given < 10**9:
        return str(given)
    if not isinstance(given, str):
        raise ProcedureError(
            f"target {shown(given)} is not known; expected mono, di, tri, exhaustive, a degree or a product's SMILES"
        )
    return given


def _window(given: object) -> tuple[float, float]:
    """Check the temperature window."""
    low, high = FIELDS["temperature_C"].bounds or (0.0, 0.0)
    both = [finite(t) for t in given] if isinstance(given, list | tuple | np.ndarray) else []
    coldest, hottest = both if len(both) == 2 else (None, None)
    if coldest is None or hottest is None or not low <= coldest <= hottest <= high:
        raise ProcedureError(
            f"temperature_window_C {shown(given)} is not usable; give lowest and highest, within {low:g} to {high:g} C"
        )
    return coldest, hottest
