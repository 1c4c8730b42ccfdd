"""Schedules: what enters a flask, when and how warm it is, becomes runs of the engine.

A schedule is a list of segments in which feeds and temperature are constant; a feed, a dose, portions and
temperature steps are segments. Canonical units: mol, L, s, K. A settled procedure is two segments: the
feed or the imine formation, then the hold, per litre of final volume V_f; between them one segment for each time
from a portion of the hydride to the next::

    not fed                  V = V_f throughout
    a partner is fed         as a solution of feed_volume_fraction V_f: V rises from (1 - fraction) V_f to V_f
    the hydride comes last   as a solid, when the first segment ends
    in n portions            1/n each, T / (n - 1) apart; the rest of the hold follows the last
    in a batch               procedures with fewer portions than others have segments of no length
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from planner.engine import Array, Batch
from planner.errors import ProcedureError, finite, shown
from planner.flask.conditions import REFERENCE_TEMPERATURE_K
from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.mechanism.network import ACID, ACID_COUNT, CARBONYL, HYDRIDE, WATER, Network

SECONDS_PER_HOUR = 3600.0
FINAL_VOLUME_L = 1.0
"""Fractions do not depend on it; concentrations times it are amounts."""
Amounts = tuple[tuple[str, float | Array], ...]
"""(species, amount or rate): one number, or an array over procedures x draws."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Charges:
    """What a batch of procedures puts into the flask, per litre of final volume."""

    amine: tuple[tuple[str, float], ...]
    """Species that the amine enters as, with moles per mole of amine (one per group)."""
    water_M: Array
    """Water in the solvent (n_procedures, n_draws) [M]; one row where it is the same for all."""
    water_with_carbonyl: Array
    """Water that comes with each mole of carbonyl (n_procedures, n_draws) [mol/mol]."""
    usable_hydrides: Array
    """Hydride equivalents per mole of reductant (n_procedures,)."""
    water_with_amine: float = 0.0
    """Water that comes with each mole of amine [mol/mol]."""
    titres: Mapping[str, Array] = field(default_factory=dict)
    """Moles in the flask per mole stated of "amine", "carbonyl", "reductant" (n_procedures, n_draws); 1 where none."""
    store: str = ""
    """Pool as which the carbonyl compound enters; as itself where empty."""
    acid_M: Array | None = None
    """Acid that waits in the flask, where it is followed (n_procedures, 1 or n_draws) [M]."""

    def of(self, i: int) -> "Charges":
        """Take those of one procedure."""
        return replace(
            self,
            water_M=row_of(self.water_M, i),
            water_with_carbonyl=row_of(self.water_with_carbonyl, i),
            usable_hydrides=row_of(self.usable_hydrides, i),
            titres={partner: row_of(titre, i) for partner, titre in self.titres.items()},
            acid_M=None if self.acid_M is None else row_of(self.acid_M, i),
        )

    def first(self, n_draws: int) -> "Charges":
        """Take those of the first draws."""
        return replace(
            self,
            water_M=self.water_M[:, :n_draws],
            water_with_carbonyl=self.water_with_carbonyl[:, :n_draws],
            titres={partner: titre[:, :n_draws] for partner, titre in self.titres.items()},
            acid_M=None if self.acid_M is None else self.acid_M[:, :n_draws],
        )


def row_of(numbers: Array, i: int) -> Array:
    """Take the row of a procedure, of numbers that may have one row for all."""
    return numbers[i : i + 1] if len(numbers) > 1 else numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch of time in which feeds and temperature do not change; numbers, or arrays over procedures x draws.

    Numbers are checked here; arrays are made from what was checked, and once more where the engine takes them.
    """

    duration: float | Array
    """[s]."""
    doses: Amounts = ()
    """(species, amount) added at once when the segment starts [mol]."""
    feeds: Amounts = ()
    """(species, rate) fed throughout [mol/s]."""
    volume_rate: float | Array = 0.0
    """Volume that the feeds bring [L/s]."""
    temperature: float = REFERENCE_TEMPERATURE_K
    """[K]."""

    def __post_init__(self) -> None:
        for name in ("duration", "volume_rate", "temperature"):
            object.__setattr__(self, name, _amount(name, getattr(self, name)))
        for name in ("doses", "feeds"):
            object.__setattr__(self, name, _amounts(name, getattr(self, name)))
        if not isinstance(self.temperature, float) or self.temperature == 0:
            raise ProcedureError(f"temperature {shown(self.temperature)} is not possible; give one above 0 K")


def _amount(name: str, given: object) -> float | Array:
    """Take a finite number of at least 0, or an array of them."""
    if isinstance(given, np.ndarray) and given.dtype.kind in "fiu":
        return given  # of the engine's batch, which looks at every number
    elif (number := finite(given)) is not None and number >= 0:
        return number
    raise ProcedureError(
        f"{name} {shown(given)} of a segment is not possible; give a finite number of at least 0"
    )


def _amounts(name: str, given: object) -> Amounts:
    """Take (species, amount) pairs."""
    pairs = given if isinstance(given, tuple | list) else (given,)
    if not all(isinstance(p, tuple | list) and len(p) == 2 and isinstance(p[0], str) for p in pairs):
        raise ProcedureError(
            f"{name} {shown(given)} of a segment is not possible; give (species, amount) pairs"
        )
    return tuple((species, _amount(name, n)) for species, n in pairs)


def cut_at(schedule: Sequence[Segment], wanted: Array) -> tuple[list[Segment], Array]:
    """Cut segments at read-out times [s]; return the pieces and the times at which they end, 0 first."""
    pieces: list[Segment] = []
    ends, start = [0.0], 0.0
    for segment, end in zip(schedule, np.cumsum([s.duration for s in schedule]).tolist(), strict=True):
        inside = np.unique(wanted[(wanted > start) & (wanted < end)]).tolist()
        for i, (before, after) in enumerate(pairwise([start, *inside, end])):
            doses = segment.doses if i == 0 else ()
            pieces.append(replace(segment, duration=after - before, doses=doses))
            ends.append(after)
        start = end
    return pieces, np.array(ends)


def cut_into(schedule: Sequence[Segment], pieces: Sequence[int]) -> list[Segment]:
    """Cut each segment into some pieces that are shorter at its start, where most happens."""
    return [
        replace(segment, duration=segment.duration * step, doses=segment.doses if i == 0 else ())
        for segment, n in zip(schedule, pieces, strict=True)
        for i, step in enumerate(np.diff(np.linspace(0.0, 1.0, n + 1) ** 2))
    ]


def write_batch(
    network: Network,
    rate_constants: Array,
    *,
    amounts: Amounts,
    volume: float | Array,
    schedule: Sequence[Segment],
) -> Batch:
    """Write procedures x draws as runs of the engine, ordered procedure by procedure.

    Parameters
    ----------
    network
        Species and reactions.
    rate_constants
        (n_procedures, n_draws, n_segments or 1, n_reactions) [M^(1 - order)/s].
    amounts
        In the flask at the start [mol].
    volume
        At the start [L].
    schedule
        The same segments for all; arrays say where they differ.

    Raises
    ------
    ProcedureError
        If a species is unknown.
    """
    n_procedures, n_draws, n_sets, n_reactions = rate_constants.shape
    shape, n_species = (n_procedures, n_draws), len(network.species)
    index = {name: i for i, name in enumerate(network.species_names)}

    def filled(listed: Sequence[Amounts], *, by_run: bool = False) -> Array:
        """Amounts or rates by segment (n_runs, n_listed, n_species); a view of nothing where all are empty.

        Those of a species lie together, or those of a run.
        """
        if not any(listed):
            return np.broadcast_to(0.0, (n_procedures * n_draws, len(listed), n_species))
        array = np.zeros((*shape, len(listed), n_species) if by_run else (n_species, len(listed), *shape))
        array = array if by_run else array.transpose(2, 3, 1, 0)
        for i, entries in enumerate(listed):
            for name, number in entries:
                if name not in index:
                    raise ProcedureError(
                        f"species {shown(name)} is not in the network; it has {shown(list(index))}"
                    )
                array[:, :, i, index[name]] += number
        return array.reshape(n_procedures * n_draws, len(listed), n_species)

    def runs(numbers: Iterable[float | Array]) -> Array:
        """Numbers by segment (n_runs, n_listed)."""
        listed = tuple(numbers)
        array = np.empty((*shape, len(listed)))
        for i, n in enumerate(listed):
            array[:, :, i] = n
        return array.reshape(n_procedures * n_draws, len(listed))

    return Batch(
        amounts=filled([amounts], by_run=True)[:, 0],
        volume=runs([volume])[:, 0],
        rate_constants=rate_constants.reshape(n_procedures * n_draws, n_sets, n_reactions),
        durations=runs(s.duration for s in schedule),
        feeds=filled([s.feeds for s in schedule]),
        volume_rates=runs(s.volume_rate for s in schedule),
        doses=filled([s.doses for s in schedule]),
    )


def flask_schedule(procedures: Sequence[Settled], charges: Charges) -> tuple[Amounts, Array, list[Segment]]:
    """Write settled procedures as what waits in the flask, its volume at the start, and its segments.

    Segments are the feed or imine formation, the times between portions of the hydride, and the rest of the hold.
    """

    def column(name: str) -> Array:
        return np.array([[getattr(p, name)] for p in procedures], dtype=float)

    amine = column("concentration_M") * FINAL_VOLUME_L
    partners = _partners(amine, column, charges)
    first_s = column("first_stage_h") * SECONDS_PER_HOUR
    per_second = np.divide(1.0, first_s, out=np.zeros_like(first_s), where=first_s > 0)
    is_last = np.array([[ADDITIONS[p.addition].hydride_last] for p in procedures])
    start: list[tuple[str, float | Array]] = [(WATER, charges.water_M * FINAL_VOLUME_L)]
    if charges.acid_M is not None:
        start += [(name, charges.acid_M * FINAL_VOLUME_L) for name in (ACID, ACID_COUNT)]
    feeds: list[tuple[str, float | Array]] = []
    for partner in ("amine", "carbonyl"):
        is_fed = np.array([[partner in p.fed] for p in procedures])
        start += [(name, np.where(is_fed, 0.0, n)) for name, n in partners[partner]]
        if is_fed.any():
            feeds += [(name, np.where(is_fed, n, 0.0) * per_second) for name, n in partners[partner]]
    ((_, hydride),) = partners["reductant"]
    portions, hours = column("hydride_portions"), column("hydride_time_h")
    portion = hydride / portions
    start.append((HYDRIDE, np.where(is_last, 0.0, portion)))
    fraction = np.where([[bool(p.fed)] for p in procedures], column("feed_volume_fraction"), 0.0)
    first = Segment(duration=first_s, feeds=tuple(feeds), volume_rate=fraction * FINAL_VOLUME_L * per_second)
    n_gaps = int(portions.max()) - 1
    gap = hours / np.maximum(portions - 1.0, 1.0)
    lengths = [np.where(i < portions - 1.0, gap, 0.0) for i in range(n_gaps)] + [
        column("hold_time_h") - hours
    ]
    later = []
    for i, length in enumerate(lengths):
        comes = (i < portions) & (is_last | (i > 0))
        doses = ((HYDRIDE, np.where(comes, portion, 0.0)),) if comes.any() else ()
        later.append(Segment(duration=length * SECONDS_PER_HOUR, doses=doses))
    return tuple(start), FINAL_VOLUME_L * (1.0 - fraction), [first, *later]


def _partners(amine: Array, column: Callable[[str], Array], charges: Charges) -> dict[str, Amounts]:
    """Work out the amount of every species that each partner brings, its titre counted in [mol].

    Water comes with what is measured out, whatever its titre is.
    """
    charged = {
        "amine": amine,
        "carbonyl": amine * column("carbonyl_equivalents"),
        "reductant": amine * column("reductant_equivalents"),
    }
    real = {name: n * charges.titres[name] if name in charges.titres else n for name, n in charged.items()}
    wet = ((WATER, charged["amine"] * charges.water_with_amine),) if charges.water_with_amine else ()
    return {
        "amine": (*((name, real["amine"] * per_amine) for name, per_amine in charges.amine), *wet),
        "carbonyl": (
            (charges.store or CARBONYL, real["carbonyl"]),
            (WATER, charged["carbonyl"] * charges.water_with_carbonyl),
        ),
        "reductant": ((HYDRIDE, real["reductant"] * charges.usable_hydrides[:, None]),),
    }
