"""Strategies: other ways to the same ring, found from the structures: other procedures, other partners, or the shop."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from planner.errors import PlannerError, RegulatedError
from planner.model.model import Model
from planner.rings.book import Route, load_book
from planner.rings.caveats import voiding
from planner.rings.closing import winning
from planner.rings.edits import BENZYL, TOSYL, as_carbonyls, substituted
from planner.rings.pairs import RingPair, read_ring_pair
from planner.structures.structure import read_structure

MOST_EXCESS = (0.2, 0.1)
"""Moles of halide per mole of diamine, where the diamine is in excess."""
FEEDS = (4.0, 12.0, 24.0, 48.0)
"""[h]"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A way, before it is searched."""

    route: Route
    pair: RingPair | None
    """What closes; None where nothing is computed."""
    equivalents: tuple[float, ...] = (1.0,)
    """b per a to try."""
    feeds_h: tuple[float, ...] = (0.0,)
    """Feed times to try [h]; 0 is a batch."""
    words: str = ""
    """What is said of it."""


def options_of(pair: RingPair, model: Model) -> Iterator[Option]:
    """List the ways that a pair has, as it is first."""
    routes = {route.name: route for route in load_book().routes}
    yield Option(route=routes["batch"], pair=pair, words=routes["batch"].words)
    yield Option(route=routes["high_dilution"], pair=pair, feeds_h=FEEDS, words=routes["high_dilution"].words)
    for name, other in _others(pair, model):
        route = routes[name]
        if name == "excess_diamine":
            yield Option(
                route=route, pair=pair, equivalents=MOST_EXCESS, feeds_h=(0.0, 12.0), words=route.words
            )
        else:
            yield Option(route=route, pair=other, feeds_h=(0.0, 12.0, 36.0), words=route.words)
    if (sold := _sold(pair)) is not None:
        yield Option(route=routes["buy"], pair=None, words=routes["buy"].words.format(name=sold))


def _others(pair: RingPair, model: Model) -> Iterator[tuple[str, RingPair | None]]:
    """List other partners for the same skeleton; what is refused or does not close is left out."""
    if pair.kind == "diamine and dicarbonyl":
        yield "excess_diamine", pair
    if pair.b is None or pair.kind != "diamine and dihalide":
        if pair.b is not None and pair.kind == "primary amine and dihalide":
            yield "excess_diamine", pair
            yield from _closing(
                "reductive_closure", pair.a.smiles, as_carbonyls(pair.b.smiles, pair.ends), model
            )
        return
    nitrogens = [n.atom for n in pair.a.nitrogens]
    are_primary = all(n.n_hydrogens > 1 for n in pair.a.nitrogens)
    yield "excess_diamine", pair
    if are_primary:
        yield from _closing(
            "benzyl_diamine", substituted(pair.a.smiles, nitrogens, BENZYL), pair.b.smiles, model
        )
        yield from _closing(
            "bis_sulfonamide", substituted(pair.a.smiles, nitrogens, TOSYL), pair.b.smiles, model
        )
    yield from _closing("reductive_closure", pair.a.smiles, as_carbonyls(pair.b.smiles, pair.ends), model)
    if not any(end.is_secondary for end in pair.ends):
        yield "diacyl_and_reduce", None


def _closing(name: str, a: str, b: str, model: Model) -> Iterator[tuple[str, RingPair]]:
    """Read other partners; none where they close no ring, or their numbers do not hold."""
    with suppress(PlannerError):
        try:
            made = read_ring_pair(a, b, model)
        except RegulatedError:
            return
        if not voiding(made, winning(made)):
            yield name, made


def _sold(pair: RingPair) -> str | None:
    """Name the ring where it, or the one without groups on its nitrogens, is sold."""
    ring = winning(pair).smiles
    for sold in load_book().sold:
        if read_structure(sold.smiles).smiles == ring:
            return str(sold.name)
    return None
