"""Figures of the pages that ``test_figures`` does not compute: by which test each is held, or why it needs none.

A figure is digits, a range, or a number in words ("ten minutes", "a quarter"); names of compounds, code and blocks
hold none. ``HELD`` names words of a page and the test that holds their figures; ``PLAIN`` words whose figures are a
definition, an example of what may be typed, arithmetic of the sentence itself, or cited. Groups of the words are what
they cover; words without a group cover all that they match.
"""

import re
from collections.abc import Iterator

_WORDS = (
    "three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|twenty|half|thirds?|quarters?|fifth|tenths?|"
    "twice"
)
_UNITS = "point|minute|hour|day|week|decade|million|thousand"
FIGURE = re.compile(
    r"(?<![\w.,^-])(?:"
    r"\d+(?:\.\d+)?[-\u2013]\d+(?:\.\d+)?(?![\w-]|[.,]\d)"
    r"|-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w-]|[.,]\d)"
    rf"|(?:an?|one|two) (?:{_UNITS})s?\b|(?:{_WORDS})(?!\w))",
    re.IGNORECASE,
)
"""As a sentence states it."""

HELD: dict[str, tuple[tuple[str, str], ...]] = {
    "README.md": (
        (r"\| n-alkylamine \+ [^|]*\|[^|]*\|[^|]*\|", "test_readme::test_what_the_default_numbers_say"),
        (r"exit code (2)", "test_bad_input::test_bad_structure"),
    ),
    "architecture.md": (
        (r"\| (\d) files?: ", "test_docs::test_as_many_files_are_named_as_are_said"),
    ),
    "learn.md": (
        (r"\| [ABC] \| mono (\|[^|]*\|[^|]*\|[^|]*\|)", "test_learn_docs::test_the_table_is_what_is_printed"),
    ),
    "peaks.md": (
        (r"\b\d{2,3}\.\d{4}\b", "test_peaks_docs::test_every_mass_is_computed"),
        (r"\| (198) at [\d.]+ %, (199) at", "test_peaks_docs::test_the_list_reads_as_the_page_says"),
        (r"a line at (210) of a quarter", "test_peaks_docs::test_the_list_reads_as_the_page_says"),
        (r"a (295) at [\d.]+ % of (293) is", "test_peaks_docs::test_the_list_reads_as_the_page_says"),
        (r"the model predicts\. 197 .*? 149 is phthalate", "test_peaks_docs::test_the_list_reads_as_the_page_says"),
        (
            r"\| (?:di|mono|1,4-diazepane) (\| [\d.]+, [\d.]+ \| -?[\d.]+ \|)",
            "test_peaks_docs::test_the_windows_are_those_of_the_page",
        ),
        (r"\| [^|]*?(?:from|above) pH (\d+)", "test_figures::test_windows_of_the_diazepane_are_where_the_page_says"),
        (
            r"extract at pH (6 to 7), which takes di; extract at pH (9 to 10), which",
            "test_peaks_docs::test_the_windows_are_those_of_the_page",
        ),
        (r"N-oxide \((213)\)", "test_peaks_docs::test_the_list_reads_as_the_page_says"),
        (r"aminonitrile \((222)\)", "test_peaks_docs::test_the_list_reads_as_the_page_says"),
        (
            r"cyclohexylamine is measured \(([\d.]+)\), of .*? atoms \(([\d.]+)\), of ammonia (-[\d.]+)\. .*? "
            r"amines \(([\d.]+) and ([\d.]+)\)",
            "test_peaks_docs::test_constants_are_those_of_the_page",
        ),
        (r"at pH (8 to 9) the solvent", "test_peaks_docs::test_ammonia_and_a_ketone_part_by_log_p"),
        (r"at pH (11) it takes mono", "test_peaks_docs::test_ammonia_and_a_ketone_part_by_log_p"),
        (r"At unit resolution (150) could be", "test_peaks_docs::test_the_further_lists_read_as_the_page_says"),
        (
            r"pKaH ([\d.]+) and ([\d.]+), log P ([\d.]+) and ([\d.]+)\)",
            "test_peaks_docs::test_constants_are_those_of_the_page",
        ),
        (r"one window at pH ([\d.]+) to ([\d.]+) takes", "test_peaks_docs::test_methylation_needs_one_window"),
        (
            r"\(log P ([\d.]+), pKaH ([\d.]+)\) goes .*? \(log P (-[\d.]+)\) stays",
            "test_peaks_docs::test_constants_are_those_of_the_page",
        ),
    ),
    "rings.md": (
        (r"\| 1,\d-dibromo\w+ (\| \d+ \| \d+ \|)", "test_rings_docs::test_sizes_and_mass_are_those_of_the_closures"),
        (r"m/z (101\.1073) both", "test_rings_docs::test_sizes_and_mass_are_those_of_the_closures"),
        (
            r"\| ring (\|[ \d|]+)\| ?\|---.*?\| EM \[M\] (\|[ \d.|]+\|)",
            "test_rings_docs::test_effective_molarities_are_those_of_the_file",
        ),
        (
            r"\| ring \[%\] \|.*?\| its bis-tosylamide[^|]*\|[^|]*\|",
            "test_rings_docs::test_medians_are_those_of_the_page",
        ),
        (
            r"At ([\d.]+) M (five)- and (six)-membered rings close, (seven) closes by (half) .*? (eight) gives",
            "test_figures::test_rings_close_as_the_page_says_by_hydride",
        ),
    ),
}  # fmt: skip
"""Words of a page, and the test that holds their figures."""

_LEVEL = "the level of an interval, which its name says"
_COUNT = "counts what stands beside it"
_EXAMPLE = "an example of what may be typed"
_HALF = "no measure: a way of speaking"

PLAIN: dict[str, tuple[tuple[str, str], ...]] = {
    "README.md": (
        (r"\(or two, or (three)\)", "names the degrees"),
        (r"\"7 N ammonia in methanol\", \"37 % formalin\"", _EXAMPLE),
        (r"\*mean\* sums to (100)", "the definition of per cent"),
        (r"middle nine (tenths) of", "what the number before it, which is held, counts"),
        (r"the (5-95) % interval of di", _LEVEL),
        (r"Numbers may be typed as 1,5, 95 % or 30 min", _EXAMPLE),
        (r"plain flask of (a day)", "a name of the default hold, whose hours the next table states"),
        (r"\[(Fourteen) questions\]", "test_questions counts the pages"),
        (r"\| di, (5) to (95) % \|", _LEVEL),
        (r"predicted (95) % bound; mean (90) % interval", _LEVEL),
        (r"ranking of (7) carbonyls", "the number of rows that the ranking's figure, which is held, is of"),
        (r"upper bounds exceed (99) %", "the words that the count, which is held, is of"),
        (r"below the predicted (5) % bound", _LEVEL),
        (r"of the (90) % intervals of the split", _LEVEL),
        (r"\(at most (32) was wanted\)", "a wish, which nothing computes"),
        (r"of the small set (90) % intervals", _LEVEL),
        (r"after one run and [\d.]+ after (three)", "names the column of the figure, which is held"),
        (r"within (3) points of the best", "names the game whose figures are held"),
        (r"at most (1\.1) eq \|", "names the game whose figures are held"),
        (r"charge (3) eq of a slow", "the words that the count, which is held, is of"),
        (r"Against (16) patent procedures the", "the number of procedures, held where they are first named"),
    ),
    "architecture.md": (
        (r"is described (twice)", _HALF),
        (r"(?:\||:|takes?) (\d) (?:row|table|rule|line|word)s?\b", "one row: the test of files counts the files"),
        (r"(\d) table `<step>", "one row: the test of files counts the files"),
    ),
    "learn.md": (
        (r"; (0), n\.d\. and < (1) are nothing seen", "the words of a cell, which every word's test reads"),
        (r"without a peak is (0)\.", "a definition"),
        (r"(Three) things explain", _COUNT),
        (r"learned from (three) runs", "the runs of this page, held in its title"),
        (r"fed over (two hours)", "a row of docs/runs.csv"),
        (r"proposes (three) runs", "the number in the option beside it"),
    ),
    "library.md": (
        (r"\(from (0), in the order", "a definition"),
        (r"none is (half)", _HALF),
        (r"(?:^| )([1-6])\. (?=[A-Z])", "numbers a list"),
        (r"gains (a point); its like", "judged by the test of the search of its own"),
        (r"within (one point) of its own .*? within (three) for", "names the share, which is held"),
        (r"(?:is|are) more than (a point) short of it, \w+ more than (three)\.", "names the count, which is held"),
        (r"(10)\^8 pairs", "a size to think of"),
        (r"(10,000) of each", "the square root of the same"),
        (r"and (three) were wanted", "a wish, which nothing computes"),
        (r"and (five) minutes were wanted", "a wish, which nothing computes"),
        (r"; (95) % and all were wanted", "a wish, which nothing computes"),
        (r"stands (twice) is kept (twice)", _COUNT),
        (r"a ring of (eight) atoms", "the message of the refusal, in words"),
        (r"a factor of (ten) of the ketone", "the message of the refusal, in words"),
        (r"each does (half) of", _HALF),
        (r"; (250) cores take", "a size to think of"),
        (r"two screens of (half) the amines", _HALF),
    ),
    "peaks.md": (
        (r"(Three) commands say", _COUNT),
        (r"UV at (254) nm does not see it, which is not (0) %", "the usual lamp; a definition"),
        (r"have (three) decimals", "the rule that the width of 0.4 Da, which is held, goes with"),
        (r"m/z (200) would", "where the share, which is held, is looked at"),
        (r"answers (twice) as strongly as mono and the diazepane is left out, which is not (0) %", "held above"),
        (r"shake with water at pH (2), in", "the acid of the step's own table"),
        (r"a (third) time hardly", "an ordinal"),
        (r"line at (?:a )?(quarter) of it one below", "the height of the 10B line, held above"),
        (r"no (third) methyl", "an ordinal"),
        (r"the line at (149) of a (quarter)", "one below 150; the height of the 10B line, held above"),
        (r"Acid for (an hour)", "the step's own words (workup.toml)"),
        (r"at pH (1) to (2) of a borohydride", "the step's own words (workup.toml)"),
    ),
    "rings.md": (
        (r"substitution, (twice)", _COUNT),
        (r"flask, ([\d.]+) M in a batch of both partners at ([\d.]+) M", "arithmetic: two partners of two ends each"),
        (r"Rings of two, (three), \.\.\. pairs", _COUNT),
        (r"to -3/(2) where .*? to -5/(2) where", "the denominators of exponents that are held"),
        (r"of (nine) members and more", "Richman and Atkins 1974, cited beside it"),
        (r"reports (70) to (90) %", "Richman and Atkins 1974, cited beside it"),
        (r"fed over (a day) into", "the old advice that the sentence speaks of"),
        (r"stops (half) way", "arithmetic: each bond's acid holds an amine"),
        (r"The last (three) are faults", _COUNT),
        (r"at (twice) the rate of A, a (fifth) of B", "the numbers of the commands above it"),
    ),
}  # fmt: skip
"""Words of a page whose figures need no test, and why."""


def masked(text: str) -> str:
    """Put dots for what is code, a block or a link's target, letter by letter."""
    for pattern in (r"^```.*?^```", r"`[^`\n]*`", r"\]\([^)]*\)"):
        text = re.sub(pattern, lambda found: re.sub(r"\S", "\u00b7", found[0]), text, flags=re.S | re.M)
    return text


def one_line(text: str) -> str:
    """Write a page on one line."""
    return " ".join(text.split())


def figures_of(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Find the figures of a page: where in its one line, and what is said around them."""
    line, shown = one_line(masked(text)), one_line(text)
    for found in FIGURE.finditer(line):
        start, end = found.span()
        yield (start, end), f"{shown[max(0, start - 45) : start]}[{found[0]}]{shown[end : end + 35]}"


def spans_of(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Find what words cover on the one line of a page: their groups, or all where they have none."""
    for found in re.finditer(words, one_line(text)):
        groups = range(1, found.re.groups + 1) if found.re.groups else (0,)
        yield from (found.span(group) for group in groups if found.span(group) != (-1, -1))
