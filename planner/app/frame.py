"""Frame: page settings, navigation, the reaction, and the page that was chosen.

The pages are one Streamlit page with a choice at its top, not Streamlit's own pages: there a box of the
same name on two pages is two boxes, and what was typed on one would be lost on the other.
"""

import streamlit as st

from planner.app import (
    answers,
    asked,
    bars,
    inputs,
    kept,
    knobs,
    learn,
    library,
    links,
    model,
    parts,
    peaks,
    plan,
    recommend,
    rings,
    scheme,
)
from planner.app.words import TITLE, plain
from planner.errors import PlannerError

PAGES = {"Plan": plan.show, "Recommend": recommend.show, "Peaks": peaks.show, "Learn": learn.show}
"""Pages that answer the inputs, and how each is drawn."""
OWN_INPUTS = {"Rings": rings.show, "Library": library.show, "Model": model.show}
"""Pages that do not take the pair: Library takes target and limits, the others none."""
LAST = "last_asked"
"""Where a session keeps the last inputs that could be answered."""
LOOKS = """<style>
.st-key-stale {opacity: .5}
.out-of-sight {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
[data-testid="stMainBlockContainer"] {padding-top: 3.5rem}
@media (max-width: 640px) {
  .st-key-page [role="radiogroup"] {flex-wrap: wrap; overflow-x: visible; mask-image: none; row-gap: .25rem}
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], .stButton, .stDownloadButton,
  .st-key-page {display: none !important}
  [data-testid="stMain"], [data-testid="stAppViewContainer"], .stApp {overflow: visible !important;
  position: static !important; height: auto !important}
}
</style>"""
"""For all pages: what is stale is dimmed, a phone shows every page's name, and paper holds what there is to read."""


ENTRIES = """<script>
if (!window.oneEntryAPage) {
  window.oneEntryAPage = true;
  const page = address => new URL(address || location.href, location.href).searchParams.get("page");
  const push = history.pushState.bind(history), put = history.replaceState.bind(history);
  history.pushState = history.replaceState = (state, title, address) =>
    (page(address) === page(location.href) ? put : push)(state, title, address);
}
</script>"""
"""Back and forward move between pages only: an input that changes is written into the entry that is there."""


def show() -> None:
    """Draw the app: the answer first, then the panel, for it is the answer that one waits for.

    In the first run of a session the panel comes first, since its widgets read the address; and where
    drawing it mends an input (a target that a new amine does not have), the answer is made again.
    """
    knobs.catch_up()
    kept.catch_up()
    st.set_page_config(page_title=TITLE, page_icon="⚗️", layout="wide", initial_sidebar_state=380)
    is_first = not asked.has_inputs()
    if is_first:
        links.keep_given()
    chosen = _top()
    scheme.pair_inputs()
    said = st.container()  # there in every run: what stands below it would be drawn anew under a typing hand
    if is_first:
        inputs.panel()
        _show_page(chosen)
        for line in links.dropped(rings.BOXES if chosen == "Rings" else ()):
            said.warning(plain(line), icon=":material/link_off:")
        answers.keep_what_is_loaded()
    else:
        answered = asked.given_inputs()
        _show_page(chosen)
        inputs.panel()
        if asked.given_inputs() != answered:
            st.rerun()
    if chosen != "Rings":  # the page takes its other boxes out of the address by itself
        st.query_params.pop(rings.WAY, None)
    knobs.remember()


def _top() -> str:
    """Draw the title and the choice of page; return the page."""
    # texts of ours alone: nothing that is typed stands in them
    st.html(LOOKS + bars.LOOKS + scheme.LOOKS + ENTRIES, unsafe_allow_javascript=True)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(f'<h1 style="font-size:1.25rem;margin:0;padding:0">{TITLE}</h1>', width="content")
        page = st.segmented_control(
            "Page",
            (*PAGES, *OWN_INPUTS),
            default="Plan",
            required=True,
            key="page",
            bind="query-params",
            label_visibility="collapsed",
        )
    chosen = str(page or "Plan")
    st.html(f'<h2 class="out-of-sight">{chosen}</h2>')
    return chosen


def _show_page(name: str) -> None:
    """Draw one page, or the one line that says why it cannot be drawn; a bug is called one, and takes no input."""
    state = st.session_state
    try:
        if name in OWN_INPUTS:
            OWN_INPUTS[name]()
            return
        pair = answers.the_pair(state["amine"], state["carbonyl"])
        scheme.show(pair, asked.asked_degree(pair))
        here = asked.read_asked()
        PAGES[name](here)
        state[LAST] = here
    except PlannerError as error:
        parts.show_error(error)
        _show_stale(name)
    except Exception as error:
        parts.show_bug(error)


def _show_stale(name: str) -> None:
    """Keep the last answer of the Plan page in sight, dimmed, while an input is being mended."""
    if name == "Plan" and (last := st.session_state.get(LAST)) is not None:
        with st.container(key="stale"):
            st.caption("The last answer, to the inputs before:")
            plan.show(last)
