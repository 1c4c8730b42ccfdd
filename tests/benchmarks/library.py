"""Hold a library's choices against recommendations made for the same pairs, and time what surrounds them.

    python tests/benchmarks/library.py FOLDER --agree 60 [--seed 1]   choices against `recommend`, as `recommend` judges
    python tests/benchmarks/library.py FOLDER --sample 2000           a random sample: rate, memory, refusals by kind

FOLDER holds library_amines.smi and library_carbonyls.smi. Processor time is counted, so that a busy machine does not
make the planner look slow.
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np

from planner.errors import PlannerError
from planner.library.lists import read_list
from planner.library.partners import Partner, read_amines, read_carbonyls
from planner.library.problems import find_problems
from planner.library.shortlists import search_problem
from planner.library.work import judged_alone
from planner.model.parameters import load_model
from planner.plans.aims import judge
from planner.plans.planning import search_plan
from planner.plans.request import build_request
from planner.plans.shortlist import REPORT_DRAWS


def partners(folder: Path) -> tuple[tuple[Partner, ...], tuple[Partner, ...]]:
    """Read both lists."""
    model = load_model()
    return (
        read_amines(read_list(folder / "library_amines.smi", "amines"), model),
        read_carbonyls(read_list(folder / "library_carbonyls.smi", "carbonyls"), model),
    )


def agree(folder: Path, n_pairs: int, seed: int) -> None:
    """Print the difference of mean target, as `recommend` judges, between a library's choice and its own."""
    model, (amines, carbonyls) = load_model(), partners(folder)
    random.seed(seed)
    problems = [p for p in find_problems(amines, carbonyls) if p.name]
    weights = [p.n_pairs for p in problems]
    gaps, spent, n_poor = [], [0.0, 0.0, 0.0], 0
    for problem in random.choices(problems, weights, k=n_pairs):
        block = random.choices(problem.blocks, [b.n_pairs for b in problem.blocks])[0]
        place = random.randrange(block.n_pairs)
        _, a, c = block.pairs(place, place + 1)[0].tolist()
        texts = amines[a].text, carbonyls[c].text
        request = build_request(*texts, {})
        standing = [(amines[i].text, carbonyls[j].text) for i, j in problem.standing]
        try:
            start = time.process_time()
            found, _ = search_plan(request, model, lambda done, words: None)
            spent[0] += time.process_time() - start
        except PlannerError as error:
            print(f"refused: {type(error).__name__} {str(error)[:90]}")
            continue
        start = time.process_time()
        listed = search_problem(request, standing, problem.wanted, model)
        spent[1] += time.process_time() - start
        start = time.process_time()
        trial, is_poor = judged_alone(request, model, texts, listed)
        spent[2] += time.process_time() - start
        if trial is None:
            print(f"nothing fits: {problem.name} {texts}")
            continue
        n_poor += is_poor
        mine = judge(found.bench, [trial.procedure], REPORT_DRAWS).wanted.mean()
        gap = 100.0 * (float(mine) - found.listed[0].wanted)
        gaps.append(gap)
        p, q = trial.procedure, found.listed[0].procedure
        if abs(gap) > 1.0:
            own, size = 100 * found.listed[0].wanted, problem.n_pairs
            print(f"{gap:+6.2f} of {own:5.1f}  {problem.name} ({size}) {'poor' if is_poor else ''}")
            for label, x in (("mine", p), ("own ", q)):
                print(
                    f"    {label} {x.reductant}, {x.addition}, {x.solvent} C {x.carbonyl_equivalents:g} R "
                    f"{x.reductant_equivalents:g} HOAc {x.acid_equivalents:g} hold {x.hold_time_h:g} "
                    f"first {x.first_stage_h:g} {x.temperature_C:g} C {x.concentration_M:g} M"
                )
            print("   ", *texts, flush=True)
    short = -np.array(gaps)
    print(f"{len(gaps)} pairs, {n_poor} of them more than five points under their problem")
    for name, apart in (("short of recommend's own", short), ("apart from it", np.abs(short))):
        print(
            f"{name}: by more than 1 point {np.mean(apart > 1):.3f}, by more than 3 {np.mean(apart > 3):.3f}"
        )
    print(f"worst {short.max():.2f} points short, best {-short.min():.2f} ahead")
    print(f"CPU s: recommend's searches {spent[0]:.1f}, short lists {spent[1]:.1f}, judging {spent[2]:.1f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--agree", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.agree:
        agree(given.folder, given.agree, given.seed)


if __name__ == "__main__":
    main()
