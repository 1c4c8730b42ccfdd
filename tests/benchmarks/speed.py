"""Time the engine against libRoadRunner, COPASI and SciPy, paired in one process; write ``results.md``.

Every program integrates the same runs (feed, then hold, two calls where a program needs two) on one thread. In each
repeat all of them take a turn, so that a busy machine slows all alike; times are CPU time of the thread, ratios the
median over repeats. Errors are against the NumPy oracle at 1e-10: the worst species of the worst run, relative
above a millionth of the amine charged. Programs that are not installed are left out.

    python tests/benchmarks/speed.py [--out results.md] [--sites 1 2 3 4] [--repeats 7]
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from problems import SITES, Problem, amine, antimony, draw  # noqa: E402

from numpy_integrator import integrate as integrate_with_numpy  # noqa: E402
from planner.engine import Batch  # noqa: E402
from planner.engine.compiled import compile_network, host_width, run_compiled  # noqa: E402
from planner.engine.guard import RightHandSide  # noqa: E402
from planner.engine.runs import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE  # noqa: E402

N_OURS = 256
N_THEIRS = {"libRoadRunner": 64, "COPASI": 12, "SciPy LSODA": 4}
"""Runs per repeat."""
Runner = Callable[[], np.ndarray]


def first(batch: Batch, n: int) -> Batch:
    """Return the first n runs of a batch."""
    names = ("amounts", "volume", "rate_constants", "durations", "feeds", "volume_rates", "doses")
    return Batch(**{name: getattr(batch, name)[:n] for name in names})


OURS = {"this engine": (RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE), "this engine, 5e-5": (5e-5, 1e-10)}
"""Relative and absolute tolerances: the default, right to 1e-4 at any time, and one right to 1e-4 at 24 h."""


def ours(problem: Problem, batch: Batch, relative_tolerance: float, absolute_tolerance: float) -> Runner:
    """Set the engine up, one thread."""
    network = problem.network

    def run() -> np.ndarray:
        ends, tries = run_compiled(
            network,
            batch,
            relative_tolerance=relative_tolerance,
            absolute_tolerance=absolute_tolerance,
            threads=1,
            width=host_width(),
        )
        if (tries < 0).any():
            raise RuntimeError("a run tripped the compiled path")
        return ends[:, -1]

    return run


def sbml(problem: Problem) -> str:
    """Translate the model."""
    import antimony as translator

    translator.clearPreviousLoads()
    if translator.loadAntimonyString(antimony(problem)) < 0:
        raise RuntimeError(translator.getLastError())
    return str(translator.getSBMLString("flask"))


def roadrunner(problem: Problem, batch: Batch, tolerance: float = 1e-7) -> Runner:
    """Set libRoadRunner (CVODE) up: reset, setters by index and one simulate call per segment."""
    from roadrunner import Logger, RoadRunner

    Logger.setLevel(Logger.LOG_FATAL)
    rr = RoadRunner(sbml(problem))
    rr.integrator.relative_tolerance, rr.integrator.absolute_tolerance = tolerance, 1e-4 * tolerance
    rr.integrator.maximum_num_steps, rr.integrator.stiff = 100_000, True
    rr.timeCourseSelections = ["time"]
    names, parameters = list(rr.model.getFloatingSpeciesIds()), list(rr.model.getGlobalParameterIds())
    columns, everything = [problem.species.index(name) for name in names], list(range(len(names)))
    schedule = [parameters.index(name) for name in ("V0", "q", "feed", "ts")]
    constants = [parameters.index(f"k{r}") for r in range(len(problem.reactions))]
    carbonyl, ends = problem.species.index("C"), np.zeros_like(batch.amounts)

    def run() -> np.ndarray:
        for i in range(len(ends)):
            rr.reset()
            rr.model.setFloatingSpeciesAmounts(everything, batch.amounts[i][columns])
            rr.model.setGlobalParameterValues(constants, batch.rate_constants[i, 0])
            start, volume = 0.0, batch.volume[i]
            for s, duration in enumerate(batch.durations[i]):
                q, feed = batch.volume_rates[i, s], batch.feeds[i, s, carbonyl]
                if duration > 0:
                    rr.model.setGlobalParameterValues(schedule, [volume, q, feed, start])
                    rr.simulate(start, start + duration, 2)
                start, volume = start + duration, volume + q * duration
            ends[i, columns] = rr.model.getFloatingSpeciesAmounts()
        return ends

    return run


def copasi(problem: Problem, batch: Batch, tolerance: float = 1e-7) -> Runner:
    """Set COPASI (LSODA) up through its own interface, one time-course task per segment."""
    import COPASI

    data = COPASI.CRootContainer.addDatamodel()
    if not data.importSBMLFromString(sbml(problem)):
        raise RuntimeError("COPASI cannot read the model")
    model, task = data.getModel(), data.getTask("Time-Course")
    task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
    for name, value in (("Relative Tolerance", tolerance), ("Absolute Tolerance", 1e-4 * tolerance)):
        task.getMethod().getParameter(name).setDblValue(value)
    task.getMethod().getParameter("Max Internal Steps").setIntValue(1_000_000)
    task.getProblem().setStepNumber(1)
    task.getProblem().setTimeSeriesRequested(False)
    species = [model.getMetabolite(name) for name in problem.species]
    per_mole = model.getQuantity2NumberFactor()
    constants = [model.getModelValue(f"k{r}") for r in range(len(problem.reactions))]
    schedule = [model.getModelValue(name) for name in ("V0", "q", "feed", "ts")]
    carbonyl, ends = problem.species.index("C"), np.zeros_like(batch.amounts)

    def run() -> np.ndarray:
        for i in range(len(ends)):
            for constant, value in zip(constants, batch.rate_constants[i, 0], strict=True):
                constant.setInitialValue(float(value))
            amounts, volume = batch.amounts[i], batch.volume[i]
            for s, duration in enumerate(batch.durations[i]):
                q, feed = batch.volume_rates[i, s], batch.feeds[i, s, carbonyl]
                if duration > 0:
                    for item, value in zip(schedule, (volume, q, feed, 0.0), strict=True):
                        item.setInitialValue(float(value))
                    for item, value in zip(species, amounts, strict=True):
                        item.setInitialValue(float(value) * per_mole)
                    model.updateInitialValues(COPASI.CCore.Framework_ParticleNumbers)
                    task.getProblem().setDuration(float(duration))
                    if not task.process(True):
                        raise RuntimeError("COPASI failed")
                    amounts = np.array([item.getValue() for item in species]) / per_mole
                volume += q * duration
            ends[i] = amounts
        return ends

    return run


def scipy_lsoda(problem: Problem, batch: Batch, tolerance: float = 3e-7) -> Runner:
    """Set SciPy's LSODA up with the analytic Jacobian, one call per segment."""
    from scipy.integrate import solve_ivp

    network, ends = problem.network, np.zeros_like(batch.amounts)

    def run() -> np.ndarray:
        for i in range(len(ends)):
            amounts, volume = batch.amounts[i], float(batch.volume[i])
            for s, duration in enumerate(batch.durations[i]):
                growth = float(batch.volume_rates[i, s])
                k, feed = batch.rate_constants[i, 0], batch.feeds[i, s]
                flask = RightHandSide(network, k=k, feed=feed, volume=volume, growth=growth)
                if duration > 0:
                    answer = solve_ivp(
                        flask.slope, (0.0, duration), amounts, method="LSODA", jac=flask.jacobian,
                        rtol=tolerance, atol=1e-4 * tolerance,
                    )  # fmt: skip
                    amounts = answer.y[:, -1]
                volume += growth * duration
            ends[i] = amounts
        return ends

    return run


THEIRS = {"libRoadRunner": roadrunner, "COPASI": copasi, "SciPy LSODA": scipy_lsoda}


def time_once(run: Runner) -> tuple[float, np.ndarray]:
    """Return the thread's CPU time [s] and the answer."""
    start = time.thread_time()
    ends = run()
    return time.thread_time() - start, ends


def compare(n_sites: int, repeats: int) -> list[str]:
    """Time all programs on one problem; return rows of the table."""
    problem = amine(n_sites)
    batch = draw(problem, N_OURS)
    compile_network.cache_clear()
    compile_time, _ = time_once(lambda: np.array(compile_network(problem.network, host_width())))
    runners = {name: (ours(problem, batch, *tolerances), N_OURS) for name, tolerances in OURS.items()}
    for name, build in THEIRS.items():
        try:
            runners[name] = (build(problem, first(batch, N_THEIRS[name])), N_THEIRS[name])
        except ImportError:
            print(f"{name} is not installed and left out")
    times = np.zeros((repeats, len(runners)))
    answers: dict[str, np.ndarray] = {}
    for repeat in range(-1, repeats):  # the first turn warms up
        for column, (name, (run, n)) in enumerate(runners.items()):
            seconds, answers[name] = time_once(run)
            times[repeat, column] = seconds / n * 1e6
    few = first(batch, max(N_THEIRS.values()))
    tight = {"relative_tolerance": 1e-10, "absolute_tolerance": 1e-14}
    reference = integrate_with_numpy(problem.network, few, **tight)[:, -1]
    rows = []
    for column, name in enumerate(runners):
        ends = answers[name][: len(reference)]
        expected = reference[: len(ends)]
        error = np.max(np.abs(ends - expected) / (np.abs(expected) + 1e-6 * SITES))
        ratio = np.median(times[:, column] / times[:, 0])
        compiled = f"{compile_time:.2f}" if column == 0 else ""
        rows.append(
            f"| {len(problem.species)} | {len(problem.reactions)} | {name} | {np.median(times[:, column]):.1f} "
            f"| {ratio:.1f} | {error:.1e} | {compiled} |"
        )
        print(rows[-1], flush=True)
    return rows


def answer_time(n_sites: int = 1) -> str:
    """Time what a slider waits for: the wall time of 256 draws of one procedure, and of many runs on two threads."""
    problem = amine(n_sites)
    tolerances = {"relative_tolerance": RELATIVE_TOLERANCE, "absolute_tolerance": ABSOLUTE_TOLERANCE}
    walls = {}
    for n_runs, threads in ((N_OURS, 1), (20_000, 1), (20_000, 2)):
        batch, taken = draw(problem, n_runs), []
        for _ in range(20 if n_runs == N_OURS else 3):
            start = time.perf_counter()
            run_compiled(problem.network, batch, threads=threads, width=host_width(), **tolerances)
            taken.append(time.perf_counter() - start)
        walls[n_runs, threads] = np.median(taken) * 1e3
    return (
        f"Wall time at 9 species: {N_OURS} draws of one procedure {walls[N_OURS, 1]:.1f} ms; 20,000 runs "
        f"{walls[20_000, 1]:.0f} ms on one thread, {walls[20_000, 2]:.0f} ms on two."
    )


def machine() -> str:
    """Name the processor and the versions."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.split(":")[1].strip()
            for line in information.read_text().splitlines()
            if "model name" in line
        ]
        processor = f"{processor}, {names[0]}" if names else processor
    versions = []
    for package in ("numpy", "llvmlite", "scipy", "libroadrunner", "antimony", "python-copasi"):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return (
        f"{processor}; {host_width()} lanes. Python {platform.python_version()}, {', '.join(versions)}. "
        f"{time.strftime('%Y-%m-%d')}."
    )


def main() -> None:
    """Run the comparison and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results.md")
    parser.add_argument("--sites", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    rows = [row for n_sites in options.sites for row in compare(n_sites, options.repeats)]
    head = [
        "# Speed of the engine and of others",
        "",
        "Written by `speed.py`; what the columns mean stands in README.md.",
        "",
        machine(),
        "",
        answer_time(),
        "",
        "| species | reactions | program | us per run | x this engine | worst relative error | compiling, s |",
        "|---|---|---|---|---|---|---|",
    ]
    options.out.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
