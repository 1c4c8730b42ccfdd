"""Steps: what to do from the first charge to the quench, with the samples where they are taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.sheets.charges import CYLINDERS, Charge, hours_words, mass_words, volume_words
from planner.sheets.dosing import Dose, dosing_step, planned_portions

SYRINGES_ML = (1.0, 2.5, 5.0, 10.0, 20.0, 50.0)
FULLEST = 0.9
"""A syringe is filled so far at most."""
GRID_H = 0.25
"""Times at which samples are taken [h]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A solution that is fed."""

    what: str
    volume_mL: float
    """Made up to [mL]."""
    hours: float
    rate_mL_per_h: float
    syringe_mL: float | None
    """Smallest that holds it; None: a dosing pump or funnel."""


def feed_of(procedure: Settled, what: str, final_volume: float) -> Feed | None:
    """Describe the syringe pump of a slow addition."""
    if not procedure.fed:
        return None
    hours, volume = procedure.addition_time_h, procedure.feed_volume_fraction * final_volume
    return Feed(
        what=what,
        volume_mL=volume,
        hours=hours,
        rate_mL_per_h=volume / hours,
        syringe_mL=next((s for s in SYRINGES_ML if volume <= FULLEST * s), None),
    )


def before_feed_h(procedure: Settled, dosing: Dose) -> float:
    """Time that the portions of the hydride take before a feed starts [h]."""
    return dosing.hours if procedure.fed and dosing.portions > 1 else 0.0


def sampling_times(procedure: Settled, before_h: float = 0.0) -> tuple[float, ...]:
    """Choose times for LC-MS: the end of the first stage, then an eighth, a quarter, half and all of the hold [h].

    All but the ends of stages lie on the quarter of an hour. ``before_h`` passes before the first stage.
    """
    first, hold = before_h + procedure.first_stage_h, procedure.hold_time_h
    end = first + hold
    inner = [round((first + hold * part) / GRID_H) * GRID_H for part in (0.125, 0.25, 0.5)]
    times = [*([first] if first else []), *(t for t in inner if first < t < end), end]
    return tuple(dict.fromkeys(round(t, 6) for t in times if t > 0))


def run_steps(
    procedure: Settled,
    charges: Sequence[Charge],
    feed: Feed | None,
    dosing: Dose,
    needs: Sequence[tuple[str, str, str]],
) -> Iterator[str]:
    """Write the steps up to the quench.

    Parameters
    ----------
    procedure, charges, feed, dosing
        What is done with what.
    needs
        (role, sentence, source) of what the bottles need; said before the hydride comes.
    """
    addition, (_, _, cold) = ADDITIONS[procedure.addition], planned_portions(procedure)
    yield from (_charge_step(c, feed) for c in charges if c.role != "reductant")
    if procedure.water == "sieves":
        yield "Activated 3 A molecular sieves, into the flask."
    yield f"Bring to {procedure.temperature_C:g} C, stirring well, vent open."
    yield from (sentence for role, sentence, _ in needs if role not in procedure.fed)
    if addition.hydride_last:
        yield f"Stir {hours_words(procedure.imine_time_h)} so that the imine forms."
        yield _sample(procedure.first_stage_h)
    hydride = next((c for c in charges if c.role == "reductant"), None)
    moved = dosing.below_C is not None or cold != procedure.temperature_C
    if hydride is not None:
        if moved:
            target = f"{dosing.below_C[0]:g} to {dosing.below_C[1]:g}" if dosing.below_C else f"{cold:g}"
            yield f"Bring to {target} C."
        yield dosing_step(hydride, dosing, procedure)
        if moved:
            yield f"Bring to {procedure.temperature_C:g} C."
    if feed:
        yield _feed_step(feed, procedure)
        yield _sample(before_feed_h(procedure, dosing) + procedure.first_stage_h)
    yield from _hold(procedure, dosing)


def _charge_step(c: Charge, feed: Feed | None) -> str:
    """Write what is weighed or measured, and where it goes."""
    where = "into the flask" if c.stage == "flask" or not feed else "for the feed"
    volume = c.volume_mL
    said = (
        []
        if volume is None
        else [volume_words(volume, CYLINDERS) if c.role == "solvent" else volume_words(volume)]
    )
    said += [] if c.mass_mg is None else [mass_words(c.mass_mg)]
    return f"{c.role.capitalize()}: {c.name}, {' = '.join(said)}, {where}."


def _feed_step(feed: Feed, procedure: Settled) -> str:
    """Write the step that feeds."""
    syringe = (
        f"a {feed.syringe_mL:g} mL syringe"
        if feed.syringe_mL
        else "a dosing pump or funnel (too much for a 50 mL syringe)"
    )
    return (
        f"Make the {feed.what} up to {volume_words(feed.volume_mL)} with {procedure.solvent} in {syringe}; feed at "
        f"{volume_words(feed.rate_mL_per_h)}/h for {hours_words(feed.hours)}."
    )


def _hold(procedure: Settled, dosing: Dose) -> Iterator[str]:
    """Write the hold with its samples."""
    before = before_feed_h(procedure, dosing)
    hold, first = procedure.hold_time_h, before + procedure.first_stage_h
    since = " from the first portion" if dosing.portions > 1 and not procedure.fed else ""
    if not procedure.fed and dosing.hours > hold:
        yield f"Go on until the gas of the last portion has stopped (the plan holds {hours_words(hold)})."
        yield "LC-MS before the quench."
        return
    if hold:
        yield f"Hold {hours_words(hold)}{since}."
    yield from (_sample(t) for t in sampling_times(procedure, before) if t > round(first, 6))


def _sample(hours: float) -> str:
    """Write a sample."""
    return f"LC-MS at {hours_words(hours)}."
