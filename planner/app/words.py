"""Words of the app: labels, one line under every output, glossary. User text is never read as markup."""

import re

TITLE = "Reductive amination planner"

OPEN_WORDS = (
    "Puts the structures and the procedure of a saved file back into the inputs. The file is read here and not kept. "
    "The address of this page is the plan as well: copy it to share; mind that structures in an address end up in "
    "browser histories and proxy logs."
)

EXPLAIN = {
    "distribution": (
        "Bars: mean over the joint draws of all uncertain constants, as a fraction of the amine charged. "
        "Lines: 5 to 95 % of the draws. Diamonds: what pure statistics would give. These are estimates, "
        "not yields after work-up."
    ),
    "course": (
        "What is in the flask, before the quench: mean and 5 to 95 % band. Imine counts every degree, so "
        "it overlaps the other curves; an amine that is still to be fed counts as unreacted."
    ),
    "pools": (
        "What is left of the carbonyl and the hydride charged, and the carbonyl that was reduced to its "
        "alcohol."
    ),
    "fate": (
        "Where the carbonyl charged ends after the quench (means). Left over includes what an aqueous "
        "quench frees from imine."
    ),
    "map": (
        "Mean target fraction around your procedure, everything else held. Dashed line, where a limit is set: the "
        "largest charge that keeps the mean over-alkylation within the limit; to its right it is broken. Time "
        "zero is all at once."
    ),
    "products": (
        "One row a degree, from the same draws. m/z is the monoisotopic [M+H]+ to look for; area per cent "
        "in LC-MS is not yield."
    ),
    "isomers": (
        "Where a degree has several: which nitrogen carries the alkyl groups. To search for one of them, choose it "
        "under Limits of the search."
    ),
    "scheme": (
        "What to look for in the LC-MS: free base, no adducts. Where a degree has several isomers the "
        "most abundant is drawn."
    ),
    "sheet": (
        "Amounts for the bench. It states hazards that its sources name; it never says that a reaction is "
        "safe. Read the SDS."
    ),
    "shares": (
        "Each uncertain number's own share of the spread of the target fraction over 1,024 draws, and what the "
        "target changes when the number rises by one standard deviation. What is missing to 100 % is interplay and "
        "curvature. Measuring the first rows would narrow this answer most."
    ),
    "slow": (
        "All at once against a slow feed of the carbonyl, with the charges and the total time of this recommendation, "
        "on the same draws."
    ),
    "caveats": "What the numbers do not know.",
    "ask": (
        "Searches equivalents, addition, times, temperature and reductant for the target and within the limits at the "
        "left. It takes seconds; Stop ends it. Recommendations are starting points for the bench, not proofs."
    ),
    "recommend": (
        "Ranked by a low quantile of the target fraction less small prices for time and excess, within your limits. "
        "Select a row to open it in Plan."
    ),
    "curves": (
        "One knob moved at a time, all else held. Blue: target with its 5 to 95 % band; dashed vermilion: "
        "over-alkylation; grey: where the recommendation stands."
    ),
    "pareto": (
        "No point here can be bettered in target, over-alkylation and time at once. Select a point to "
        "load its procedure."
    ),
    "model": "Every number the planner uses, with its width and where it comes from. Most are class estimates.",
}

GLOSSARY = {
    "Degree": "Number of new alkyl groups on the whole molecule: 0 unreacted, 1 mono, 2 di, and so on.",
    "Equivalents": "Moles per mole of amine charged, for carbonyl, reductant and acid alike.",
    "Over-alkylation": "Fraction above the target degree; under-alkylation is what lies below it, unreacted too.",
    "Basis": (
        "The precious partner. On the amine, fractions are per amine charged; on the carbonyl, they are "
        "moles of carbonyl in that product per mole charged."
    ),
    "Interval": (
        "5 to 95 % of the joint draws of all uncertain constants. It holds what the constants do not "
        "know, not what the model leaves out."
    ),
    "Pure statistics": "The binomial split if every N-H were equally reactive and all the carbonyl were used.",
    "Imine first": "Amine and carbonyl are left to form the imine; the hydride comes later, as a solid.",
    "Slow addition": "The named partner is fed as a solution at a constant rate; everything else waits in the flask.",
    "Quench": (
        "Aqueous: leftover imine falls back to amine and carbonyl. Borohydride: leftover imine is reduced "
        "on, to one degree more."
    ),
    "Usable hydrides": "Hydrides per mole of reductant that reduce imines at a useful rate.",
    "Basis of a constant": (
        "measured, fitted, analogy (taken from a like compound) or assumed; the spread is the log10 "
        "standard deviation."
    ),
    "Site": (
        "A nitrogen with N-H that condenses with aldehydes and ketones. Equivalent ones share a colour in "
        "the drawing."
    ),
}

LADDER = (
    (
        r"\mathrm{N}(a) + \mathrm{C} \rightleftharpoons \mathrm{X}(a) + \mathrm{W}",
        "condensation: amine and carbonyl to imine or iminium, and water",
    ),
    (r"\mathrm{X}(a) + \mathrm{H} \rightarrow \mathrm{N}(a+1)", "hydride transfer: one alkyl group more"),
    (
        r"\mathrm{N}(a) + \mathrm{X}(b) \rightleftharpoons \mathrm{X}(a) + \mathrm{N}(b)",
        "exchange: an amine takes the carbonyl from another's imine",
    ),
    (r"\mathrm{C} + \mathrm{H} \rightarrow \mathrm{alcohol}", "direct reduction of the carbonyl"),
    (r"\mathrm{H} \rightarrow \mathrm{lost}", "hydride lost to solvent, water and acid"),
    (
        r"\frac{dn_i}{dt} = V \sum_r \nu_{ir} k_r \prod_j \frac{n_j}{V} + \mathrm{feed}_i, \qquad V(t) = V_0 + q t",
        "all of them together, in amounts, in a flask whose volume grows with the feed",
    ),
)

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_LINK = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\w@)(?=\w+\.\w)", re.IGNORECASE)
_JOINER = "\u2060"  # has no width; parts what would be taken for an address even when escaped


def plain(text: str) -> str:
    """Escape text, so that Streamlit shows it letter by letter.

    SMILES are full of brackets, which Markdown reads as links.
    """
    return _MARKUP.sub(r"\\\1", _LINK.sub(_JOINER, text)).replace("\n", " ")
