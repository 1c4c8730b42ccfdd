"""Hold a library's choices against recommendations made for the same pairs, and time what surrounds them.

    python tests/benchmarks/library.py FOLDER --agree 60 [--seed 9]   choices against `recommend`, by its own draws;
                                                                      each pair a row of --record, not made again
    python tests/benchmarks/library.py FOLDER --sample 45 --out OUT   45 amines and carbonyls by chance: rate, memory;
                                                                      written into --rates, which docs/library.md quotes
    python tests/benchmarks/library.py FOLDER --sample 45 --out OUT --workers 1 --loopback     by a cluster
    python tests/benchmarks/library.py FOLDER --sample 16 --out OUT --scaling 2     1 and 2 workers, both ways
    python tests/benchmarks/library.py FOLDER --pieces 16     pieces of the whole lists by chance: what all of their
                                                              pairs take, with its standard error
    python tests/benchmarks/library.py --measured OUT --memory 300 700     what a whole screen took, into --whole

    python tests/benchmarks/library.py --quote                        how far apart the rows of --record are, in words

FOLDER holds library_amines.smi and library_carbonyls.smi. Processor time is counted, so that a busy machine does not
make the planner look slow; ``tests/test_library_docs.py`` holds the page against the records, --record, --rates and
--whole. What workers gain is counted by work, too::

    occupied = time in calls, of all workers / (workers x time from the first call to the last one's end)
    gain     = workers x occupied x processor time of one worker's calls / processor time of all workers' calls

which is the speed-up on cores that nothing else uses: a call that waits for a core is in its call.
"""

import argparse
import csv
import os
import pickle
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.errors import PlannerError
from planner.flask.procedure import Settled
from planner.library import executors
from planner.library.bearing import room_among
from planner.library.judging import Judge
from planner.library.lists import read_list
from planner.library.matrix import facts
from planner.library.partners import PLANNED, Partner, read_amines, read_carbonyls
from planner.library.pieces import Job, Piece
from planner.library.problems import Numbers, Problem, find_problems
from planner.library.screened import Screen, open_screen
from planner.library.screening import screen
from planner.library.shortlists import ShortList, search_problem
from planner.library.work import search, work_on
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import judge, read_aim
from planner.plans.planning import search_plan
from planner.plans.request import Request, build_request
from planner.plans.search import Trial
from planner.plans.shortlist import REPORT_DRAWS, SEARCH_DRAWS
from planner.structures.pairs import read_pair


def partners(folder: Path) -> tuple[tuple[Partner, ...], tuple[Partner, ...]]:
    """Read both lists."""
    model = load_model()
    return (
        read_amines(read_list(folder / "library_amines.smi", "amines"), model),
        read_carbonyls(read_list(folder / "library_carbonyls.smi", "carbonyls"), model),
    )


COLUMNS = (
    "number", "amine", "carbonyl", "problem", "pairs_of_problem", "own_target", "own_score", "target", "score",
    "gap_points", "twice_gap_points", "own_procedure", "procedure", "refusal",
)  # fmt: skip
"""Of the record of agreement: what `recommend` gives, then what the library chose, by the same draws; between them how
far `recommend` with twice the trials is from itself."""


def chosen_pairs(problems: list[Problem], n_pairs: int, seed: int) -> list[tuple[Problem, int, int]]:
    """Choose pairs by chance, every pair that can be planned as likely as any other; whatever the order of a block."""
    chance, chosen = random.Random(seed), []
    for _ in range(n_pairs):
        problem = chance.choices(problems, [p.n_pairs for p in problems])[0]
        block = chance.choices(problem.blocks, [b.n_pairs for b in problem.blocks])[0]
        amines, carbonyls = sorted(block.amines.tolist()), sorted(block.carbonyls.tolist())
        place = chance.randrange(block.n_pairs)
        chosen.append((problem, amines[place // len(carbonyls)], carbonyls[place % len(carbonyls)]))
    return chosen


COMPANY = 240
"""Other pairs of its piece of work that a pair is judged with: pairs that are alike share what they find."""


def company_of(problem: Problem, a: int, c: int, seed: int) -> list[tuple[int, int]]:
    """List a pair, and others of its piece by chance."""
    pieces = (chunk[:, 1:] for chunk in problem.chunks())
    piece = next(some for some in pieces if (some == (a, c)).all(axis=1).any())
    others = [(int(i), int(j)) for i, j in piece if (i, j) != (a, c)]
    return [(a, c), *random.Random(seed).sample(others, min(COMPANY, len(others)))]


def agree(folder: Path, n_pairs: int, seed: int, record: Path) -> None:
    """Hold a library's choices against `recommend`, pair by pair; pairs that the record holds are not made again."""
    model, (amines, carbonyls) = load_model(), partners(folder)
    problems = [p for p in find_problems(amines, carbonyls) if p.name]
    rows = list(csv.DictReader(record.open(encoding="utf-8"))) if record.exists() else []
    known = {int(row["number"]) for row in rows}
    lists: dict[str, ShortList] = {}
    for number, (problem, a, c) in enumerate(chosen_pairs(problems, n_pairs, seed)):
        if number in known:
            continue
        texts = amines[a].text, carbonyls[c].text
        row = dict.fromkeys(COLUMNS, "") | {
            "number": number, "amine": texts[0], "carbonyl": texts[1], "problem": problem.name,
            "pairs_of_problem": problem.n_pairs,
        }  # fmt: skip
        standing = [(amines[i].text, carbonyls[j].text) for i, j in problem.standing]
        request = build_request(*texts, {})
        if problem.name not in lists:
            lists[problem.name] = search_problem(request, standing, problem.wanted, model)
        company = [(amines[i].text, carbonyls[j].text) for i, j in company_of(problem, a, c, number)]
        rows.append(row | compared(request, model, company, lists[problem.name]))
        with record.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            if len(rows) == 1:
                writer.writeheader()
            writer.writerow(rows[-1])
        print(f"{len(rows)} pairs, the last {rows[-1]['gap_points']} points", file=sys.stderr, flush=True)
    print(summary_of(rows))


def compared(
    request: Request, model: Model, company: list[tuple[str, str]], listed: ShortList
) -> dict[str, object]:
    """Search the first of some pairs as `recommend` does, choose for it among them as a library does; judge both."""
    try:
        found, twice = (
            search_plan(replace(request, effort=n * request.effort), model, lambda done, words: None)[0]
            for n in (1.0, 2.0)
        )
    except PlannerError as error:
        return {"refusal": f"{type(error).__name__}: {error}"[:90]}
    trial = chosen_among(request, model, company, listed)
    own = found.listed[0].procedure
    if trial is None:
        return {"refusal": "nothing of the short list fits", "own_procedure": words_of(own)}
    both = [own, trial.procedure]
    *targets, again = judge(found.bench, [*both, twice.listed[0].procedure], REPORT_DRAWS).wanted.mean(axis=1)
    scores = judge(found.nodes, both, SEARCH_DRAWS).score
    return {
        "own_target": f"{targets[0]:.4f}", "own_score": f"{scores[0]:.4f}", "target": f"{targets[1]:.4f}",
        "score": f"{scores[1]:.4f}", "gap_points": f"{100 * (targets[1] - targets[0]):.2f}",
        "twice_gap_points": f"{100 * (again - targets[0]):.2f}",
        "own_procedure": words_of(own), "procedure": words_of(trial.procedure),
    }  # fmt: skip


def chosen_among(
    request: Request, model: Model, company: list[tuple[str, str]], listed: ShortList
) -> Trial | None:
    """Choose from a short list for the first of some pairs, as in a piece with the others that are not refused."""
    asked = []
    for both in company:
        with suppress(PlannerError):
            pair = read_pair(*both, model)
            aim = read_aim(
                request.target, pair, request.basis, request.max_over_alkylation, request.min_target_low
            )
            room_among({}, request, pair, model, aim)
            asked.append((pair, aim))
    choice = Judge(request=request, model=model).choose(asked, listed)[0]
    return None if choice is None else choice.trial


def words_of(p: Settled) -> str:
    """Write a procedure in a few words."""
    return (
        f"{p.reductant}; {p.addition}; {p.solvent}; carbonyl {p.carbonyl_equivalents:g}; hydride "
        f"{p.reductant_equivalents:g}; acid {p.acid_equivalents:g}; {p.first_stage_h:g} + {p.hold_time_h:g} h; "
        f"{p.temperature_C:g} C; {p.concentration_M:g} M"
    )


def summary_of(rows: list[dict[str, object]]) -> str:
    """Say how far choices and recommendations are apart."""
    judged = [row for row in rows if row["gap_points"] not in ("", None)]
    gaps = np.array([float(str(row["gap_points"])) for row in judged])
    twice = np.array([float(str(row["twice_gap_points"])) for row in judged])
    ahead = np.array([float(str(row["score"])) > float(str(row["own_score"])) for row in judged])
    apart = np.abs(gaps) > 1
    return "\n".join(
        (
            f"{len(rows)} pairs, {len(rows) - len(judged)} refused",
            f"within 1 point {np.mean(~apart):.3f}, within 3 {np.mean(np.abs(gaps) <= 3):.3f}",
            f"short by more than 1 point {np.mean(gaps < -1):.3f}, by more than 3 {np.mean(gaps < -3):.3f}",
            f"of {apart.sum()} apart, {(apart & ahead).sum()} are ahead by recommend's own score",
            f"recommend with twice the trials: within 1 point of itself {np.mean(np.abs(twice) <= 1):.3f}, "
            f"within 3 {np.mean(np.abs(twice) <= 3):.3f}",
        )
    )


def lists(folder: Path, n_partners: int, seed: int) -> list[list[tuple[str, str]]]:
    """Choose partners by chance."""
    chance = random.Random(seed)
    given = [
        chance.sample(read_list(folder / f"library_{name}.smi", name), n_partners)
        for name in ("amines", "carbonyls")
    ]
    return [[(f"{i}", one.text) for i, one in enumerate(some)] for some in given]


@contextmanager
def executor_of(workers: int, *, loopback: bool) -> Iterator[Executor]:
    """Start processes, or a cluster on this machine."""
    if not loopback:
        with executors.pool(workers) as executor:
            yield executor
        return
    from distributed import LocalCluster

    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        executors.cluster(cluster.scheduler_address) as executor,
    ):
        yield executor


Span = tuple[int, float, float, float]
"""Process, start and end [s since the epoch], processor time [s]."""


def timed(work: Callable[..., Any], *given: Any) -> tuple[Any, Span]:
    """Call, and say where and when."""
    start, spent = time.time(), time.process_time()
    result = work(*given)
    return result, (os.getpid(), start, time.time(), time.process_time() - spent)


class Counted(Executor):
    """An executor that remembers when its workers were in calls."""

    def __init__(self, inner: Executor, workers: int) -> None:
        """Wrap another."""
        self.inner, self._max_workers = inner, workers
        self.spans: list[Span] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand a call on."""
        outer: Future[Any] = Future()
        outer.set_running_or_notify_cancel()
        self.inner.submit(timed, fn, *args, **kwargs).add_done_callback(
            lambda inner: self._take(inner, outer)
        )
        return outer

    def _take(self, inner: Future[Any], outer: Future[Any]) -> None:
        try:
            result, span = inner.result()
        except BaseException as error:
            outer.set_exception(error)
            return
        self.spans.append(span)
        outer.set_result(result)


def scaling(folder: Path, n_partners: int, out: Path, seed: int, most: int) -> None:
    """Screen the same partners with one worker and more, by processes and by a cluster, and say what they gain."""
    given, model = lists(folder, n_partners, seed), load_model()
    print(
        "workers                wall s  load  calls' processor s  largest worker's  asker's  occupied  gain"
    )
    for loopback in (False, True):
        alone = 0.0
        for workers in range(1, most + 1):
            where = out / f"{'cluster' if loopback else 'processes'}-{workers}"
            with executor_of(workers, loopback=loopback) as inner:
                counted, own, start = Counted(inner, workers), time.process_time(), time.time()
                screen(*given, out=where, model=model, executor=counted)
                own, wall = time.process_time() - own, time.time() - start
            by_worker: dict[int, float] = defaultdict(float)
            for process, _, _, spent in counted.spans:
                by_worker[process] += spent
            total = sum(by_worker.values())
            alone = alone or total
            first, last = min(s[1] for s in counted.spans), max(s[2] for s in counted.spans)
            occupied = sum(s[2] - s[1] for s in counted.spans) / (workers * (last - first))
            print(
                f"{workers} {'on loopback' if loopback else 'processes':<15}{wall:11.1f}{os.getloadavg()[0]:6.1f}"
                f"{total:20.1f}{max(by_worker.values()):18.1f}{own:9.1f}{occupied:10.2f}"
                f"{workers * occupied * alone / total:6.2f}",
                flush=True,
            )


RATES = Path(__file__).with_name("library_rates.toml")
"""What the last run with --sample took; the page of libraries quotes it."""


def sample(
    folder: Path, n_partners: int, out: Path, seed: int, workers: int, rates: Path, *, loopback: bool
) -> None:
    """Screen random partners, and write down what that took; a run that was stopped is resumed."""
    with executor_of(workers, loopback=loopback) as executor:
        found = screen(
            *lists(folder, n_partners, seed),
            out=out,
            model=load_model(),
            executor=executor,
            resume=True,
            progress=told,
        )
    for name, said in facts(found.manifest, found.counts):
        print(f"{name:<28} {said}")
    memory = [
        resource.getrusage(kind).ru_maxrss / 1024 for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    print("memory, asking and largest worker  {:.0f} and {:.0f} MB".format(*memory))
    rates.write_text(rates_text(found, folder, (n_partners, seed, workers), memory), encoding="utf-8")
    refused = Counter()
    for table in found.tables(["status", "message"]):
        for row in table.to_pylist():
            if row["status"] != PLANNED:
                refused[f"{row['status']}: {row['message'].partition(': ')[2][:100]}"] += 1
    for words, n in refused.most_common():
        print(f"{n:6d}  {words}")


def rates_text(found: Screen, folder: Path, asked: tuple[int, int, int], memory: Sequence[float]) -> str:
    """Write what a sample took, and how many searches the whole lists would, as TOML."""
    start = time.process_time()
    both = partners(folder)
    reading = (time.process_time() - start) / sum(map(len, both))
    searches = sum(problem.wanted for problem in find_problems(*both) if problem.name)
    spent, n = found.manifest.spent_s, found.manifest.n_rows
    made = found.manifest.searches
    bytes_a_row = sum(part.stat().st_size for part in (found.folder / "parts").iterdir()) / n
    pairs = {f"{name}_ms": f"{1e3 * s / n:.2f}" for name, s in sorted(spent.items()) if name != "searching"}
    rows = {
        "partners": asked[0], "seed": asked[1], "workers": asked[2], "pairs": n,
        "planned": found.counts.get(PLANNED, 0), "searches": made,
        "own_searches": found.manifest.own_searches, "wall_s": f"{found.manifest.wall_s:.1f}",
        "partner_ms": f"{1e3 * reading:.2f}", "search_s": f"{spent['searching'] / max(1, made):.3f}",
        "row_bytes": f"{bytes_a_row:.0f}", "asking_MB": f"{memory[0]:.0f}", "worker_MB": f"{memory[1]:.0f}",
        "whole_amines": len(both[0]), "whole_carbonyls": len(both[1]), "whole_searches": searches,
    }  # fmt: skip
    lines = "".join(f"{name} = {value}\n" for name, value in rows.items())
    each = "".join(f"{name.replace(' ', '_')} = {value}\n" for name, value in pairs.items())
    return (
        "# Written by tests/benchmarks/library.py --sample; docs/library.md quotes it. Times are of one processor,\n"
        f"# but wall_s.\n\n{lines}\n[of_a_pair]\n{each}"
    )


WHOLE = Path(__file__).with_name("library_whole.toml")
"""What a screen of the whole lists took; the page of libraries quotes it."""


def measured(out: Path, memory: Sequence[float], record: Path) -> None:
    """Write down what a screen took that has come to its end.

    Parameters
    ----------
    out
        Its folder.
    memory
        Largest of the one who asked and of a worker, as they were seen from outside [MB].
    record
        Where it goes, as TOML.
    """
    found = open_screen(out)
    if not found.is_whole:
        raise SystemExit(f"{out} is not whole: {found.manifest.n_rows} of {found.manifest.n_pairs} pairs")
    m, n, cpu_s = found.manifest, found.manifest.n_rows, sum(found.manifest.spent_s.values())
    n_bytes = sum(part.stat().st_size for part in (out / "parts").iterdir())
    made = {
        "pairs": n, **{status.replace(" ", "_"): count for status, count in found.counts.items()},
        "searches": m.searches, "own_searches": m.own_searches, "wall_h": f"{m.wall_s / 3600:.2f}",
        "core_hours": f"{cpu_s / 3600:.2f}", "of_a_pair_ms": f"{1e3 * cpu_s / n:.2f}",
        "row_bytes": f"{n_bytes / n:.0f}", "asking_MB": f"{memory[0]:.0f}", "worker_MB": f"{memory[1]:.0f}",
    }  # fmt: skip
    lines = [f"{name} = {value}" for name, value in made.items()]
    lines += ["", "[by_step_ms]"]
    lines += [f"{name.replace(' ', '_')} = {1e3 * s / n:.2f}" for name, s in sorted(m.spent_s.items())]
    head = "# Written by tests/benchmarks/library.py --measured; docs/library.md quotes it."
    record.write_text(head + " Processor time, but wall_h.\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def pieces(folder: Path, n_pieces: int, seed: int, workers: int) -> None:
    """Search and work through pieces of the whole lists by chance, every pair as likely as any other.

    So the mean of the pieces' times a pair is that of all pairs, searches by the pairs that share them: what a screen
    of all would take, said in a quarter of an hour.
    """
    amines, carbonyls = partners(folder)
    problems = [problem for problem in find_problems(amines, carbonyls) if problem.name]
    chance, given = random.Random(seed), []
    job = Job(request=build_request("", "", {}), model=pickle.dumps(load_model()))
    for problem in chance.choices(problems, [p.n_pairs for p in problems], k=n_pieces):
        cut = list(problem.chunks())
        (some,) = chance.choices(cut, [len(piece) for piece in cut])
        given.append((job, problem, some, amines, carbonyls))
    with executors.pool(workers) as executor:
        rows = list(executor.map(_worked_through, *zip(*given, strict=True)))
    names = sorted({name for row in rows for name in row})
    each = {name: np.array([row.get(name, 0.0) for row in rows]) for name in names}
    total = np.sum(list(each.values()), axis=0)
    n_pairs, error = sum(p.n_pairs for p in problems), total.std(ddof=1) / np.sqrt(n_pieces)
    for name, ms in each.items():
        print(f"{name:<28}{ms.mean():7.2f} ms a pair")
    print(f"all together, standard error {total.mean():7.2f} {error:.2f} ms a pair")
    print(
        f"{n_pairs} pairs take          {total.mean() * n_pairs / 3.6e6:7.2f} {error * n_pairs / 3.6e6:.2f} core-hours"
    )


def _worked_through(
    job: Job, problem: Problem, some: Numbers, amines: Sequence[Partner], carbonyls: Sequence[Partner]
) -> dict[str, float]:
    """Search a problem and work through one of its pieces; processor time of a pair by what was done [ms]."""
    standing = [(amines[i].text, carbonyls[j].text) for i, j in problem.standing]
    short, seconds = search(job, standing, problem.wanted)
    piece = Piece(
        number=0, problem=problem.name, pairs=tuple(map(tuple, some.tolist())),
        amines={i: amines[i] for i in some[:, 1].tolist()},
        carbonyls={j: carbonyls[j] for j in some[:, 2].tolist()},
    )  # fmt: skip
    done = work_on(job, piece, short)
    print(
        problem.name,
        len(some),
        {k: round(1e3 * s / len(some), 2) for k, s in done.spent_s.items()},
        flush=True,
    )
    each = {name: 1e3 * s / len(some) for name, s in done.spent_s.items()}
    return each | {"searching": 1e3 * seconds / problem.n_pairs}


def told(done: float, words: str) -> None:
    """Say how far a screen is."""
    print(f"{100 * done:5.1f} %  {words}", file=sys.stderr, flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--quote", action="store_true")
    parser.add_argument("--agree", type=int, default=0)
    parser.add_argument("--record", type=Path, default=Path(__file__).with_name("library_agree.csv"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--rates", type=Path, default=RATES)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--loopback", action="store_true")
    parser.add_argument("--scaling", type=int, default=0)
    parser.add_argument("--pieces", type=int, default=0)
    parser.add_argument("--measured", type=Path)
    parser.add_argument("--memory", type=float, nargs=2, default=(0.0, 0.0))
    parser.add_argument("--whole", type=Path, default=WHOLE)
    given = parser.parse_args()
    if given.scaling:
        scaling(given.folder, given.sample or 16, given.out, given.seed, given.scaling)
    elif given.sample:
        sample(
            given.folder,
            given.sample,
            given.out,
            given.seed,
            given.workers,
            given.rates,
            loopback=given.loopback,
        )
    if given.pieces:
        pieces(given.folder, given.pieces, given.seed, given.workers)
    if given.measured:
        measured(given.measured, given.memory, given.whole)
    if given.quote:
        print(summary_of(list(csv.DictReader(given.record.open(encoding="utf-8")))))
    if given.agree:
        agree(given.folder, given.agree, given.seed, given.record)


if __name__ == "__main__":
    main()
