"""Warnings of structures: each is said where it must be and not where it must not, and says what to do."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import planner
from planner.cli import main
from planner.errors import ParameterError
from planner.flask.procedure import asked_procedure
from planner.flask.settling import settle
from planner.model.checks import Table
from planner.model.folders import models_folder
from planner.model.parameters import load_model
from planner.model.warnings import SEVERITIES, STRONG, TESTS
from planner.predictions.warned import warnings_of
from planner.structures.cautions import Caution, cautions
from planner.structures.pair_tests import passed
from planner.structures.pairs import read_pair
from planner.structures.structure import read_structure

MODEL = load_model()
RULES = {rule.name: rule for rule in MODEL.warnings}
BENZYLAMINE, BUTYLAMINE, BENZALDEHYDE, BUTANAL = "NCc1ccccc1", "CCCCN", "O=Cc1ccccc1", "CCCC=O"
NABH4: Table = {"reductant": "NaBH4"}
STAB: Table = {"reductant": "STAB"}
WARM: Table = {"temperature_C": 40.0}
ACID: Table = {"acid_equivalents": 1.0}
MOST: Table = {"converted": 0.9}
Case = tuple[str, str] | tuple[str, str, Table]

# name: (pairs that must be warned of, near ones that must not), each with what is done where that counts.
CASES: dict[str, tuple[list[Case], list[Case]]] = {
    "conjugate addition to the carbonyl compound": (
        [
            ("CN", "CC=CC=O"),
            ("CN", "CC=CC(C)=O"),
            (BUTYLAMINE, "O=C(C=Cc1ccccc1)c1ccccc1"),
            (BUTYLAMINE, "C=CC(=O)c1ccccc1"),
            (BUTYLAMINE, "C=C1CCc2ccccc2C1=O"),
            (BUTYLAMINE, "O=C1C=CCCC1"),
            (BUTYLAMINE, "O=CC#Cc1ccccc1"),
            (BUTYLAMINE, "C=CC(=O)C(F)(F)F"),
        ],
        [(BUTYLAMINE, "C=CCC=O"), (BUTYLAMINE, "O=C(CCc1ccccc1)c1ccccc1"), (BUTYLAMINE, "O=C1CC=CCC1")],
    ),
    "conjugate addition to a Michael acceptor": (
        [
            (BENZYLAMINE, "C=CC(=O)OCCC=O"),
            ("NCCOC(=O)C=C", BENZALDEHYDE),
            ("NCCN1C(=O)C=CC1=O", BENZALDEHYDE),
            (BENZYLAMINE, "O=Cc1ccc(S(=O)(=O)C=C)cc1"),
            (BENZYLAMINE, "O=Cc1ccc(C=CC#N)cc1"),
        ],
        [
            (BENZYLAMINE, "CCC(=O)OCCC=O"),
            ("Nc1ccc(OC(=O)C=C)cc1", BENZALDEHYDE),
            ("NCCN1C(=O)CCC1=O", BENZALDEHYDE),
        ],
    ),
    "Michael acceptor of the amine": (
        [("O=C(C=Cc1ccccc1)c1ccc(C2CCNCC2)cc1", BENZALDEHYDE)],
        [("O=C(CCc1ccccc1)c1ccc(C2CCNCC2)cc1", BENZALDEHYDE)],
    ),
    "slow Michael acceptor": (
        [("NCCNC(=O)C=C", BENZALDEHYDE), (BENZYLAMINE, "C=Cc1ccc(C=O)cn1")],
        [("NCCNC(=O)CC", BENZALDEHYDE), (BENZYLAMINE, "C=Cc1ccc(C=O)cc1")],
    ),
    "aldol": ([(BENZYLAMINE, BUTANAL)], [(BENZYLAMINE, "CC(C)C=O"), (BENZYLAMINE, "CC(C)(C)C=O")]),
    "1,3-dicarbonyl": ([(BENZYLAMINE, "CCOC(=O)CC(C)=O")], [(BENZYLAMINE, "CCOC(=O)CCC(C)=O")]),
    "alpha-halogen carbonyl": (
        [(BENZYLAMINE, "CC(=O)CCl"), (BENZYLAMINE, "CC(=O)COS(C)(=O)=O")],
        [(BENZYLAMINE, "CC(=O)CF"), (BENZYLAMINE, "CC(=O)CCCCCl")],
    ),
    "Amadori and Heyns rearrangement": (
        [
            (BENZYLAMINE, "CC(=O)CO"),
            (BENZYLAMINE, "OCC=O"),
            (BENZYLAMINE, "O=C(c1ccccc1)C(O)c1ccccc1"),
        ],
        [(BENZYLAMINE, "COCC(C)=O"), (BENZYLAMINE, "CC(=O)CCO"), (BENZYLAMINE, "CC(C)(O)C(C)=O")],
    ),
    "sugar": (
        [
            (BENZYLAMINE, "O=C[C@H](O)[C@@H](O)[C@H](O)[C@H](O)CO"),
            (BENZYLAMINE, "OCC(=O)[C@@H](O)[C@H](O)[C@H](O)CO"),
        ],
        [(BENZYLAMINE, "OCC(O)C=O"), (BENZYLAMINE, "O=CCCCCO")],
    ),
    "lactol": (
        [(BENZYLAMINE, "O=CCCCO"), (BENZYLAMINE, "O=CCCCCO")],
        [(BENZYLAMINE, "O=CCCCOC"), (BENZYLAMINE, "O=CCCCCCCO"), (BENZYLAMINE, "OC1CCC(C=O)CC1")],
    ),
    "hydrate": ([(BENZYLAMINE, "CCOC(=O)C=O"), (BENZYLAMINE, "O=CC(F)(F)F")], [(BENZYLAMINE, "O=CCCF")]),
    "fluorinated ketone": (
        [(BENZYLAMINE, "CC(=O)C(F)(F)F"), (BENZYLAMINE, "O=C(c1ccccc1)C(F)(F)F")],
        [(BENZYLAMINE, "CC(=O)CC(F)(F)F"), (BENZYLAMINE, "CC(=O)c1ccc(C(F)(F)F)cc1")],
    ),
    "slow ketone": (
        [(BENZYLAMINE, "CC(=O)c1ccccc1"), (BENZYLAMINE, "CC(=O)C(C)(C)C")],
        [(BENZYLAMINE, "CC(=O)CCc1ccccc1"), (BENZYLAMINE, "O=C1CCCCC1")],
    ),
    "hindered pair": (
        [("CC(C)NC(C)C", "O=C1CCCCC1"), ("CC(C)(C)N", "CC(C)=O")],
        [("CCNCC", "O=C1CCCCC1"), ("CC(C)(C)N", BUTANAL)],
    ),
    "very hindered pair": (
        [("CC(C)NC(C)C", BUTANAL, MOST), ("CC(C)(C)N", "O=C1CCCCC1", MOST), ("CC(C)(C)NC", BUTANAL, MOST)],
        [
            ("CC(C)(C)N", "O=C1CCCCC1"),
            ("CCNCC", "O=C1CCCCC1", MOST),
            ("CC(C)N", "CC(C)=O", MOST),
            ("CC(C)NC(C)C", "C=O", MOST),
        ],
    ),
    "salicylaldehyde": ([(BENZYLAMINE, "O=Cc1ccccc1O")], [(BENZYLAMINE, "O=Cc1ccc(O)cc1")]),
    "several carbonyls": (
        [
            (BENZYLAMINE, "O=CCCCC=O"),
            (BENZYLAMINE, "O=Cc1ccc(C=O)cc1"),
            (BENZYLAMINE, "CC(=O)c1cc(C=O)cc(C=O)c1"),
        ],
        [(BENZYLAMINE, "CC(=O)c1ccc(C=O)cc1"), (BENZYLAMINE, "O=Cc1ccc(C(N)=O)cc1")],
    ),
    "second carbonyl": (
        [
            (BENZYLAMINE, "CC(=O)c1ccc(C=O)cc1"),
            ("CC(=O)c1ccc(C2CCNCC2)cc1", BENZALDEHYDE),
            (BENZYLAMINE, "CC(=O)CCCC=O"),
        ],
        [(BENZYLAMINE, "COC(=O)c1ccc(C=O)cc1"), ("COC(=O)c1ccc(C2CCNCC2)cc1", BENZALDEHYDE)],
    ),
    "second carbonyl with a strong hydride": (
        [(BENZYLAMINE, "CC(=O)c1ccc(C=O)cc1", NABH4), ("CC(=O)c1ccc(C2CCNCC2)cc1", BENZALDEHYDE, NABH4)],
        [(BENZYLAMINE, "CC(=O)c1ccc(C=O)cc1", STAB), (BENZYLAMINE, "COC(=O)c1ccc(C=O)cc1", NABH4)],
    ),
    "ring from a dicarbonyl compound": (
        [
            (BENZYLAMINE, "O=CCCCC=O"),
            (BENZYLAMINE, "O=CCCCCC=O"),
            ("N", "CC(=O)CCC(C)=O"),
            (BENZYLAMINE, "O=Cc1ccccc1C=O"),
            (BENZYLAMINE, "CC(=O)c1ccccc1C=O"),
        ],
        [
            ("C1COCCN1", "O=CCCCC=O"),
            ("Nc1nccc(C2CCNCC2)n1", "O=CCCCC=O"),
            (BENZYLAMINE, "O=Cc1ccc(C=O)cc1"),
            (BENZYLAMINE, "O=Cc1cccc(C=O)c1"),
            (BENZYLAMINE, "O=C1CCC(=O)CC1"),
            (BENZYLAMINE, "CC(=O)CC(C)=O"),
        ],
    ),
    "eager N-H on the carbonyl compound": (
        [
            (BENZYLAMINE, "O=CC1CCNCC1"),
            (BENZYLAMINE, "O=C1CCNCC1"),
            ("Nc1ccc(Cl)cc1", "CNCc1ccccc1C1CCC(=O)CC1"),
            ("Nc1ccccc1", "O=C1CC2CCC(C1)N2"),
            (BUTYLAMINE, "NCc1ccc(C=O)cc1"),
            ("C1CCNC1", "CCNCCC=O"),
            ("CC(C)(C)N", "NCC(C)=O"),
            ("Nc1ccccc1", "FC(F)(F)CNCCC=O"),  # a weak alkylamine, but no weaker than an aniline
            ("Nc1ccccc1", "O=Cc1cccc(N)c1"),
            ("c1ccc(Nc2ccccc2)cc1", "O=Cc1cccc(N)c1"),
        ],
        [
            (BUTYLAMINE, "CC1(C)CC(=O)CC(C)(C)N1"),  # too hindered to meet a ketone
            (BUTYLAMINE, "CC(=O)c1ccc(C2CCNCC2)cc1"),  # and this one is too slow a ketone for it
            (BUTYLAMINE, "FC(F)(F)CNCCC=O"),
            (BUTYLAMINE, "O=Cc1cccc(N)c1"),
            ("Nc1ccccc1", "O=Cc1ccc(N)cc1"),
            ("CNC", "Nc1nonc1C=O"),
            ("CNC", "O=CCn1cnc2c(N)ncnc21"),
            ("CNC", "O=Cc1ccc2nc(N)ncc2c1"),
            (BENZYLAMINE, "O=CC1CCN(C(C)=O)CC1"),
            (BENZYLAMINE, "O=Cc1ccc(Nc2ccccc2)cc1"),
            (BENZYLAMINE, "O=Cc1c[nH]c2ccccc12"),
        ],
    ),
    "N-H on the carbonyl compound": (
        [
            (BUTYLAMINE, "CC(=O)c1cccc(N)c1"),
            (BUTYLAMINE, "O=Cc1c[nH]c2ccc(N)cc12"),
            (BUTYLAMINE, "CC(=O)c1ccc(C2CCNCC2)cc1"),
            (BUTYLAMINE, "FC(F)(F)CNCCC=O"),
            ("Nc1ccccc1", "O=Cc1ccc(N)cc1"),
        ],
        [
            (BUTYLAMINE, "NCc1ccc(C=O)cc1"),
            ("CNC", "Nc1nonc1C=O"),
            ("CNC", "O=CCn1cnc2c(N)ncnc21"),
            ("CNC", "O=Cc1ccc2nc(N)ncc2c1"),
            ("C1CCNCC1", "Nc1ncccc1C=O"),
            (BUTYLAMINE, "CC1(C)CC(=O)CC(C)(C)N1"),
            (BUTYLAMINE, "CNc1ccc(C=O)cc1"),
            (BENZYLAMINE, "O=CC1CCN(C(C)=O)CC1"),
            (BENZYLAMINE, "O=Cc1ccc(Nc2ccccc2)cc1"),
        ],
    ),
    "imidazolidine": (
        [("NCCN", BENZALDEHYDE), ("NCC1CCCN1", BENZALDEHYDE), ("CNCCNC", BUTANAL)],
        [("NCCCN", BENZALDEHYDE), ("C1CNCCN1", BENZALDEHYDE), ("NCCN(C)C", BENZALDEHYDE)],
    ),
    "hexahydropyrimidine": (
        [("NCCCN", BENZALDEHYDE), ("NCc1ccccc1N", BENZALDEHYDE)],
        [("NCCCCN", BENZALDEHYDE), ("NC1CCNCC1", BENZALDEHYDE), ("NCCCN(C)C", BENZALDEHYDE)],
    ),
    "benzimidazole": ([("Nc1ccccc1N", BENZALDEHYDE)], [("Nc1cccc(N)c1", BENZALDEHYDE)]),
    "oxazolidine or thiazolidine": (
        [
            ("NCCO", BENZALDEHYDE),
            ("NC(CO)c1ccccc1", "O=C1CCCCC1"),
            ("NCCS", BENZALDEHYDE),
            ("Nc1ccccc1S", BENZALDEHYDE),
        ],
        [
            ("NCCOC", BENZALDEHYDE),
            ("NCCSC", BENZALDEHYDE),
            ("NCCCO", BENZALDEHYDE),
            ("OCCNc1ccc(C2CCNCC2)cc1", BENZALDEHYDE),  # the piperidine reacts
        ],
    ),
    "1,3-oxazinane or 1,3-thiazinane": (
        [("NCCCO", BUTANAL), ("NCc1ccccc1O", BENZALDEHYDE), ("NCCCS", BUTANAL)],
        [("NCCCOC", BUTANAL), ("NCCCCO", BUTANAL), ("OC1CCNCC1", BUTANAL)],
    ),
    "2-aminophenol": ([("Nc1ccccc1O", BENZALDEHYDE)], [("Nc1ccc(O)cc1", BENZALDEHYDE)]),
    "dihydroquinazolinone": (
        [
            ("NC(=O)c1ccccc1N", BENZALDEHYDE),
            ("CNC(=O)c1cccnc1N", BENZALDEHYDE),
            ("NS(=O)(=O)c1ccccc1N", BENZALDEHYDE),
            ("NC(=O)c1ccccc1NC1CCCCC1", BENZALDEHYDE),
        ],
        [
            ("NC(=O)c1ccc(N)cc1", BENZALDEHYDE),
            ("CN(C)C(=O)c1ccccc1N", BENZALDEHYDE),
            ("NC(=O)c1cnc2[nH]ccc2c1NC1CCNCC1", BENZALDEHYDE),  # the piperidine reacts
            ("NC(=O)c1ccccc1NC1CCNCC1", BENZALDEHYDE),
            ("NS(=O)(=O)c1ccccc1NCCN", BENZALDEHYDE),
            ("O=C1NCCNc2ccccc12", BENZALDEHYDE),  # a ring would bridge the one that holds both
        ],
    ),
    "imidazolidinone": (
        [
            ("NCC(N)=O", BENZALDEHYDE),
            ("NCC(=O)NCc1ccccc1", BUTANAL),
            ("NCCC(N)=O", BENZALDEHYDE),
            ("NC(=O)C1CCCN1", BENZALDEHYDE),
            ("NC(=O)CC1CCCN1", BENZALDEHYDE),
            ("NC1CCCCC1C(N)=O", BENZALDEHYDE),
        ],
        [
            ("NCC(=O)N(C)C", BENZALDEHYDE),
            ("NCCNC(C)=O", BENZALDEHYDE),
            ("NCC(N)=O", "CC(=O)c1ccccc1"),
            ("CCNC(=O)C1CCCNC1", BENZALDEHYDE),
            ("CNC(=O)C1CNC1", BENZALDEHYDE),
            ("O=C1Nc2ccccc2C12CCCNC2", BENZALDEHYDE),
            ("O=C1CNCCN1", BENZALDEHYDE),
            ("NC1CCNC1=O", BENZALDEHYDE),
            ("NCC1CCNC1=O", BENZALDEHYDE),
            ("O=C(CNc1ncnc2ccccc12)NC1CNC1", BENZALDEHYDE),  # the azetidine reacts
            ("O=C(CNc1ccccc1)NC1CCNCC1", BENZALDEHYDE),
        ],
    ),
    "hexahydrotriazine": (
        [("NC1CCCCC1", "C=O"), ("Nc1ccccc1", "C=O")],
        [("CNC1CCCCC1", "C=O"), ("NC1CCCCC1", BUTANAL), ("Nc1nccc(C2CCNCC2)n1", "C=O")],
    ),
    "hexamine": ([("N", "C=O")], [("N", BENZALDEHYDE)]),
    "aminal of formaldehyde": ([("C1CCNCC1", "C=O")], [("C1CCNCC1", BUTANAL)]),
    "hydroxymethylation": (
        [("NC(=O)C1CCNCC1", "C=O", {"carbonyl_equivalents": 3.0})],
        [
            ("NC(=O)C1CCNCC1", "C=O", {"carbonyl_equivalents": 1.1}),
            ("CN(C)C(=O)C1CCNCC1", "C=O", {"carbonyl_equivalents": 3.0}),
        ],
    ),
    "phenol and formaldehyde": (
        [("NCc1ccc(O)cc1", "C=O")],
        [("NCc1cc(C)c(O)c(C)c1", "C=O"), ("NCc1ccc(OC)cc1", "C=O")],
    ),
    "Pictet-Spengler": (
        [
            ("NCCc1c[nH]c2ccccc12", BENZALDEHYDE),
            ("COC(=O)[C@@H](N)Cc1c[nH]c2ccccc12", BUTANAL),
            ("NCCc1cccc(O)c1", BENZALDEHYDE),
            ("NCCc1c[nH]cn1", "C=O"),
        ],
        [("NCCc1ccccc1", BENZALDEHYDE), ("NCCc1c[nH]c2ccccc12", "O=C1CCCCC1")],
    ),
    "lactam on the carbonyl compound": (
        [
            (BUTYLAMINE, "COC(=O)c1ccccc1C=O"),
            (BENZYLAMINE, "CC(=O)CCC(=O)O"),
            (BENZYLAMINE, "CCOC(=O)CCCC=O"),
            (BENZYLAMINE, "CCOC(=O)CC1CCCCC1=O"),
        ],
        [
            (BUTYLAMINE, "O=C1CC(C(=O)O)C1"),
            (BUTYLAMINE, "CCOC(=O)C1CCC(=O)CC1"),
            (BUTYLAMINE, "CCOC(=O)C1CCCC(=O)C1"),
            (BUTYLAMINE, "COC(=O)c1cccc(C=O)c1"),
            ("C1CCNCC1", "COC(=O)c1ccccc1C=O"),
            ("Nc1nccc(C2CCNCC2)n1", "COC(=O)c1ccccc1C=O"),
            (BUTYLAMINE, "CCOC(=O)CCCCC=O"),
            (BUTYLAMINE, "CC(C)(C)OC(=O)CCC(C)=O"),
            (BUTYLAMINE, "CC(C)(C)OC(=O)NCC=O"),
            (BUTYLAMINE, "CC(=O)OCCCC=O"),
        ],
    ),
    "lactam on the amine": (
        [
            ("CCOC(=O)CCCN", BENZALDEHYDE),
            ("COC(=O)c1ccccc1CN", BUTANAL),
            ("COC(=O)CNC(=O)CN", BUTANAL),
            ("CCOC(=O)/C=C\\c1ccccc1N", BENZALDEHYDE),
            ("COC(=O)/C=C\\CN", BUTANAL),
            ("COC(=O)C1=C(CN)CCCC1", BUTANAL),
            ("CCOC(=O)C(C(=O)OCC)=Cc1ccccc1N", BUTANAL),  # one of two alike is on the right side
        ],
        [
            ("CCOC(=O)C=Cc1ccccc1N", BENZALDEHYDE),
            ("CCOC(=O)/C=C/c1ccccc1N", BENZALDEHYDE),
            ("COC(=O)/C=C/CN", BUTANAL),
            ("COC(=O)/C(C)=C/CN", BUTANAL),
            ("CCOC(=O)CCN", BENZALDEHYDE),
            ("COC(=O)c1cccc(CN)c1", BUTANAL),
            ("CCOC(=O)C1CCNCC1", BUTANAL),
            ("CC(C)(C)OC(=O)NCCN", BUTANAL),
            ("CC(C)(C)OC(=O)CCCN", BENZALDEHYDE),
            ("CC(=O)OCCN", BUTANAL),
        ],
    ),
    "acyl shift from oxygen to nitrogen": (
        [
            ("CC(=O)OCCN", BUTANAL),
            ("CC(=O)OCC(N)CC", BUTANAL),
            ("NCc1ccccc1OC(C)=O", BENZALDEHYDE),
            ("CC(=O)OCC1CCCN1", BUTANAL),
            ("CC(=O)OC1CCCCC1N", BUTANAL),
        ],
        [
            ("CC(=O)OCCCCN", BUTANAL),
            ("CC(C)(C)OC(=O)NCCN", BUTANAL),
            ("COC(=O)CCN", BUTANAL),
            ("O=C(OC1CCNCC1)C(O)c1ccccc1", BENZALDEHYDE),  # across the ring
            ("CC(=O)OC1CCNC1", BUTANAL),
            ("CC(=O)OC1CNC1", BUTANAL),
            ("CC(=O)OCC1CCNCC1", BUTANAL),
        ],
    ),
    "ring by a halide of the carbonyl compound": (
        [(BENZYLAMINE, "ClCCCC=O"), (BENZYLAMINE, "CS(=O)(=O)OCCCCC=O")],
        [(BENZYLAMINE, "ClCCCCCCC=O"), (BENZYLAMINE, "FCCCC=O")],
    ),
    "ring by a halide of the amine": (
        [("NCCCCCl", BENZALDEHYDE), ("NCCBr", BENZALDEHYDE)],
        [("NCCCCF", BENZALDEHYDE), ("NCCCCCCCCl", BENZALDEHYDE)],
    ),
    "alkyl halide": (
        [("NCCCCl", BENZALDEHYDE), (BENZYLAMINE, "ClCCCC=O"), (BENZYLAMINE, "O=Cc1ccc(OCCBr)cc1")],
        [("NCc1ccc(Cl)cc1", BENZALDEHYDE), (BENZYLAMINE, "O=Cc1ccc(OCCF)cc1")],
    ),
    "benzylic or allylic halide": (
        [(BENZYLAMINE, "O=Cc1ccc(CBr)cc1"), (BENZYLAMINE, "ClCC=Cc1ccc(C=O)cc1")],
        [(BENZYLAMINE, "O=Cc1ccc(CCBr)cc1"), (BENZYLAMINE, "O=Cc1ccc(Br)cc1")],
    ),
    "epoxide on the amine": ([("NCC1CO1", BENZALDEHYDE)], [("NCC1CCO1", BENZALDEHYDE)]),
    "epoxide on the carbonyl compound": ([(BENZYLAMINE, "O=CCC1CO1")], [(BENZYLAMINE, "O=CCC1CCO1")]),
    "SNAr": (
        [
            (BUTYLAMINE, "O=Cc1ccc(F)c([N+](=O)[O-])c1"),
            (BENZYLAMINE, "O=Cc1cnc(Cl)nc1"),
            (BUTYLAMINE, "O=Cc1ccc(Cl)c([N+](=O)[O-])c1"),
            ("NCc1ccc(F)c([N+](=O)[O-])c1", BUTANAL),
            (BUTYLAMINE, "Cc1nc(Cl)c(C=O)c(Cl)n1"),
            (BUTYLAMINE, "CS(=O)(=O)c1ncc(C=O)cn1"),
        ],
        [
            (BUTYLAMINE, "O=Cc1cc(F)cc([N+](=O)[O-])c1"),
            (BUTYLAMINE, "O=Cc1ccc(F)cc1"),
            (BUTYLAMINE, "O=Cc1ccc(Cl)cn1"),
            ("Nc1ccccc1", "O=Cc1cnc(Cl)nc1"),
            (BUTYLAMINE, "O=Cc1cnc(OC)nc1"),
            (BUTYLAMINE, "O=Cc1cc2nc(Cl)nc(N3CCOCC3)c2s1"),  # an amino group takes the activation back
            (BUTYLAMINE, "O=Cc1ccc(Cl)nc1C"),
        ],
    ),
    "SNAr on heating": (
        [(BUTYLAMINE, "O=Cc1ccc(F)cc1", {"temperature_C": 60.0})],
        [(BUTYLAMINE, "O=Cc1ccc(F)cc1"), (BUTYLAMINE, "O=Cc1cccc(F)c1", {"temperature_C": 60.0})],
    ),
    "SNAr in the warm": (
        [
            ("C1CCNCC1", "CNc1nc(Cl)ncc1C=O", WARM),
            (BUTYLAMINE, "Nc1ncc(C=O)c(Cl)n1", WARM),
            (BUTYLAMINE, "COc1nc(Cl)ncc1C=O", WARM),
            (BUTYLAMINE, "CNc1nc(Cl)nc(-c2ccc(C=O)cc2)n1", WARM),
            ("CCOC(=O)c1cnc(Cl)nc1NCCN", BENZALDEHYDE, WARM),
        ],
        [
            ("C1CCNCC1", "CNc1nc(Cl)ncc1C=O"),
            (BUTYLAMINE, "CNc1ncc(C=O)c(C)n1", WARM),
            (BUTYLAMINE, "CNc1cc(Cl)ncc1C=O", WARM),
            (BUTYLAMINE, "O=Cc1cc2nc(Cl)nc(N3CCOCC3)c2s1", WARM),
            ("Nc1ccccc1", "CNc1nc(Cl)ncc1C=O", WARM),
            (BUTYLAMINE, "O=Cc1cnc(Cl)nc1", WARM),  # without a donor the graver one is said
        ],
    ),
    "Fmoc": (
        [
            ("NCCNC(=O)OCC1c2ccccc2-c2ccccc21", BENZALDEHYDE),
            ("C1CCNCC1", "O=CCNC(=O)OCC1c2ccccc2-c2ccccc21"),
        ],
        [
            ("NCCNC(=O)OCc1ccccc1", BENZALDEHYDE),
            ("Nc1ccccc1", "O=CCNC(=O)OCC1c2ccccc2-c2ccccc21"),
            ("C1CCNCC1", "O=CCNC(=O)OC(C)(C)C"),
        ],
    ),
    "amine-labile group": (
        [
            ("NCCNC(=O)C(F)(F)F", BENZALDEHYDE),
            (BENZYLAMINE, "O=CCCN1C(=O)c2ccccc2C1=O"),
            (BENZYLAMINE, "CC(=O)Oc1ccc(C=O)cc1"),
        ],
        [
            ("NCCNC(C)=O", BENZALDEHYDE),
            (BENZYLAMINE, "COc1ccc(C=O)cc1"),
            (BENZYLAMINE, "COC(=O)c1ccc(C=O)cc1"),
        ],
    ),
    "active ester": (
        [
            (BENZYLAMINE, "O=Cc1ccc(C(=O)ON2C(=O)CCC2=O)cc1"),
            (BENZYLAMINE, "O=Cc1ccc(C(=O)Oc2c(F)c(F)c(F)c(F)c2F)cc1"),
            (BENZYLAMINE, "O=Cc1ccc(C(=O)SCC)cc1"),
        ],
        [(BENZYLAMINE, "CCOC(=O)c1ccc(C=O)cc1"), ("Nc1ccccc1", "O=Cc1ccc(C(=O)ON2C(=O)CCC2=O)cc1")],
    ),
    "acyl imide": (
        [
            (BENZYLAMINE, "O=Cc1ccc(C(=O)N2C(=O)CCC2=O)cc1"),
            (BENZYLAMINE, "CC(=O)n1ccc(=O)n(CC=O)c1=O"),
            (BENZYLAMINE, "CC(=O)n1c(=O)ccn(CC=O)c1=O"),
            (BENZYLAMINE, "CC(=O)N1C(=O)CN(CC=O)C1=O"),
            (BENZYLAMINE, "CC(=O)N1C(=O)c2cc(C=O)ccc2S1(=O)=O"),
            ("CC(=O)N1C(=O)c2ccc(CN)cc2C1=O", BENZALDEHYDE),
        ],
        [
            (BENZYLAMINE, "O=CCCN1C(=O)CCC1=O"),
            (BENZYLAMINE, "O=CCn1ccc(=O)[nH]c1=O"),
            (BENZYLAMINE, "CN1CC(=O)N(CC=O)C1=O"),
            (BENZYLAMINE, "CC(=O)N(C)c1ccc(C=O)cc1"),
            (BENZYLAMINE, "O=Cc1ccc(NC(=O)NC(C)=O)cc1"),
            (BENZYLAMINE, "CC(=O)n1cc(C=O)c2ccccc12"),
            ("Nc1ccccc1", "O=Cc1ccc(C(=O)N2C(=O)CCC2=O)cc1"),
        ],
    ),
    "diacyl amine": (
        [
            (BENZYLAMINE, "CC(=O)N(C(C)=O)c1ccc(C=O)cc1"),
            (BENZYLAMINE, "CC(=O)N(CC=O)C(C)=O"),
            (BENZYLAMINE, "CC(=O)N1C(C=O)CCC1=O"),
            (BENZYLAMINE, "CC(=O)N1CC(=O)N(CC=O)C1=O"),
            ("CC(=O)N1C(=O)CCC1CN", BENZALDEHYDE),
        ],
        [
            (BENZYLAMINE, "CC(=O)N1CCCC1C=O"),
            (BENZYLAMINE, "O=CCCN1C(=O)c2ccccc2C1=O"),
            (BENZYLAMINE, "O=CCN(C(=O)OC(C)(C)C)C(=O)OC(C)(C)C"),
            (BENZYLAMINE, "CC(C)(C)OC(=O)N1C(C=O)CCC1=O"),
            (BENZYLAMINE, "CC(=O)N(C)C(=O)N(C)CC=O"),
            (BENZYLAMINE, "O=Cc1ccc(NC(=O)NC(C)=O)cc1"),
        ],
    ),
    "sulfonyl fluoride": (
        [(BENZYLAMINE, "O=Cc1ccc(S(=O)(=O)F)cc1"), ("NCc1ccc(OS(=O)(=O)F)cc1", BENZALDEHYDE)],
        [(BENZYLAMINE, "O=Cc1ccc(S(C)(=O)=O)cc1"), (BENZYLAMINE, "O=Cc1ccc(S(=O)(=O)C(F)(F)F)cc1")],
    ),
    "nitroalkane": (
        [(BENZYLAMINE, "O=CCCC[N+](=O)[O-]"), ("NCCC[N+](=O)[O-]", BENZALDEHYDE)],
        [(BENZYLAMINE, "O=Cc1ccc([N+](=O)[O-])cc1"), ("NCCC[N+](=O)[O-]", "O=C1CCCCC1")],
    ),
    "beta-amino carbonyl": (
        [("CCOC(=O)CCN", BENZALDEHYDE, {"temperature_C": 50.0})],
        [("CCOC(=O)CCN", BENZALDEHYDE), ("CCOC(=O)CCCCN", BENZALDEHYDE, {"temperature_C": 50.0})],
    ),
    "Mannich base": (
        [("CNCCC(=O)c1ccccc1", BUTANAL)],
        [("CC(=O)c1ccc(C2CCNCC2)cc1", BUTANAL), ("CN(C)CCC(=O)c1ccc(CN)cc1", BUTANAL)],
    ),
    "beta-amino carbonyl compound": (
        [
            (BENZYLAMINE, "CC(=O)CCn1ccnc1"),
            (BENZYLAMINE, "O=CCCn1cccn1"),
            (BENZYLAMINE, "O=CCCn1ccc(=O)[nH]c1=O"),
            (BENZYLAMINE, "CN(C)CC1CCCCC1=O"),
            (BENZYLAMINE, "O=C(CCN1CCCCC1)c1ccccc1"),
            (BENZYLAMINE, "O=C1CCCC(n2cccn2)C1"),
        ],
        [
            (BENZYLAMINE, "O=C1CCN(Cc2ccccc2)CC1"),  # its ring holds the leaving group
            (BENZYLAMINE, "O=C1CC2CCC(C1)N2C"),
            (BENZYLAMINE, "CC(=O)Cn1ccnc1"),
            (BENZYLAMINE, "CC(=O)CCCn1ccnc1"),
            (BENZYLAMINE, "CC(=O)CCn1ccc2ccccc21"),
            (BENZYLAMINE, "CC(=O)CCNC(C)=O"),
            (BENZYLAMINE, "O=CCCNC(=O)OC(C)(C)C"),
            (BENZYLAMINE, "CC(=O)C(C)(C)CN(C)C"),
        ],
    ),
    "amino ester with a strong hydride": (
        [
            ("COC(=O)[C@@H](N)Cc1ccccc1", BUTANAL, NABH4),
            ("CCOC(=O)CCN", BUTANAL, NABH4),
            (BENZYLAMINE, "CCOC(=O)C(C)=O", NABH4),
        ],
        [
            ("COC(=O)[C@@H](N)Cc1ccccc1", BUTANAL, STAB),
            ("COC(=O)c1ccc(CN)cc1", BUTANAL, NABH4),
            ("CC(N)C(=O)OC(C)(C)C", BUTANAL, NABH4),
            ("NC(=O)[C@@H](N)Cc1ccccc1", BUTANAL, NABH4),
        ],
    ),
    "azide": (
        [("NCCN=[N+]=[N-]", BENZALDEHYDE), (BENZYLAMINE, "[N-]=[N+]=NCCC=O")],
        [("NCCc1nnn[nH]1", BENZALDEHYDE)],
    ),
    "azide with a strong hydride": (
        [("NCCN=[N+]=[N-]", BENZALDEHYDE, NABH4)],
        [("NCCN=[N+]=[N-]", BENZALDEHYDE, STAB), ("NCCC#N", BENZALDEHYDE, NABH4)],
    ),
    "nitro": (
        [(BENZYLAMINE, "O=Cc1ccc([N+](=O)[O-])cc1"), ("NCc1cccc([N+](=O)[O-])c1", BENZALDEHYDE)],
        [(BENZYLAMINE, "O=Cc1ccc(C#N)cc1")],
    ),
    "nitroalkene with hydride": (
        [(BENZYLAMINE, "O=Cc1ccc(C=C[N+](=O)[O-])cc1")],
        [(BENZYLAMINE, "O=Cc1ccc([N+](=O)[O-])cc1")],
    ),
    "thiol": ([(BENZYLAMINE, "O=Cc1ccc(S)cc1"), ("NCCCCS", BENZALDEHYDE)], [("NCCCCSC", BENZALDEHYDE)]),
    "disulfide with a strong hydride": (
        [("NCCSSCCN", BENZALDEHYDE, NABH4)],
        [("NCCSSCCN", BENZALDEHYDE, STAB), ("NCCSCCN", BENZALDEHYDE, NABH4)],
    ),
    "disulfide": ([("NCCSSCCN", BENZALDEHYDE)], [("NCCSCCN", BENZALDEHYDE)]),
    "boronic acid": (
        [(BENZYLAMINE, "O=Cc1ccc(B(O)O)cc1"), ("NCc1cccc(B(O)O)c1", BENZALDEHYDE)],
        [(BENZYLAMINE, "CC1(C)OB(c2ccc(C=O)cc2)OC1(C)C")],
    ),
    "boronic ester": (
        [(BENZYLAMINE, "CC1(C)OB(c2ccc(C=O)cc2)OC1(C)C")],
        [(BENZYLAMINE, "O=Cc1ccc(B(O)O)cc1"), (BENZYLAMINE, "CC1(C)OC(c2ccc(C=O)cc2)OC1(C)C")],
    ),
    "protected hydrazine or hydroxylamine": (
        [
            (BENZYLAMINE, "CC(C)(C)OC(=O)NN(C)CC=O"),
            ("NCc1ccc(C(=O)NO)cc1", BENZALDEHYDE),
            ("CC(C)(C)OC(=O)NNC(=O)CN", BENZALDEHYDE),
        ],
        [(BENZYLAMINE, "CC(C)(C)OC(=O)NCC=O"), ("NCc1n[nH]c(=O)o1", BENZALDEHYDE)],
    ),
    "amine-borane of picoline borane": (
        [(BENZYLAMINE, BUTANAL, {"reductant": "2-picoline borane"})],
        [(BENZYLAMINE, BUTANAL, STAB), ("Nc1ccccc1", BUTANAL, {"reductant": "2-picoline borane"})],
    ),
    "amine-borane of borohydride and acid": (
        [(BENZYLAMINE, BUTANAL, {"reductant": "NaBH4", "acid_equivalents": 1.0})],
        [
            (BENZYLAMINE, BUTANAL, NABH4),
            (BENZYLAMINE, BUTANAL, {"reductant": "STAB", "acid_equivalents": 1.0}),
        ],
    ),
    "N-oxide": ([("CNCc1ccccc1", BUTANAL)], [("CNc1ccccc1", BUTANAL), (BENZYLAMINE, BUTANAL)]),
    "weak amine": (
        [("Nc1ccc([N+](=O)[O-])cc1", BUTANAL), ("Nc1ccccn1", BUTANAL)],
        [("Nc1ccc(OC)cc1", BUTANAL), ("Nc1cnn(C)c1", BUTANAL), ("NCCc1ccc(N)nc1", BUTANAL)],
    ),
    "fluoroalkylamine": (
        [("NCC(F)(F)F", BUTANAL), ("NC(c1ccccc1)C(F)(F)F", "O=C1CCCC1")],
        [("NCCC(F)(F)F", BUTANAL), ("CCNCC(F)(F)F", BUTANAL), ("NC(C1CCNCC1)C(F)(F)F", BUTANAL)],
    ),
    "which nitrogen in acid": (
        [
            ("NCc1ccc(N)cc1", BENZALDEHYDE, {"acid_equivalents": 3.0}),
            ("NCCCNC(CF)CF", BUTANAL, {"reductant": "NaBH3CN"}),
            ("NCCCNCc1ccc(N)nc1", BENZALDEHYDE, ACID),  # two that it holds beside one that it does not
        ],
        [
            ("NCCc1ccc(N)nc1", BUTANAL, {"reductant": "NaBH3CN"}),
            ("Nc1nccc(C2CCNCC2)n1", BENZALDEHYDE, ACID),
            ("NCc1ccc(N)cc1", BENZALDEHYDE),
            ("NCCCCN", BENZALDEHYDE, {"acid_equivalents": 1.0}),
            (BENZYLAMINE, BENZALDEHYDE, {"acid_equivalents": 1.0}),
        ],
    ),
    "nitrogen that acid never holds": (
        [
            ("NCCc1ccc(N)nc1", BUTANAL, {"reductant": "NaBH3CN"}),
            ("Nc1nccc(C2CCNCC2)n1", BENZALDEHYDE, ACID),
            ("Nc1ccc(C2CCNCC2)cn1", BENZALDEHYDE, ACID),
            ("NCc1cc(N)ccc1C(F)(F)F", BENZALDEHYDE, ACID),
            ("NCCCNCc1ccc(N)nc1", BENZALDEHYDE, ACID),
        ],
        [
            ("Nc1nccc(C2CCNCC2)n1", BENZALDEHYDE),
            ("NCc1ccc(N)cc1", BENZALDEHYDE, ACID),
            ("NCCCNC(C)C", BENZALDEHYDE, ACID),
            ("Nc1ncccn1", BENZALDEHYDE, ACID),
        ],
    ),
    "which nitrogen of an amino acid": (
        [
            ("NCCCC[C@H](N)C(=O)O", BENZALDEHYDE),
            ("NCCC[C@H](N)C(=O)O", BUTANAL),
            ("NCCCCC(N)P(=O)(O)O", BUTANAL),
        ],
        [("NC(Cc1ccccc1)C(=O)O", BENZALDEHYDE), ("NCCCC[C@H](N)C(=O)OC", BENZALDEHYDE)],
    ),
    "very weak amine": (
        [("c1ccc(Nc2ccccc2)cc1", BUTANAL), ("CCOC(=O)c1ccc(Nc2ccccc2)cc1", "CC=O")],
        [("CNc1ccccc1", BUTANAL), ("c1ccc(Nc2ccccc2CN3CCNCC3)cc1", BUTANAL)],
    ),
    "amino acid": (
        [("NC(Cc1ccccc1)C(=O)O", BENZALDEHYDE), ("NCc1ccc(C(=O)O)cc1", BENZALDEHYDE)],
        [("COC(=O)C(N)Cc1ccccc1", BENZALDEHYDE), ("Nc1ccc(C(=O)O)cc1", BENZALDEHYDE)],
    ),
    "amine with a strong acid of its own": (
        [
            ("NCCCP(=O)(O)CC1CCCCC1", BENZALDEHYDE),
            ("NC(Cc1ccccc1)P(=O)(O)O", BENZALDEHYDE),
            ("NCCOP(=O)(O)O", BENZALDEHYDE),
            ("NCCCS(=O)(=O)O", BENZALDEHYDE),
            ("NCCS(=O)O", BENZALDEHYDE),
            ("Nc1ccc(S(=O)(=O)O)cc1", BENZALDEHYDE),
            ("NCc1ccc2c(c1)C(=O)NS2(=O)=O", BENZALDEHYDE),
        ],
        [
            ("NCCP(=O)(OCC)OCC", BENZALDEHYDE),
            ("NCCCS(=O)(=O)OCC", BENZALDEHYDE),
            ("NCCS(C)(=O)=O", BENZALDEHYDE),
            ("NCc1ccc(S(N)(=O)=O)cc1", BENZALDEHYDE),
            ("NCCNS(C)(=O)=O", BENZALDEHYDE),
            ("NCCP(C)(C)=O", BENZALDEHYDE),
            ("NCCC(=O)O", BENZALDEHYDE),
        ],
    ),
    "amine with an acidic N-H or O-H of its own": (
        [
            ("C1CC(c2nn[nH]n2)CCN1", BENZALDEHYDE),
            ("C1CC(c2nnn[nH]2)CCN1", BENZALDEHYDE),
            ("NCc1ccc(C(=O)NS(C)(=O)=O)cc1", BENZALDEHYDE),
            ("NCc1ccc(S(=O)(=O)NC(=O)NC)cc1", BENZALDEHYDE),
            ("NCc1ccc(C(=O)NC#N)cc1", BENZALDEHYDE),
            ("NCc1cc(O)no1", BENZALDEHYDE),
            ("NCc1noc(=O)[nH]1", BENZALDEHYDE),
            ("NCc1ccc(NS(=O)(=O)C(F)(F)F)cc1", BENZALDEHYDE),
        ],
        [
            ("C1CC(c2nnnn2C)CCN1", BENZALDEHYDE),
            ("NCc1ccc(S(N)(=O)=O)cc1", BENZALDEHYDE),
            ("NCCNS(C)(=O)=O", BENZALDEHYDE),
            ("NCc1ccc(O)cc1", BENZALDEHYDE),
            ("NCc1nc[nH]n1", BENZALDEHYDE),
            ("NCc1c[nH]cn1", BENZALDEHYDE),
            ("NCc1cc(=O)[nH]c(=O)[nH]1", BENZALDEHYDE),
            ("NCc1ccc(C(=O)N(C)S(C)(=O)=O)cc1", BENZALDEHYDE),
            ("Nc1ccc(-c2nnn[nH]2)cc1", BENZALDEHYDE),  # no base for that proton
        ],
    ),
    "acid on a weak amine": (
        [("Nc1ccc(C(=O)O)cc1", BENZALDEHYDE), ("Nc1ccc(-c2nnn[nH]2)cc1", BENZALDEHYDE)],
        [("NCc1ccc(C(=O)O)cc1", BENZALDEHYDE), ("COC(=O)c1ccc(N)cc1", BENZALDEHYDE)],
    ),
    "carboxylic acid on the carbonyl compound": (
        [(BENZYLAMINE, "O=Cc1ccc(C(=O)O)cc1"), (BENZYLAMINE, "O=Cc1ccc(-c2nnn[nH]2)cc1")],
        [(BENZYLAMINE, "COC(=O)c1ccc(C=O)cc1"), (BENZYLAMINE, "O=Cc1ccc(O)cc1")],
    ),
    "strong acid on the carbonyl compound": (
        [(BENZYLAMINE, "O=Cc1ccccc1S(=O)(=O)O"), (BENZYLAMINE, "O=CCCP(=O)(O)O")],
        [(BENZYLAMINE, "O=Cc1ccccc1S(C)(=O)=O"), (BENZYLAMINE, "CCOP(=O)(CCC=O)OCC")],
    ),
    "epimerisation beside the carbonyl": (
        [(BENZYLAMINE, "CC[C@H](C)C=O"), (BENZYLAMINE, "C[C@H]1CCCCC1=O")],
        [(BENZYLAMINE, "CCC(C)C=O"), (BENZYLAMINE, "C[C@H](CC=O)c1ccccc1")],
    ),
    "epimerisation of the amine": (
        [
            ("COC(=O)[C@@H](N)c1ccccc1", BUTANAL),
            ("COC(=O)[C@@H](N)Cc1ccccc1", BUTANAL),
            ("N#C[C@@H](N)C(C)C", BUTANAL),
        ],
        [
            ("C[C@H](N)c1ccccc1", BUTANAL),
            ("COC(=O)C(N)c1ccccc1", BUTANAL),
            ("COC(=O)[C@](C)(N)c1ccccc1", BUTANAL),
            ("COC(=O)C[C@H](N)CC", BUTANAL),
        ],
    ),
    "diastereomers": (
        [
            ("C[C@H](N)c1ccccc1", "CCC(C)=O"),
            (BENZYLAMINE, "CC(C)(C)C1CCC(=O)CC1"),
            (BENZYLAMINE, "CC1CCCCC1=O"),
            ("CCC(C)N", "CCC(C)=O"),
        ],
        [
            (BENZYLAMINE, "CCC(C)=O"),
            ("C[C@H](N)c1ccccc1", "CC(C)=O"),
            ("C[C@H](N)c1ccccc1", BUTANAL),
            (BENZYLAMINE, "O=C1CCCCC1"),
        ],
    ),
}


def said_of(amine: str, carbonyl: str, procedure: Table | None = None) -> tuple[Caution, ...]:
    """Warnings that hold for a pair, what is done and the share converted."""
    pair = read_pair(amine, carbonyl, MODEL)
    asked = dict(procedure or {})
    converted = asked.pop("converted", 0.0)
    settled, _ = settle(asked_procedure(asked), MODEL, pair)
    return warnings_of(pair, MODEL, settled, converted=converted)


def names_said(amine: str, carbonyl: str, procedure: Table | None = None) -> set[str]:
    """Names of the warnings that hold for a pair, what is done and the share converted, none where it is not said."""
    return {caution.rule.name for caution in said_of(amine, carbonyl, procedure)}


@pytest.mark.parametrize("name", CASES)
def test_a_warning_is_said_where_it_must_be(name: str) -> None:
    """Each warning is said for pairs of its kind."""
    for case in CASES[name][0]:
        assert name in names_said(*case), case


@pytest.mark.parametrize("name", CASES)
def test_a_warning_is_not_said_of_its_neighbours(name: str) -> None:
    """No warning is said for near pairs that are not of its kind."""
    for case in CASES[name][1]:
        assert name not in names_said(*case), case


def test_every_warning_has_both() -> None:
    """Each warning of the file has pairs that trigger it and near ones that do not."""
    assert set(CASES) == set(RULES)
    assert all(triggers and spares for triggers, spares in CASES.values())


def test_every_warning_names_consequence_and_remedy() -> None:
    """A warning is one sentence, with a remedy, a severity and a source that is a citation."""
    for rule in MODEL.warnings:
        assert rule.severity in SEVERITIES
        assert rule.happens[0].isupper() or rule.happens.startswith("{"), rule.name
        assert not rule.remedy[0].isupper(), rule.name
        assert not rule.happens.endswith("."), rule.name
        assert rule.sentence.count(". ") == 0, rule.name
        for other in rule.instead:
            assert not other.remedy[0].isupper(), rule.name
            assert not other.remedy.endswith("."), rule.name
            for name in other.reductants:
                assert name == STRONG or MODEL.reductant(name).name == name
        assert "\n" not in rule.sentence, rule.name
        assert len(rule.source) > 20, rule.name
        for name in rule.reductants:
            assert name == STRONG or MODEL.reductant(name).name == name


REMEDIES: list[tuple[str, Case, str, str]] = [
    # rule, pair and what is done, words that are said, words that are not
    ("carboxylic acid on the carbonyl compound", (BENZYLAMINE, "O=Cc1ccc(C(=O)O)cc1", {"acid_equivalents": 0.0}),
     "add no other acid", "acetic acid"),
    ("carboxylic acid on the carbonyl compound", (BENZYLAMINE, "O=Cc1ccc(C(=O)O)cc1", ACID),
     "charge so much less acetic acid", "add no other"),
    ("weak amine", ("Nc1ccc([N+](=O)[O-])cc1", BUTANAL, {"reductant": "NaBH3CN"}),
     "change to triacetoxyborohydride", "never with cyanoborohydride"),
    ("weak amine", ("Nc1ccc([N+](=O)[O-])cc1", BUTANAL, STAB), "never with cyanoborohydride", "change to"),
    ("very weak amine", ("c1ccc(Nc2ccccc2)cc1", BUTANAL, {"reductant": "NaBH3CN"}),
     "change to triacetoxyborohydride", "never with cyanoborohydride"),
    ("oxazolidine or thiazolidine", ("NCCO", BENZALDEHYDE, NABH4), "its time before", "use borohydride"),
    ("oxazolidine or thiazolidine", ("NCCO", BENZALDEHYDE, {"reductant": "STAB", "acid_equivalents": 0.0}),
     "add acid to open", "its time before"),
    ("oxazolidine or thiazolidine", ("NCCO", BENZALDEHYDE, ACID), "use borohydride", "add acid"),
    ("slow Michael acceptor", ("NCCNC(=O)C=C", BENZALDEHYDE), "stop in time", "room temperature"),
    ("slow Michael acceptor", ("NCCNC(=O)C=C", BENZALDEHYDE, WARM), "room temperature or below", "; work without"),
    ("Amadori and Heyns rearrangement", (BENZYLAMINE, "CC(=O)CO", {"reductant": "NaBH3CN"}),
     "protect the hydroxyl", "reduce promptly"),
    ("Amadori and Heyns rearrangement", (BENZYLAMINE, "CC(=O)CO", NABH4), "reduce promptly", "; keep acid"),
    ("imidazolidinone", ("NCC(N)=O", BENZALDEHYDE, STAB), "keep acid and heat low", "early"),
    ("imidazolidinone", ("NCC(N)=O", BENZALDEHYDE, NABH4), "add the hydride early", "; keep acid"),
    ("Pictet-Spengler", ("NCCc1c[nH]cn1", "C=O", STAB), "as the condensation bears", "promptly"),
    ("nitroalkane", (BENZYLAMINE, "O=CCCC[N+](=O)[O-]", STAB), "faintly acidic", "early"),
    ("epimerisation beside the carbonyl", (BENZYLAMINE, "CC[C@H](C)C=O", STAB), "near neutral", "in the flask"),
    ("salicylaldehyde", (BENZYLAMINE, "O=Cc1ccccc1O", NABH4), "give the hydride time", "use borohydride"),
    ("imidazolidine", ("NCCN", BENZALDEHYDE, {"reductant": "NaBH3CN"}), "hold pH 5", "use cyanoborohydride"),
    ("1,3-oxazinane or 1,3-thiazinane", ("NCCCO", BUTANAL, ACID), "more time", "some acid"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "case", "said", "unsaid"), REMEDIES)
def test_a_remedy_fits_what_is_done(name: str, case: Case, said: str, unsaid: str) -> None:
    """What the procedure does already, or does not bear, is not advised; the consequence is said all the same."""
    (found,) = [c for c in said_of(*case) if c.rule.name == name]
    assert found.text.startswith(found.rule.happens.partition("{")[0])
    assert said in found.text
    assert unsaid not in found.text


def test_a_remedy_is_said_once() -> None:
    """A prediction says one of a rule's remedies, and the risk that it names is still one of the product's."""
    p = planner.predict("NCCO", BENZALDEHYDE, reductant="NaBH4", draws=8)
    (sentence,) = [c for c in p.caveats if "oxazolidine" in c]
    assert sentence in p.product_risks
    assert "use borohydride" not in sentence


def test_the_gravest_comes_first() -> None:
    """The main product's changes stand before every other caveat, of structures and of what is done alike."""
    for amine, carbonyl in (
        ("NCCO", BUTANAL),
        ("NCCSSCCN", BENZALDEHYDE),
        (BENZYLAMINE, "CC(=O)c1ccc(C=O)cc1"),
    ):
        p = planner.predict(amine, carbonyl, reductant="NaBH4", draws=16)
        assert p.product_risks
        assert p.caveats[: len(p.product_risks)] == p.product_risks
    order = [SEVERITIES.index(rule.severity) for rule in MODEL.warnings]
    assert order == sorted(order)


def test_what_is_done_decides_of_the_product() -> None:
    """A hydride that cleaves the structure changes the main product; a mild one leaves it."""
    strong = planner.predict("NCCCCCCSSCCCCCCN", BENZALDEHYDE, reductant="NaBH4", draws=16)
    mild = planner.predict("NCCCCCCSSCCCCCCN", BENZALDEHYDE, reductant="STAB", draws=16)
    assert any("disulfide" in risk for risk in strong.product_risks)
    assert mild.product_risks == mild.pair.product_risks == ()


def test_both_partners_are_named() -> None:
    """A group that both partners hold is said of each."""
    said = cautions("NCc1ccc([N+](=O)[O-])cc1", "O=Cc1ccc([N+](=O)[O-])cc1")
    nitro = [line for line in said if "nitro group" in line]
    assert {"The amine" in line for line in nitro} == {True, False}


def test_spelling_changes_no_warning() -> None:
    """Another order of atoms gives the same sentences."""
    assert cautions("C(N)c1ccccc1", "O=C(c1ccccc1)/C=C/c1ccccc1") == cautions(
        "NCc1ccccc1", "c1ccccc1/C=C/C(=O)c1ccccc1"
    )


def test_the_command_line_lists_the_gravest_apart() -> None:
    """The command line lists what may change the product first, as its own paragraph."""
    result = CliRunner().invoke(
        main, ["recommend", "NCCO", "O=Cc1ccccc1", "--reductant", "STAB", "--top", "1", "--max-time-h", "4"]
    )
    head, _, rest = result.stdout.partition("What may cost yield")
    assert result.exit_code == 0
    assert "What may change the product" in head
    assert "oxazolidine" in head
    assert "oxazolidine" not in rest.partition("Strategies")[0]


DAMAGES: list[tuple[str, str, str]] = [
    ('carbonyl_classes = ["glyoxylate"', 'carbonyl_classes = ["glyoxylat"', "did you mean 'glyoxylate'"),
    ('severity = "yield falls"', 'severity = "bad"', "main product changes"),
    ('source = "textbook"', 'source = "textbok"', "did you mean 'textbook'"),
    ('closes = "carbonyl on itself"\n', "", "go together"),
    ('test = "carbonyls alike"', 'test = "carbonyls"', "carbonyls alike"),
    ("The {partner} carries a Michael", "The {partnr} carries a Michael", "no word for {partnr}"),
    ("The {partner} carries a Michael", "The {partner carries a Michael", "brace"),
    ('name = "aldol"', 'name = "hydrate"', "twice"),
    ('carbonyl = ["[CX3;H1](=O)-[CX4;H2,H3]"]\n', "", "no condition on a structure"),
    ('"[CX3;H1](=O)-[CX4;H2,H3]"', '"[CX3;H1](=O)-[CX4;H2,H3"', "cannot be read"),
    ("rings = [5, 6]", 'rings = ["five"]', "rings"),
    ("acid_above = 0.5", 'acid_above = "much"', "acid_above"),
    ("hydride_from_start = true", 'hydride_from_start = "yes"', "true or false"),
    ("The {partner} carries a slow", "The {prtner} carries a slow", "no word for {prtner}"),
    (
        'name = "aldol"\n',
        'name = "aldol"\nprotic_only = true\n',
        "protic_only is of what the amine alone decides",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), DAMAGES)
def test_a_damaged_table_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    """A damaged table of warnings names the file, the place and what is wrong."""
    place = Path(shutil.copytree(models_folder(), tmp_path / "models"))
    file = place / "warnings.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load_model(place)
    assert "warnings.toml" in str(caught.value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_the_table_takes_the_shipped_one(tmp_path: Path) -> None:
    """A models folder of one's own needs no warnings, and an old [[caution]] is told where it belongs."""
    place = Path(shutil.copytree(models_folder(), tmp_path / "models"))
    (place / "warnings.toml").unlink()
    assert load_model(place).warnings == MODEL.warnings
    with (place / "sites.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[caution]]\nname = "old"\n')
    with pytest.raises(ParameterError, match=r"\[\[warning\]\] of warnings\.toml"):
        load_model(place)


# --- the words ---

CAUTIONS = [
    ("NCc1ccccc1", "O=CCCCC=O", "taken up twice"),
    ("NCc1ccccc1", "O=CCCCC=O", "seven-membered ring"),
    ("CN", "CC=CC=O", "conjugate addition"),
    ("CN", "CC=CC(C)=O", "conjugate addition"),
    ("NCc1ccccc1", "CC[C@H](C)C=O", "epimerisation"),
    ("NCc1ccccc1", "C[C@H]1CCCCC1=O", "epimerisation"),
    ("NCc1ccccc1", "CCCC=O", "aldol"),
    ("NCCN", "O=Cc1ccccc1", "imidazolidines"),
    ("NCCCN", "O=Cc1ccccc1", "hexahydropyrimidines"),
    ("NCC1CCCN1", "O=Cc1ccccc1", "imidazolidines"),
    ("Nc1ccccc1N", "O=Cc1ccccc1", "benzimidazol"),
    ("NCCO", "O=Cc1ccccc1", "oxazolidine"),
    ("NC(CO)c1ccccc1", "O=C1CCCCC1", "oxazolidine"),
    ("NCCS", "O=Cc1ccccc1", "thiazolidine"),
    ("NCCCO", "CCCC=O", "oxazinane"),
    ("NC1CCCCC1", "C=O", "triazine"),
    ("N", "C=O", "hexamethylenetetramine"),
    ("C1CCNCC1", "C=O", "R2N-CH2-NR2"),
    ("NCCc1c[nH]c2ccccc12", "O=Cc1ccccc1", "Pictet-Spengler"),
    ("COC(=O)[C@@H](N)Cc1c[nH]c2ccccc12", "CCCC=O", "Pictet-Spengler"),
    ("NCCc1cccc(O)c1", "O=Cc1ccccc1", "Pictet-Spengler"),
    ("NCCc1ccc(OC)c(OC)c1", "O=Cc1ccccc1", "Pictet-Spengler"),
    ("NCCc1c[nH]cn1", "C=O", "Pictet-Spengler"),
    ("NCCN", "O=Cc1ccccc1O", "hydrogen bond"),
    ("NCc1ccccc1", "CCOC(=O)CC(C)=O", "vinylogous"),
    ("NCc1ccccc1", "CC(=O)CCC(=O)O", "lactam"),
    ("NCc1ccccc1", "O=CC(=O)O", "hydrate"),
    ("Nc1ccc([N+](=O)[O-])cc1", "CCCC=O", "weak nucleophile"),
    ("NC(Cc1ccccc1)C(=O)O", "O=Cc1ccccc1", "zwitterion"),
    ("NCc1ccccc1", "O=Cc1ccc(C(=O)O)cc1", "carboxylic acid"),
    ("NCc1ccc(O)cc1", "C=O", "benzoxazine"),
    ("CNCc1ccccc1", "CCCC=O", "N-oxide"),
    ("NCCCCl", "O=Cc1ccccc1", "alkyl halide"),
    ("NCc1ccccc1", "ClCCCC=O", "alkyl halide"),
    ("NCc1ccccc1", "C=CC(=O)OCCC=O", "Michael"),
    ("NCCOC(=O)C=C", "O=Cc1ccccc1", "Michael"),
    ("NCC1CO1", "O=Cc1ccccc1", "epoxide"),
    ("NCCN=[N+]=[N-]", "O=Cc1ccccc1", "azide"),
    ("NCc1ccccc1", "O=CCC1CO1", "epoxide"),
    ("NCc1ccccc1", "[N-]=[N+]=NCCC=O", "azide"),
    ("NCc1ccccc1", "O=CC1CCNCC1", "reactive N-H"),
    ("Cl.NCc1ccccc1", "CCCC=O", "hydrochloride"),
    ("Cl.Cl.NCCN", "CCCC=O", "add 2 eq base"),
    ("OC(=O)C(F)(F)F.NCc1ccccc1", "CCCC=O", "trifluoroacetate"),
    ("NCc1ccccc1", "Cl.O=C1CCN(C)CC1", "hydrochloride"),
]


@pytest.mark.parametrize(("amine", "carbonyl", "words"), CAUTIONS)
def test_cautions_name_what_to_expect(amine: str, carbonyl: str, words: str) -> None:
    """Each situation that structures give away is told in one sentence."""
    said = cautions(amine, carbonyl)
    assert any(words in line for line in said), said
    assert all(line.endswith(".") and line.count(". ") == 0 and "\n" not in line for line in said)


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [
        ("NCc1ccccc1", "O=Cc1ccccc1"),
        ("NC1CCCCC1", "O=Cc1ccc(F)cc1"),
        ("NCc1ccccc1", "O=C1CCCCC1"),
        ("CCCCN", "CC(C)C=O"),
    ],
)
def test_plain_pairs_are_left_in_peace(amine: str, carbonyl: str) -> None:
    """Ordinary pairs draw no caution from their structures."""
    assert cautions(amine, carbonyl) == ()


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [
        ("C1COCCN1", "O=CCCCC=O"),
        ("NCc1ccccc1", "O=Cc1ccc(C=O)cc1"),
        ("NCc1ccccc1", "O=C1CCC(=O)CC1"),
        ("NCc1ccccc1", "CC(=O)CC(C)=O"),
    ],
)
def test_no_ring_is_announced_where_none_can_close(amine: str, carbonyl: str) -> None:
    """A secondary amine, a para dialdehyde, a ring diketone, a 1,3-diketone: two carbonyls, no N-heterocycle."""
    said = " ".join(cautions(amine, carbonyl))
    assert "taken up twice" in said
    assert "seven-membered" not in said


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [
        ("NCC" + "NCC" * 9 + "N", "CC(=O)C(C)(C)C"),  # more nitrogens than are planned
        ("CN(C)C", "CC(=O)C(C)(C)C"),  # none that reacts
        ("CC(=O)NC", "O=C(c1ccccc1)c1ccccc1"),
        ("C[N-]C", "CC(C)(C)C(=O)C(C)(C)C"),
    ],
)
def test_warnings_never_refuse(amine: str, carbonyl: str) -> None:
    """What two structures warn of is asked of pairs that are not planned too, and is never an error."""
    assert isinstance(cautions(amine, carbonyl), tuple)


@pytest.mark.parametrize("test", TESTS)
def test_a_test_gives_the_words_that_its_sentences_ask(test: str) -> None:
    """Every test that a rule may ask can be asked, and each time it passes gives just the words that it promises."""
    amines = [
        BENZYLAMINE,
        "NCCCNc1ccccc1",
        "NCc1ccc(N)nc1",
        "COC(=O)[C@H](N)C",
        "CC(C)(C)N",
        "CC(=O)c1ccc(N)cc1",
    ]
    carbonyls = [
        BENZALDEHYDE,
        "CC(=O)CCC=O",
        "O=CCCCC=O",
        "CC[C@@H](C)C=O",
        "CC1CCCCC1=O",
        "CC(=O)C(C)(C)C",
        "NCC(C)=O",
        "CC(=O)c1cccc(N)c1",
    ]
    pairs = [(read_structure(a), read_structure(c)) for a in amines for c in carbonyls]
    words = [some for amine, carbonyl in pairs for some in passed(test, amine, carbonyl, MODEL)]
    assert words
    assert all(set(some) - {"partner"} == set(TESTS[test]) for some in words)
