"""Scheme: the reaction on top of every page, where its partners are typed, and as it is drawn and printed."""

import base64
from html import escape
from importlib.util import find_spec

import streamlit as st

from planner.app.answers import the_model, the_names
from planner.app.words import explain, plain
from planner.errors import PlannerError
from planner.model.catalogue import resolve_name
from planner.predictions.degrees import degree_word
from planner.sheets.runsheet import partner_names
from planner.structures.drawings import draw_amine, draw_carbonyl, draw_structure
from planner.structures.pairs import Pair
from planner.structures.structure import protonated_mass, read_structure

FIRST = {"amine": "benzylamine", "carbonyl": "butanal"}
"""The worked example."""
LABELS = {"amine": "Amine", "carbonyl": "Aldehyde or ketone"}
LOOKS = """<style>
.reaction {display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; break-inside: avoid}
.reaction > b {font-size: 1.5rem; font-weight: 400}
.reaction figure {margin: 0; padding: .25rem .5rem; border: 1px solid rgba(128,128,128,.35); border-radius: .5rem;
  flex: 1 1 6rem; max-width: 11rem; min-width: 0}
.reaction figure.target {border: 2px solid #0072B2}
.reaction img {display: block; width: 100%; height: auto; max-height: 6rem; object-fit: contain; background: #fff;
  border-radius: .25rem}
.reaction figcaption {font-size: .875rem; line-height: 1.35; overflow-wrap: anywhere}
@media (max-width: 640px) {
  .reaction {flex-wrap: nowrap; gap: .2rem}
  .reaction > b {font-size: 1rem}
  .reaction figure {padding: .1rem .2rem; flex: 1 1 0}
  .reaction figcaption {font-size: .75rem; line-height: 1.2}
}
</style>"""
"""Of the strip; on a phone it stays in one row, so that the answer is on the first screen."""
DRAWN = "strip"
"""Where a session keeps the strip that it has drawn last, with what it is of."""
SIGN = '<b aria-hidden="true">{}</b>'
CARD = (
    '<figure{target}><img src="data:image/svg+xml;base64,{drawn}" alt="{alt}">'
    "<figcaption><strong>{name}</strong><br>{below}</figcaption></figure>"
)


def pair_inputs() -> None:
    """Ask for both partners: a name that the planner knows, completed while one types, or SMILES."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        _partner("amine")
        st.button(
            "Swap",
            key="swap",
            icon=":material/swap_horiz:",
            on_click=_swap,
            help="Puts each text into the other's box.",
        )
        _partner("carbonyl")


def _partner(field: str) -> None:
    """Show one box and, where the editor is installed, a button that opens it."""
    names = the_names(field)
    here = st.session_state.get(field) or st.query_params.get(field) or FIRST[field]
    options = names if here in names else [*names, here]
    st.selectbox(
        LABELS[field],
        options,
        options.index(FIRST[field]),
        key=field,
        accept_new_options=True,
        bind="query-params",
        placeholder="Name or SMILES",
        help=explain("amine") if field == "amine" else explain("carbonyl"),
        width="stretch",
    )
    if find_spec("streamlit_ketcher") and st.button(
        "Draw", key=f"draw_{field}", icon=":material/draw:", help=f"Draw the {field}"
    ):
        _draw(field)


def _swap() -> None:
    """Exchange the two texts."""
    state = st.session_state
    state["amine"], state["carbonyl"] = state["carbonyl"], state["amine"]


@st.dialog("Draw a structure", width="large")
def _draw(field: str) -> None:
    """Open the structure editor; what is taken over replaces the text."""
    from streamlit_ketcher import st_ketcher

    st.caption("Draw, press Apply under the drawing, then Use.")
    try:
        start = read_structure(resolve_name(st.session_state[field], the_model().catalogue)).smiles
    except PlannerError:
        start = ""  # an empty sheet: what is typed is mended in its box
    smiles = st_ketcher(start, key=f"ketcher_{field}", height=460)
    if st.button("Use", key=f"use_{field}", on_click=_use, args=(field, smiles, start)):
        st.rerun()


def _use(field: str, smiles: str, start: str) -> None:
    """Write a drawn structure into its box; a name stays where nothing new was drawn."""
    if smiles and smiles != start:
        st.session_state[field] = smiles


def show(pair: Pair, target: int) -> None:
    """Draw amine + carbonyl -> target with its neighbours, with names and masses; offer their SMILES."""
    state = st.session_state
    key = (*pair.texts, target, state["amine"], state["carbonyl"])
    if state.get(DRAWN, ((), ""))[0] != key:  # a step of a slider draws no structure
        state[DRAWN] = (key, _strip(pair, target))
    st.html(state[DRAWN][1])
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(_classes(pair), width="stretch")
        with st.popover("SMILES", icon=":material/content_copy:", type="tertiary"):
            for word, smiles in _compounds(pair, target):
                st.caption(plain(word))
                st.code(smiles, language=None, wrap_lines=True)


def _compounds(pair: Pair, target: int) -> list[tuple[str, str]]:
    """List the compounds of the strip with a word for each: partners, then the target between its neighbours."""
    degrees = [d for d in (target - 1, target, target + 1) if 0 < d <= pair.n_hydrogens]
    products = [(degree_word(d), pair.isomers(d)[0]) for d in degrees]
    names = partner_names(pair, the_model())
    partners = zip(names, (pair.amine.smiles, pair.carbonyl.smiles), strict=True)
    return [*partners, *products]


def _strip(pair: Pair, target: int) -> str:
    """Write the strip as HTML; names are escaped, structures are pictures."""
    (amine, _), (carbonyl, _), *products = _compounds(pair, target)
    typed = [st.session_state[field] for field in FIRST]
    parts = []
    for drawn, name, text, structure in (
        (draw_amine(pair), amine, typed[0], pair.amine),
        (draw_carbonyl(pair), carbonyl, typed[1], pair.carbonyl),
    ):
        ions = f" (as {', '.join(structure.counter_ions)})" if structure.counter_ions else ""
        shown = name if name != structure.smiles else structure.formula
        said = (
            f"{shown}{ions}" if text in (name, structure.smiles) or ions else f"{shown} (given: {text[:40]})"
        )
        below = f"{structure.molar_mass:.2f} g/mol"
        parts.append(_card(drawn, f"{shown}, reactive atoms marked", said, below))
    made = []
    for word, smiles in products:
        is_target = word == degree_word(target)
        structure = read_structure(smiles)
        mass = f"{structure.molar_mass:.2f} g/mol<br>[M+H]<sup>+</sup> {protonated_mass(smiles):.4f}"
        name = f"{word}, target" if is_target else word
        made.append(_card(draw_structure(smiles), f"{word} product", name, mass, is_target=is_target))
    arrow, plus = SIGN.format("&rarr;"), SIGN.format("+")
    inside = f"{plus.join(parts)}{arrow}{''.join(made)}"
    return f'<section class="reaction" aria-label="Reaction">{inside}</section>'


def _card(drawn: str, alt: str, name: str, below: str, *, is_target: bool = False) -> str:
    """Write one compound; the target has a frame of its own."""
    picture = base64.b64encode(drawn.encode()).decode()
    target = ' class="target"' if is_target else ""
    return CARD.format(target=target, drawn=picture, alt=escape(alt), name=escape(name), below=below)


def _classes(pair: Pair) -> str:
    """Name what reacts: the classes of the nitrogens with their N-H, and that of the carbonyl."""
    sites = [(site.site_class, site.n_hydrogens) for site in pair.sites]
    words = []
    for name, n_hydrogens in dict.fromkeys(sites):
        count = sites.count((name, n_hydrogens))
        times = f"{count} × " if count > 1 else ""
        words.append(f"{times}{the_model().site_class(name).label}, {n_hydrogens} N-H")
    return plain(f"Reacts: {'; '.join(words)}; {pair.carbonyl_class.label}.")
