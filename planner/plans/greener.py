"""Greener: leaders leave hazardous solvents where another gives the target as well, and walk on in it.

What is best in one solvent is not in another: a slower one may want more warmth or acid.
"""

from collections.abc import Sequence

from planner.model.model import Model
from planner.model.reagents import GUIDE
from planner.plans.batches import Question, score_all
from planner.plans.leading import Race
from planner.plans.search import Trial, tried
from planner.plans.walking import Way, walk

HAZARDOUS = "hazardous"
"""Rank in the guide from which a solvent is replaced where another serves as well."""
AS_WELL = 0.005
"""Score that a greener solvent may cost."""


def take_greener(races: Sequence[Race], n_draws: int) -> list[tuple[Race, int]]:
    """Replace hazardous solvents by the best of the guide that gives the target as well, one after the other.

    Returns
    -------
    list of tuple
        The leaders with another solvent than before, as race and place.
    """
    ways = [
        (race, i, greener_solvents(race.room.model, t, race.room.solvents(t)))
        for race in races
        for i, t in enumerate(race.leaders)
    ]
    replaced = []
    while ways := [(race, i, names) for race, i, names in ways if names]:
        others = [race.room.in_solvent(race.leaders[i], names[0]) for race, i, names in ways]
        asked = [
            Question(bench=race.bench, procedures=(other.procedure,))
            for (race, *_), other in zip(ways, others, strict=True)
        ]
        left = []
        for (race, i, names), other, scores in zip(ways, others, score_all(asked, n_draws), strict=True):
            (found,) = tried([other.cell], [other.procedure], scores)
            if found.score >= race.leaders[i].score - AS_WELL:
                race.leaders[i] = found
                replaced.append((race, i))
            else:
                left.append((race, i, names[1:]))
        ways = left
    return replaced


def walk_in_greener(races: Sequence[Race], n_draws: int) -> None:
    """Replace hazardous solvents, and walk on in those that are taken: what is best in one is not in another.

    What is replaced also walks in the solvents that were taken for the other additions of its reductant, as a further
    leader, so that additions are not told apart by the solvent that one just bears. What gives most of the target walks
    like the others, and may end where they do.
    """
    replaced = take_greener(races, n_draws)
    for race in races:
        others = _in_solvents_of_others(race, [race.leaders[i] for own, i in replaced if own is race])
        replaced += [(race, len(race.leaders) + i) for i in range(len(others))]
        race.leaders += others
    ways = [Way(bench=race.bench, trial=race.leaders[i]) for race, i in replaced]
    walk(ways, n_draws)
    for (race, i), way in zip(replaced, ways, strict=True):
        race.leaders[i] = way.trial
        race.ways.append(way)


def _in_solvents_of_others(race: Race, replaced: Sequence[Trial]) -> list[Trial]:
    """Write each of some trials in the solvents that others of its reductant have."""
    taken = dict.fromkeys((t.procedure.reductant, t.procedure.solvent) for t in replaced)
    return [
        race.room.in_solvent(t, solvent)
        for t in replaced
        for reductant, solvent in taken
        if reductant == t.procedure.reductant
        and solvent != t.procedure.solvent
        and solvent in race.room.solvents(t)
    ]


def greener_solvents(model: Model, trial: Trial, solvents: Sequence[str]) -> list[str]:
    """List the solvents that rank before that of a trial in the guide, the best first; none where it is no hazard."""
    here = GUIDE.index(model.solvent(trial.procedure.solvent).guide)
    if here < GUIDE.index(HAZARDOUS):
        return []
    return [s for s in solvents if GUIDE.index(model.solvent(s).guide) < here]
