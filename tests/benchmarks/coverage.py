"""Coverage: hold the planner's 90 % intervals against what flasks closer to real ones would give.

Truths are drawn and simulated apart from the planner (``truth.py``), which is asked for its intervals in the same 20
procedures. Beside it the truths' own equations forecast: their ladder, which shows what the parts are worth, their five
parts, which is what a planner with these parts at the same widths reaches, and their own law, which covers 90 % and
shows that the scores are right. ``scores.py`` says how it is counted, ``coverage_words.py`` writes it down.

    python tests/benchmarks/coverage.py
    python tests/benchmarks/coverage.py --models my_models --truths 100
"""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [path for path in (str(HERE.parents[1]), str(HERE.parent)) if path not in sys.path]

from benchmarks.coverage_truths import PRIORS  # noqa: E402
from benchmarks.coverage_words import Result, text  # noqa: E402
from benchmarks.scores import WIDER, Ensemble, Forecast, score  # noqa: E402
from benchmarks.truth import LEFT_OUT, PARTS, Case, draw, read_cases  # noqa: E402
from benchmarks.truth_runs import run_draws  # noqa: E402
from planner.flask.contents import setting_of  # noqa: E402
from planner.flask.flask import Flask, constants_and_charges, prepare  # noqa: E402
from planner.flask.outcomes import predict_outcomes  # noqa: E402
from planner.flask.procedure import Procedure  # noqa: E402
from planner.flask.settling import settle  # noqa: E402
from planner.mechanism.microstates import enumerate_states  # noqa: E402
from planner.mechanism.network import ALCOHOL, CARBONYL, HYDRIDE, WATER, state_name  # noqa: E402
from planner.model.draws import draw_parameters  # noqa: E402
from planner.model.parameters import load_model  # noqa: E402
from planner.structures.pairs import read_pair  # noqa: E402

REFERENCE_SET = HERE.parent / "data" / "models_reference"
N_TRUTHS, N_DRAWS = 800, 1024
SEED = 20_000
"""Of the first procedure's truths; the others follow."""
FIELDS = (
    "reductant",
    "solvent",
    "carbonyl_equivalents",
    "reductant_equivalents",
    "acid_equivalents",
    "concentration_M",
    "addition",
    "imine_time_h",
    "addition_time_h",
    "hold_time_h",
    "water",
)
"""Of a case that are fields of a procedure."""
LADDER_POOLS = (CARBONYL, WATER, HYDRIDE, ALCOHOL, "lost hydrogen", "bound water")


def truths(cases: Sequence[Case], n: int, width: float = 1.0) -> Ensemble:
    """Draw and simulate what really happens."""
    return _ensemble(cases, (*PARTS, LEFT_OUT), n, SEED, width)


def _ensemble(cases: Sequence[Case], parts: Iterable[str], n: int, seed: int, width: float = 1.0) -> Ensemble:
    found: Ensemble = {}
    for i, case in enumerate(cases):
        outcomes = run_draws(case, parts, draw(n, seed + i, width))
        found |= {(case.id, quantity): x for quantity, x in outcomes.items()}
    return found


def told(name: str, cases: Sequence[Case], parts: Iterable[str], n: int = N_DRAWS) -> Forecast:
    """Let the equations of the truths themselves forecast, with draws of their own."""
    return Forecast(name=name, holds=tuple(parts), draws=_ensemble(cases, parts, n, 2 * SEED))


def planned(name: str, models: Path | None, cases: Sequence[Case], n: int = N_DRAWS) -> Forecast:
    """Ask the planner, with a folder of models; the shipped one where there is none.

    Carbonyl lost to itself is one quantity: aldol, and the azadienes that its imines make.
    """
    model = load_model(models)
    drawn = draw_parameters(model, n, 0)
    found: Ensemble = {}
    holds: set[str] = set()
    for case in cases:
        pair = read_pair(case.amine, case.carbonyl, model)
        asked = Procedure(**{field: getattr(case, field) for field in FIELDS})
        procedure, _ = settle(asked, model, pair)
        outcome = predict_outcomes(pair, model, [procedure], drawn)
        flask = prepare(pair, model, setting=setting_of(pair, model, procedure))
        holds |= _beyond_the_ladder(flask)
        if constants_and_charges(flask, model, [procedure], drawn)[1].titres:
            holds.add("charges")
        found |= {(case.id, f"degree {a}"): outcome.degrees[0, :, a] for a in range(case.h + 1)}
        found |= {(case.id, "alcohol"): outcome.alcohol[0], (case.id, "carbonyl left"): outcome.unreacted[0]}
        fates = [fate for fate in flask.fates if fate != ALCOHOL]
        if fates:
            found[case.id, "aldol"] = outcome.other[0, :, : len(fates)].sum(axis=1)
    return Forecast(name=name, holds=tuple(sorted(holds)), draws=found, identity=model.sha256[:12])


def _beyond_the_ladder(flask: Flask) -> set[str]:
    """Name the pools of a flask that the ladder does not have; states of the nitrogen with a twin are "held amine"."""
    ladder = {state_name(group, state) for group in flask.groups for state in enumerate_states(group)}
    others = set(flask.network.species_names) - ladder - set(LADDER_POOLS)
    of_nitrogen = {name for name in others if any(name.startswith(state) for state in ladder)}
    return (others - of_nitrogen) | ({"held amine"} if of_nitrogen else set())


def prior_splits(cases: Sequence[Case], n: int = N_DRAWS) -> dict[str, Ensemble]:
    """Run n-butylamine with a carbonyl of each kind, 1.0 eq, STAB, 24 h, all five parts on."""
    first = next(case for case in cases if case.amine_class == "n_alkyl" and case.reductant == "STAB")
    found = {}
    for kind in PRIORS:
        acid = 1.0 if kind.endswith("ketone") else 0.0
        case = replace(first, id=kind, carbonyl_class=kind, acid_equivalents=acid, hold_time_h=24.0)
        found[kind] = _ensemble([case], PARTS, n, 3 * SEED)
    return found


def main() -> None:
    """Draw truths, ask, score, print and write."""
    parser = argparse.ArgumentParser(description="Hold 90 % intervals against truths of independent make.")
    parser.add_argument("--models", type=Path, action="append", default=[], help="a further folder of models")
    parser.add_argument("--truths", type=int, default=N_TRUTHS, help="per procedure")
    parser.add_argument("--out", type=Path, default=HERE, help="where the report goes")
    given = parser.parse_args()
    started = time.process_time()
    cases = read_cases()
    true, wider = truths(cases, given.truths), truths(cases, given.truths, WIDER)
    forecasts = [planned("shipped model", None, cases), planned("reference model", REFERENCE_SET, cases)]
    forecasts += [planned(f"models of {folder}", folder, cases) for folder in given.models]
    own = {
        "the truths' ladder": (),
        "the truths' five parts": PARTS,
        "the truths' own law": (*PARTS, LEFT_OUT),
    }
    forecasts += [told(name, cases, parts) for name, parts in own.items()]
    results = [Result(forecast=f, scores=tuple(score(f, true, wider))) for f in forecasts]
    words = text(cases, results, prior_splits(cases))
    (given.out / "COVERAGE.md").write_text(words, encoding="utf-8")
    print(words)
    print(f"{time.process_time() - started:.0f} s of processor time", file=sys.stderr)


if __name__ == "__main__":
    main()
