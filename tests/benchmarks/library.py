"""Hold a library's choices against recommendations made for the same pairs, and time what surrounds them.

    python tests/benchmarks/library.py FOLDER --agree 60 [--seed 1]   choices against `recommend`, as `recommend` judges
    python tests/benchmarks/library.py FOLDER --sample 45 --out OUT   45 amines and carbonyls by chance: rate, memory
    python tests/benchmarks/library.py FOLDER --sample 45 --out OUT --workers 1 --loopback     by a cluster

FOLDER holds library_amines.smi and library_carbonyls.smi. Processor time is counted, so that a busy machine does not
make the planner look slow.
"""

import argparse
import random
import resource
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from planner.errors import PlannerError
from planner.library import executors
from planner.library.lists import read_list
from planner.library.matrix import facts
from planner.library.partners import PLANNED, Partner, read_amines, read_carbonyls
from planner.library.problems import find_problems
from planner.library.screening import screen
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
        print(f"{len(gaps)} pairs, the last {gap:+.2f} points", file=sys.stderr, flush=True)
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


def sample(folder: Path, n_partners: int, out: Path, seed: int, workers: int, *, loopback: bool) -> None:
    """Screen random partners; a run that was stopped is resumed."""
    model, chance = load_model(), random.Random(seed)
    lists = [
        chance.sample(read_list(folder / f"library_{name}.smi", name), n_partners)
        for name in ("amines", "carbonyls")
    ]
    given = [[(f"{i}", one.text) for i, one in enumerate(some)] for some in lists]
    with ExitStack() as held:
        if loopback:
            from distributed import LocalCluster

            cluster = held.enter_context(
                LocalCluster(
                    n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
                )
            )
            executor = held.enter_context(executors.cluster(cluster.scheduler_address))
        else:
            executor = held.enter_context(executors.pool(workers))
        found = screen(*given, out=out, model=model, executor=executor, resume=True, progress=told)
    for name, said in facts(found.manifest, found.counts):
        print(f"{name:<28} {said}")
    for who, kind in (("asking", resource.RUSAGE_SELF), ("largest worker", resource.RUSAGE_CHILDREN)):
        print(f"memory, {who:<20} {resource.getrusage(kind).ru_maxrss / 1024:.0f} MB")
    refused = Counter()
    for table in found.tables(["status", "message"]):
        for row in table.to_pylist():
            if row["status"] != PLANNED:
                refused[f"{row['status']}: {row['message'].partition(': ')[2][:100]}"] += 1
    for words, n in refused.most_common():
        print(f"{n:6d}  {words}")


def told(done: float, words: str) -> None:
    """Say how far a screen is."""
    print(f"{100 * done:5.1f} %  {words}", file=sys.stderr, flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--agree", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--loopback", action="store_true")
    given = parser.parse_args()
    if given.sample:
        sample(given.folder, given.sample, given.out, given.seed, given.workers, loopback=given.loopback)
    if given.agree:
        agree(given.folder, given.agree, given.seed)


if __name__ == "__main__":
    main()
