"""The reference problem of the speed tables and its larger relatives, as batches and as models for other programs.

An amine with m equivalent sites, each N (free), I (imine), B (secondary), S (iminium) or D (tertiary), a carbonyl
compound C that is fed for a random time, a hydride H, the alcohol O and water W; k per M and hour, at each site:

    N + C <-> I + W (60, 2)   I + H -> B (20)   B + C <-> S + W (150, 3000)   S + H -> D (2000)
    C + H -> O (0.2)          H -> lost (0.05)

A microstate is how many sites are N, I, B, S, D; m = 1, 2, 3, 4 give 9, 19, 39 and 74 species. Each elementary
step's constant is drawn with a standard deviation in log10; 0.5 to 2.5 equivalents of C in 2 M solution come in
over 0.02 to 10 h (at once in one run of ten) to 0.2 mol of sites and 0.3 mol of H in 1 L, followed until 24 h.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from planner.engine import Batch, MassAction

HOUR = 3600.0
CONSTANTS = {"NC-IW": 60.0, "IW-NC": 2.0, "IH-B": 20.0, "BC-SW": 150.0, "SW-BC": 3000.0, "SH-D": 2000.0,
             "CH-O": 0.2, "H-": 0.05}  # fmt: skip
STEPS = tuple(CONSTANTS)
SITES, HYDRIDE, WATER, STOCK, END = 0.2, 0.3, 0.01, 2.0, 24.0  # mol, mol, mol, mol/L, h


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A network with names, and how each reaction follows from an elementary step."""

    species: tuple[str, ...]
    """Names; the first is the free amine."""
    reactions: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """Reactants and products of each reaction."""
    steps: tuple[int, ...]
    """Which of the elementary steps each reaction is."""
    multiplicities: tuple[int, ...]
    """How many equivalent sites of the reactant may react."""

    @property
    def network(self) -> MassAction:
        """The network by indices."""
        index = {name: i for i, name in enumerate(self.species)}
        return MassAction(
            n_species=len(self.species),
            reactants=tuple(tuple(index[s] for s in left) for left, _ in self.reactions),
            products=tuple(tuple(index[s] for s in right) for _, right in self.reactions),
        )


def _microstate_reactions(n_sites: int) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str, int]]:
    for state in combinations_with_replacement("NIBSD", n_sites):
        for step in STEPS[:6]:
            left, right = step.split("-")
            if left[0] in state:
                rest = list(state)
                rest.remove(left[0])
                after = "".join(sorted([*rest, right[0]], key="NIBSD".index))
                yield ("".join(state), *left[1:]), (after, *right[1:]), step, state.count(left[0])


def amine(n_sites: int) -> Problem:
    """Return the network of an amine with so many equivalent sites."""
    states = ["".join(state) for state in combinations_with_replacement("NIBSD", n_sites)]
    names = {state: f"M{state}" for state in states}
    rows = [*_microstate_reactions(n_sites), (("C", "H"), ("O",), "CH-O", 1), (("H",), (), "H-", 1)]
    return Problem(
        species=(*names.values(), "C", "H", "O", "W"),
        reactions=tuple(
            (tuple(names.get(s, s) for s in left), tuple(names.get(s, s) for s in right))
            for left, right, _, _ in rows
        ),
        steps=tuple(STEPS.index(step) for _, _, step, _ in rows),
        multiplicities=tuple(multiplicity for *_, multiplicity in rows),
    )


def draw(problem: Problem, n_runs: int, *, log10_sd: float = 0.3, seed: int = 0) -> Batch:
    """Return random runs of a problem, each a segment of feed and a segment of waiting."""
    random = np.random.default_rng(seed)
    steps = np.array(list(CONSTANTS.values())) * 10 ** (
        log10_sd * random.standard_normal((n_runs, len(STEPS)))
    )
    k = steps[:, problem.steps] * np.array(problem.multiplicities) / HOUR
    charged = random.uniform(0.5, 2.5, n_runs) * SITES
    fed_for = random.uniform(0.02, 10.0, n_runs) * HOUR
    at_once = random.random(n_runs) < 0.1
    n_species, carbonyl = len(problem.species), problem.species.index("C")
    amounts = np.zeros((n_runs, n_species))
    amounts[:, 0] = SITES / (len(problem.species[0]) - 1)
    amounts[:, problem.species.index("H")] = HYDRIDE
    amounts[:, problem.species.index("W")] = WATER
    amounts[:, carbonyl] = np.where(at_once, charged, 0.0)
    feeds, volume_rates = np.zeros((n_runs, 2, n_species)), np.zeros((n_runs, 2))
    feeds[:, 0, carbonyl] = np.where(at_once, 0.0, charged / fed_for)
    volume_rates[:, 0] = feeds[:, 0, carbonyl] / STOCK
    first = np.where(at_once, 0.0, fed_for)
    return Batch(
        amounts=amounts,
        volume=1.0 + np.where(at_once, charged / STOCK, 0.0),
        rate_constants=k[:, None, :],
        durations=np.stack([first, END * HOUR - first], axis=1),
        feeds=feeds,
        volume_rates=volume_rates,
        doses=np.broadcast_to(0.0, feeds.shape),
    )


def antimony(problem: Problem) -> str:
    """Return the model in Antimony's language, in amounts, one feed of C; volume V0 + q (time - ts)."""
    lines = ["model flask", "V := V0 + q*(time - ts); ts = 0; V0 = 1; q = 0; feed = 0; compartment c = 1;"]
    lines += ["substanceOnly species " + ", ".join(f"{s} in c" for s in problem.species) + ";"]
    lines += [f"{s} = 0;" for s in problem.species]
    for r, (left, right) in enumerate(problem.reactions):
        law = "*".join([f"k{r}", *left]) + ("/V" if len(left) == 2 else "")
        lines.append(f"k{r} = 1; {' + '.join(left)} -> {' + '.join(right)}; {law};")
    return "\n".join([*lines, "-> C; feed;", "end"])
