"""Answers: the calls into the planner, cached per session on plain records.

A slider that moves back finds its answer again. Only the numbers of the model are shared between
sessions; what a user typed is kept in the user's own session and goes with it.
"""

import gc
import sys

import pandas as pd
import streamlit as st

from planner.comparisons.comparing import compare_pair
from planner.comparisons.findings import Comparison
from planner.comparisons.observed import read_observed
from planner.comparisons.weighing import USUAL_DRAWS
from planner.errors import StructureError, shown
from planner.files.tables import to_frame
from planner.flask.procedure import Procedure, Settled
from planner.mixtures.species import ExpectedSpecies, species_of
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.feeding import SlowAddition
from planner.plans.planning import plan_curves, plan_slow_addition
from planner.plans.recommendation import Plan
from planner.plans.request import Request
from planner.predictions.assays import assay_words, assays
from planner.predictions.charge_curve import CURVE_DRAWS, charge_curve
from planner.predictions.landscape import Landscape, View, survey
from planner.predictions.prediction import PREDICTION_DRAWS, Prediction, predict_pair
from planner.predictions.records import share_rows
from planner.predictions.sensitivity import sensitivity
from planner.sheets.sheet import Sheet, make_sheet
from planner.sheets.supplies import read_supply
from planner.structures.pairs import Pair, read_pair

LONGEST_TEXT = 2000
"""Letters of a structure; a link can bring more than a box takes."""
MAP_DRAWS = 32
"""Draws per point of the map; a mean needs fewer than an interval."""
SEED = 0
Key = tuple[str, str, Procedure, int, str]
"""What an answer is asked by: texts of the pair, procedure, target, basis."""
IN_USE = "model_in_use"
"""Where a session keeps the model that it learned and answers with."""


def the_folder() -> str | None:
    """Name the models folder that ``planner app --models DIR`` was started with; None for the bundled one."""
    words = sys.argv[1:]
    return words[words.index("--models") + 1] if "--models" in words[:-1] else None


@st.cache_resource(show_spinner=False)
def the_first_model() -> Model:
    """Read the numbers once; they are read-only."""
    return load_model(the_folder())


def the_model() -> Model:
    """Take the numbers that this session learned, where it uses them, else those that the app was started with."""
    learned: Model | None = st.session_state.get(IN_USE)
    return the_first_model() if learned is None else learned


def use_model(model: Model | None) -> None:
    """Answer with a model that was learned from now on, or with the first one again; older answers are forgotten."""
    if model is not None and model.sha256 == the_first_model().sha256:
        model = None
    if st.session_state.get(IN_USE) is not model:
        st.session_state[IN_USE] = model
        for answer in _BY_MODEL:
            answer.clear()


@st.cache_resource(show_spinner=False)
def the_names(role: str) -> list[str]:
    """List the names of the catalogue for a partner, in the order of the alphabet."""
    entries = [e for e in the_model().catalogue.entries if e.role == role]
    return sorted({name for e in entries for name in (e.name, *e.aliases)}, key=str.casefold)


def the_draws(n: int) -> Draws:
    """Draw the uncertain constants of the session's model; the same for everything that is compared."""
    model = the_model()
    return _draws_of(model.sha256, n, model)


@st.cache_resource(show_spinner=False, max_entries=32)
def _draws_of(sha256: str, n: int, _model: Model) -> Draws:
    """Keep draws by the model that they are of: sessions may have learned others."""
    return draw_parameters(_model, n, SEED)


@st.cache_resource(show_spinner=False, max_entries=32, scope="session")
def the_pair(amine: str, carbonyl: str) -> Pair:
    """Read two structures, each given as a name of the catalogue or as SMILES.

    Raises
    ------
    PlannerError
        If one is no usable structure, or longer than any that is planned.
    """
    for text in (amine, carbonyl):
        if len(text) > LONGEST_TEXT:
            raise StructureError(
                f"{shown(text)} has {len(text)} letters; give a name or SMILES of at most {LONGEST_TEXT}"
            )
    return read_pair(amine, carbonyl, the_model())


@st.cache_resource(show_spinner=False, max_entries=64, scope="session")
def the_prediction(
    amine: str, carbonyl: str, asked: Procedure, target: int, basis: str, draws: int = PREDICTION_DRAWS
) -> Prediction:
    """Predict; ``amine`` and ``carbonyl`` are the pair's texts."""
    pair = the_pair(amine, carbonyl)
    return predict_pair(pair, the_model(), asked, the_draws(draws), target=target, basis=basis)


@st.cache_resource(show_spinner=False, max_entries=64, scope="session")
def the_course(amine: str, carbonyl: str, asked: Procedure, target: int, basis: str) -> pd.DataFrame:
    """Follow the flask in time."""
    return the_prediction(amine, carbonyl, asked, target, basis).profile_frame()


@st.cache_resource(show_spinner="Which numbers matter", max_entries=16, scope="session")
def the_shares(amine: str, carbonyl: str, asked: Procedure, target: int, basis: str) -> pd.DataFrame:
    """Rank the uncertain numbers by what they move."""
    shares = sensitivity(the_prediction(amine, carbonyl, asked, target, basis))
    return to_frame(*share_rows(shares))


@st.cache_resource(show_spinner=False, max_entries=16, scope="session")
def the_assays(amine: str, carbonyl: str, asked: Procedure, target: int, basis: str) -> list[str]:
    """Say what an assay of each partner would gain."""
    return assay_words(assays(the_prediction(amine, carbonyl, asked, target, basis)))


@st.cache_resource(show_spinner=False, max_entries=32, scope="session")
def the_species(
    amine: str, carbonyl: str, asked: Procedure, target: int, basis: str
) -> tuple[ExpectedSpecies, ...]:
    """List what the flask may hold."""
    return species_of(the_prediction(amine, carbonyl, asked, target, basis))


@st.cache_resource(show_spinner=False, max_entries=32, scope="session")
def the_landscape(amine: str, carbonyl: str, view: View, target: int, basis: str) -> Landscape:
    """Map the neighbourhood of a procedure; it stays while one walks in it."""
    pair = the_pair(amine, carbonyl)
    return survey(pair, the_model(), view, the_draws(MAP_DRAWS), target=target, basis=basis)


@st.cache_resource(show_spinner=False, max_entries=32, scope="session")
def the_charge_curve(
    amine: str, carbonyl: str, held: Procedure, target: int, basis: str, most: float
) -> list[dict[str, float]]:
    """Draw the whole curve around a procedure; it stays while one walks along it."""
    pair = the_pair(amine, carbonyl)
    draws = the_draws(CURVE_DRAWS)
    return charge_curve(pair, the_model(), held, draws, most=most, target=target, basis=basis)


@st.cache_resource(show_spinner="What it speaks for", max_entries=16, scope="session")
def the_comparison(
    amine: str, carbonyl: str, procedure: Settled, found: tuple[tuple[str, float], ...]
) -> Comparison:
    """Set fractions that were found, of the amine, beside their prediction."""
    pair = the_pair(amine, carbonyl)
    observed = read_observed(dict(found), pair)
    return compare_pair(pair, the_model(), procedure, the_draws(USUAL_DRAWS), observed=observed)


@st.cache_resource(show_spinner=False, max_entries=32, scope="session")
def the_sheet(
    amine: str, carbonyl: str, _prediction: Prediction, procedure: Settled, degree: int, scale: str, of: str
) -> Sheet:
    """Work out what to weigh; ``amine`` and ``carbonyl`` as typed, so that a salt is weighed as a salt.

    The prediction is that of the procedure, which stands for it as the key.
    """
    model = the_model()
    bottles = {"amine": read_supply(amine, model), "carbonyl": read_supply(carbonyl, model)}
    pair = the_pair(amine, carbonyl)
    return make_sheet(
        pair,
        model,
        procedure,
        scale,
        of=of,
        reference="amine",
        degree=degree,
        supplies=bottles,
        prediction=_prediction,
    )


@st.cache_resource(show_spinner="One knob at a time", max_entries=16, scope="session")
def the_curves(_plan: Plan, request: Request, rank: int) -> list[dict[str, float | str]]:
    """Vary one knob at a time around a recommendation; ``request`` stands for the plan as the key."""
    return plan_curves(_plan, rank)


@st.cache_resource(show_spinner="Slow or all at once", max_entries=16, scope="session")
def the_slow_addition(_plan: Plan, request: Request, rank: int) -> SlowAddition | None:
    """Ask whether a slow feed helps; ``request`` stands for the plan as the key."""
    return plan_slow_addition(_plan, rank)


_BY_MODEL = (
    the_prediction, the_course, the_shares, the_assays, the_landscape, the_comparison, the_sheet, the_curves,
    the_slow_addition, the_charge_curve, the_species, the_pair,
)  # fmt: skip
"""Answers that another model makes others."""


@st.cache_resource(show_spinner=False)
def keep_what_is_loaded() -> None:
    """Take all that the first answer loaded out of the garbage collector's hands.

    Streamlit collects after every run; looking through a million objects of the libraries each time would
    take longer than the answer.
    """
    gc.collect()
    gc.freeze()
