"""Which nitrogens and carbonyls react, told molecule by molecule; look-alikes and refusals beside them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import strategies
from planner.errors import ParameterError, ScopeError
from planner.model.folders import models_folder, read_shelf
from planner.model.parameters import load_model
from planner.model.site_classes import like_chain, load_site_rules, pattern
from planner.structures.carbonyls import all_carbonyls, find_carbonyl
from planner.structures.cautions import cautions
from planner.structures.scope import check_pair
from planner.structures.sites import find_sites, reacting_nitrogens
from planner.structures.structure import read_structure

# One line per molecule: every reactive nitrogen as class:number of N-H, sorted.
AMINES = {
    # ammonia and primary
    "N": "ammonia:3",
    "[NH4+].[Cl-]": "ammonia:3",
    "CN": "methyl:2",
    "CCN": "n_alkyl:2",
    "CCCCN": "n_alkyl:2",
    "CC(C)CN": "n_alkyl:2",
    "CC(C)(C)CN": "n_alkyl:2",
    "NCCc1ccccc1": "n_alkyl:2",
    "NCC1CCCCC1": "n_alkyl:2",
    "NCCc1c[nH]c2ccccc12": "n_alkyl:2",  # tryptamine
    "NCCc1ccc(O)c(O)c1": "n_alkyl:2",  # dopamine
    "NCCc1c[nH]cn1": "n_alkyl:2",  # histamine
    "NCCC(=O)O": "n_alkyl:2",  # beta-alanine
    "NCC1(CC(=O)O)CCCCC1": "n_alkyl:2",  # gabapentin
    "CC(C)CC(CN)CC(=O)O": "n_alkyl:2",  # pregabalin
    "NCC(CC(=O)O)c1ccc(Cl)cc1": "n_alkyl:2",  # baclofen
    "NCCCC(O)(P(=O)(O)O)P(=O)(O)O": "n_alkyl:2",  # alendronate
    "NCCS(=O)(=O)O": "n_alkyl:2",  # taurine
    "NCc1ccccc1": "benzyl:2",
    "NCc1ccncc1": "benzyl:2",
    "NCc1ccco1": "benzyl:2",
    "C=CCN": "benzyl:2",
    "C#CCN": "propargyl:2",
    "NCCO": "ethanolamine:2",
    "COCCN": "ethanolamine:2",
    "CCOC(=O)C1=C(COCCN)NC(C)=C(C(=O)OC)C1c1ccccc1Cl": "ethanolamine:2",  # amlodipine
    "NCC(F)(F)F": "fluoroalkyl:2",
    "CC(N)C(F)(F)F": "fluoroalkyl_branched:2",
    "NC(c1ccccc1)C(F)(F)F": "fluoroalkyl_branched:2",
    "Nc1ccc(OC(F)(F)F)cc1": "aryl:2",
    "Nc1ccc(OC(F)F)cc1": "aryl:2",
    "Nc1ccc(OCC(F)(F)F)cc1": "aryl_rich:2",
    "NCC#N": "amino_nitrile:2",
    "NCC(=O)O": "amino_acid:2",
    "C[C@H](N)C(=O)O": "amino_acid_branched:2",
    "NC(Cc1ccccc1)C(=O)O": "amino_acid_branched:2",
    "COC(=O)CN": "amino_ester:2",
    "NCC(N)=O": "amino_ester:2",
    "COC(=O)[C@@H](N)Cc1ccccc1": "amino_ester_branched:2",
    "N[C@H](Cc1ccccc1)C(=O)N1CCCC1": "amino_ester_branched:2",
    "CC(C)(N)C(=O)O": "tert_alkyl:2",  # Aib
    "CC(C)N": "sec_alkyl:2",
    "NC1CCCCC1": "sec_alkyl:2",
    "NC1CCC1": "sec_alkyl:2",
    "NC1CC1": "cyclopropyl:2",
    "CC(N)CCc1ccccc1": "sec_alkyl:2",
    "CC(N)c1cccc2ccccc12": "sec_benzyl:2",
    "NC1CCc2ccccc21": "sec_benzyl:2",
    "NC1c2ccccc2-c2ccccc21": "sec_benzyl:2",
    "NC12CC3CC(CC(C3)C1)C2": "tert_alkyl:2",  # amantadine
    "CC(N)C12CC3CC(CC(C3)C1)C2": "sec_alkyl:2",  # rimantadine
    "CC(C)(C)N": "tert_alkyl:2",
    "NC(c1ccccc1)(c1ccccc1)c1ccccc1": "tert_alkyl:2",
    "CC(C)(N)CC(C)(C)C": "tert_alkyl:2",
    # anilines
    "Nc1ccccc1": "aryl:2",
    "c1ccc(Nc2ccccn2)cc1": "diarylamine:1",
    "c1ccc2c(c1)Nc1ccccc1S2": "diarylamine:1",
    "c1ccc(Nc2ccccc2CN3CCNCC3)cc1": "alkyl_piperazine:1",
    "Cc1ccccc1N": "aryl:2",
    "Nc1ccc(Cl)cc1": "aryl:2",
    "Nc1cccc2ccccc12": "aryl:2",
    "Nc1ccc2[nH]ccc2c1": "aryl:2",  # 5-aminoindole
    "COc1ccc(N)cc1": "aryl_rich:2",
    "Nc1ccccc1O": "aryl_rich:2",
    "Nc1ccc([N+](=O)[O-])cc1": "aryl_poor:2",
    "CCOC(=O)c1ccc(N)cc1": "aryl_poor:2",  # benzocaine
    "CCN(CC)CCNC(=O)c1ccc(N)cc1": "aryl_poor:2",  # procainamide
    "Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1": "aryl_poor:2",  # sulfamethoxazole
    "Nc1cccc([N+](=O)[O-])c1": "aryl_poor:2",
    "Nc1c(F)c(F)c(F)c(F)c1F": "aryl_poor:2",
    "Cc1cccc(C)c1N": "aryl_hindered:2",
    "Nc1ccccn1": "heteroaryl:2",
    "Nc1cccnc1": "heteroaryl:2",
    "Nc1nccs1": "heteroaryl:2",
    "Nc1cc[nH]n1": "heteroaryl:2",
    "Nc1ccccc1N": "aryl_rich:2 aryl_rich:2",
    "CNc1ccccc1": "alkyl_aryl:1",
    "CCNc1ccc(OC)cc1": "alkyl_aryl:1",
    "CNc1ccc([N+](=O)[O-])cc1": "alkyl_aryl_poor:1",
    "CC(C)Nc1ccccc1": "sec_alkyl_aryl:1",
    "C1Cc2ccccc2N1": "indoline:1",
    "C1CNc2ccccc2C1": "indoline:1",
    "O=[N+]([O-])c1ccc2c(c1)OCCN2": "indoline:1",
    # cyclic secondary
    "C1CN1": "aziridine:1",
    "C1CNC1": "azetidine:1",
    "C1CCNC1": "pyrrolidine:1",
    "OC1CCNC1": "pyrrolidine:1",
    "C1NCC2CCCCC12": "pyrrolidine:1",
    "CC1CCCN1": "cyclic_branched:1",
    "CC1(C)CCCN1": "cyclic_quaternary:1",
    "CC1CCCC(C)N1": "cyclic_quaternary:1",
    "CC1(C)CCCC(C)(C)N1": "cyclic_tetrasubstituted:1",
    "O=C(O)[C@@H]1CCCN1": "proline:1",
    "COC(=O)[C@@H]1CCCN1": "proline_ester:1",
    "OC(c1ccccc1)(c1ccccc1)[C@@H]1CCCN1": "cyclic_branched:1",
    "O=C(OC)C(c1ccccc1)C1CCCCN1": "cyclic_branched:1",  # methylphenidate
    "c1cncc(C2CCCN2)c1": "cyclic_branched:1",  # nornicotine
    "C1CCNCC1": "piperidine:1",
    "CC1CCNCC1": "piperidine:1",
    "O=C(OC(C)(C)C)NC1CCNCC1": "piperidine:1",
    "Fc1ccc(C2CCNCC2COc2ccc3OCOc3c2)cc1": "piperidine:1",  # paroxetine
    "CCOC(=O)N1CCC(=C2c3ccc(Cl)cc3CCc3cccnc32)CC1": "",  # loratadine
    "Clc1ccc2c(c1)CCc1cccnc1C2=C1CCNCC1": "piperidine:1",  # desloratadine
    "C1CC2CCC(C1)N2": "bridged_cyclic:1",
    "C1CC2CNCC(C1)C2": "piperidine:1",
    "C1CCCNCC1": "azepane:1",
    "C1CCCNCCC1": "azocane:1",
    "C1COCCN1": "morpholine:1",
    "C1CSCCN1": "morpholine:1",
    "O=S1(=O)CCNCC1": "morpholine:1",
    "C1COCCNC1": "oxazepane:1",
    "C1CNCCN1": "piperazine:1 piperazine:1",
    "CN1CCNCC1": "alkyl_piperazine:1",
    "OCCN1CCNCC1": "alkyl_piperazine:1",
    "c1ccc(N2CCNCC2)cc1": "aryl_piperazine:1",
    "CC(C)(C)OC(=O)N1CCNCC1": "aryl_piperazine:1",
    "c1ccc(C(c2ccccc2)N2CCNCC2)cc1": "alkyl_piperazine:1",
    "O=c1c(C(=O)O)cn(C2CC2)c2cc(N3CCNCC3)c(F)cc12": "aryl_piperazine:1",  # ciprofloxacin
    "CC1CNCCN1": "cyclic_branched:1 piperazine:1",
    "O=C1CNCCN1": "ring_lactam:1",
    "C1CNCCNC1": "diazepane:1 diazepane:1",
    "CN1CCCNCC1": "diazepane:1",
    "CC(C)(C)OC(=O)N1CCCNCC1": "acyl_diazepane:1",
    "O=S(=O)(c1cccc2cnccc12)N1CCCNCC1": "acyl_diazepane:1",  # fasudil
    "C1CNCCNCCN1": "triazonane:1 triazonane:1 triazonane:1",  # TACN
    "C1CNCCNCCNCCN1": "macrocyclic:1 macrocyclic:1 macrocyclic:1 macrocyclic:1",  # cyclen
    "C1CNCCNCCCNCCNC1": "macrocyclic:1 macrocyclic:1 macrocyclic:1 macrocyclic:1",  # cyclam
    "c1ccc2c(c1)CCNC2": "cyclic_benzylic:1",
    "c1ccc2c(c1)CNC2": "cyclic_benzylic:1",
    "C1CNCC2CNCC12": "piperidine:1 pyrrolidine:1",
    # open-chain secondary
    "CNC": "dimethyl:1",
    "CNCC": "methyl_alkyl:1",
    "CNCCO": "methyl_alkyl:1",
    "CNCCCC12CCC(c3ccccc31)c1ccccc12": "methyl_alkyl:1",  # maprotiline
    "CNCCC(Oc1ccc(C(F)(F)F)cc1)c1ccccc1": "methyl_alkyl:1",  # fluoxetine
    "CNCCC(Oc1cccc2ccccc12)c1cccs1": "methyl_alkyl:1",  # duloxetine
    "CCNCC": "dialkyl:1",
    "CCCCNCCCC": "dialkyl:1",
    "OCCNCCO": "diethanolamine:1",
    "CNCc1ccccc1": "benzyl_alkyl:1",
    "CCCCNCc1ccccc1": "benzyl_alkyl:1",
    "c1ccc(CNCc2ccccc2)cc1": "dibenzyl:1",
    "C=CCNCC=C": "dibenzyl:1",
    "CNC1CCCCC1": "methyl_sec_alkyl:1",
    "CN[C@H]1CC[C@@H](c2ccc(Cl)c(Cl)c2)c2ccccc21": "methyl_sec_alkyl:1",  # sertraline
    "CCNC1CCCCC1": "alkyl_sec_alkyl:1",
    "CC(NCCCc1cccc(C(F)(F)F)c1)c1cccc2ccccc12": "alkyl_sec_alkyl:1",  # cinacalcet
    "CC(C)NCC(O)COc1cccc2ccccc12": "alkyl_sec_alkyl:1",  # propranolol
    "CC(C)NC(C)C": "di_sec_alkyl:1",
    "C1CCC(NC2CCCCC2)CC1": "di_sec_alkyl:1",
    "CC(C)(C)NCC(O)c1ccc(O)c(CO)c1": "alkyl_tert_alkyl:1",  # salbutamol
    "CNCC(=O)O": "amino_ester_secondary:1",
    "CCOC(=O)CNCc1ccccc1": "amino_ester_secondary:1",
    "CCNCC(F)(F)F": "fluoroalkyl_secondary:1",
    # several kinds in one molecule
    "NCCN": "vicinal_diamine:2 vicinal_diamine:2",
    "NCCCN": "n_alkyl:2 n_alkyl:2",
    "NCCCCN": "n_alkyl:2 n_alkyl:2",
    "NCCNCCN": "dialkyl:1 vicinal_diamine:2 vicinal_diamine:2",  # DETA
    "NCCNCCNCCN": "dialkyl:1 dialkyl:1 vicinal_diamine:2 vicinal_diamine:2",  # TETA
    "NCCCNCCCCN": "dialkyl:1 n_alkyl:2 n_alkyl:2",  # spermidine
    "NCCCNCCCCNCCCN": "dialkyl:1 dialkyl:1 n_alkyl:2 n_alkyl:2",  # spermine
    "CN(C)CCCN": "n_alkyl:2",
    "CN1CCN(CCN)CC1": "vicinal_diamine:2",
    "NC1CCNCC1": "piperidine:1 sec_alkyl:2",
    "c1ccc(CNC2CCNCC2)cc1": "alkyl_sec_alkyl:1 piperidine:1",
    "NCCCCC(N)C(=O)O": "amino_acid_branched:2 n_alkyl:2",  # lysine
    "NCCCCC(NC(C)=O)C(=O)O": "n_alkyl:2",
    "CC(C)(C)OC(=O)NCCCCN": "n_alkyl:2",
    "NCc1ccc(N)cc1": "aryl:2 benzyl:2",
    "NCC1CCCN1": "cyclic_branched:1 vicinal_diamine:2",
    "NC1CCCCC1N": "sec_alkyl:2 sec_alkyl:2",
    "NC(=N)NCCCC(N)C(=O)O": "amino_acid_branched:2",  # arginine: guanidine stays out
    "CC(Cc1c[nH]cn1)N": "sec_alkyl:2",
    "CN[C@@H]1C[C@H]2O[C@@](C)([C@@H]1OC)n1c3ccccc3c3c4c(c5c6ccccc6n2c5c31)C(=O)NC4": "methyl_sec_alkyl:1",
    "NS(=O)(=O)c1ccc(CCN)cc1": "n_alkyl:2",
    "O=C(Nc1ccccc1C(=O)Nc1ccc(Cl)cn1)OC1CCNC1": "pyrrolidine:1",
    "Cc1ccc(NC(=O)c2ccc(CN3CCNCC3)cc2)cc1Nc1nccc(-c2cccnc2)n1": "alkyl_piperazine:1",  # N-desmethyl imatinib
    "CNc1nccc(N2CCNCC2)n1": "aryl_piperazine:1",
    "N[C@H]1CN(c2ncccn2)C[C@@H]1c1ccccc1": "sec_alkyl:2",
    "NC1CCN(C(=O)c2cc(C(F)(F)F)cc(C(F)(F)F)c2)C(Cc2ccccc2)C1": "sec_alkyl:2",
    "COC(=O)C(Cc1ccc(Br)cc1)NC(=O)c1cc(Cl)ccc1N": "aryl_poor:2",
    "O=C(O)/C=C/c1cnc2c(c1)CC1(CCNCC1)C(=O)N2": "piperidine:1",
    "[2H]N([2H])CC": "n_alkyl:2",
    "[15NH2]Cc1ccccc1": "benzyl:2",
    "[2H]C([2H])([2H])N": "methyl:2",
}

NOT_AMINES = {
    "CCO": "no nitrogen",
    "CC(N)=O": "amide",
    "CC(=O)NC": "amide",
    "O=C1CCCN1": "amide",
    "CC(N)=S": "amide",
    "CS(N)(=O)=O": "sulfonamide",
    "CC(C)(C)S(N)=O": "sulfonamide",
    "COC(N)=O": "carbamate",
    "NC(N)=O": "urea",
    "CNC(=S)NC": "urea",
    "O=C1CCC(=O)N1": "imide",
    "O=C1NC(=O)c2ccccc21": "imide",
    "NC(=N)N": "guanidine",
    "CC(=N)N": "amidine",
    "NC(=N)c1ccccc1": "amidine",
    "c1ccc2[nH]ccc2c1": "heteroaromatic",
    "c1c[nH]cn1": "heteroaromatic",
    "c1nnn[nH]1": "heteroaromatic",
    "O=c1cc[nH]c(=O)[nH]1": "heteroaromatic",
    "c1ccncc1": "aromatic nitrogen",
    "CC#N": "nitrile",
    "[C-]#[N+]C": "nitrile or isonitrile",
    "C[N+](=O)[O-]": "nitro",
    "NC#N": "cyanamide",
    "CC(N)=CC(C)=O": "vinylogous amide",
    "CC(N)=CC": "enamine",
    "CN(C)P(=O)(N(C)C)N(C)C": "phosphorus",
    "NP(=O)(OC)OC": "phosphorus",
    "CCN(CC)CC": "tertiary amine",
    "CN1CCCCC1": "tertiary amine",
    "C1CN2CCC1CC2": "tertiary amine",
    "CN(C)c1ccccc1": "tertiary amine",
    "C[N+](C)(C)[O-]": "amine oxide",
    "C[N+](C)(C)CC(=O)[O-]": "quaternary",
    "CC(C)=NO": "oxime",
    "CC=[N+]([O-])C": "oxime or nitrone",
    "CCN=[N+]=[N-]": "azide",
    "CC=NC": "imine",
    "CC(C)=NN(C)C": "hydrazone",
    "c1ccc(N=Nc2ccccc2)cc1": "hydrazone or azo",
    "CNc1ccccn1": "2- or 4-aminopyridine",
    "CNc1nccs1": "aminoazole",
    "CC(O)NC": "aminal",
    "CNCSC": "aminal",
    "C[Si](C)(C)N[Si](C)(C)C": "sulfur, silicon",
}

REFUSED = {
    "NN": "hydrazine",
    "NNc1ccccc1": "hydrazine",
    "NNC(=O)c1ccncc1": "hydrazine",
    "NN1CCCCC1": "hydrazine",
    "NO": "hydroxylamine",
    "NOCc1ccccc1": "hydroxylamine",
    "CNOC": "hydroxylamine",
    "CNCl": "N-halogen",
    "O=C=NCCN": "isocyanate",
    "NCCC(=O)Cl": "acid halide",
    "NCCc1ccc(S(=O)(=O)Cl)cc1": "sulfonyl halide",
    "NCCC=C=O": "ketene",
    "NCC(=O)OC(C)=O": "anhydride",
    "NCCC(=O)C=[N+]=[N-]": "diazo",
    "NCCOOC": "peroxide",
    "NCC1=CC(=O)C=CC1=O": "quinone",
    "NCCC(=O)C(C)=O": "1,2-dione",
}

CARBONYLS = {
    "C=O": "formaldehyde",
    "[2H]C([2H])=O": "formaldehyde",
    "[13CH2]=O": "formaldehyde",
    "C=O.O": "formaldehyde",
    "CC=O": "n_alkanal",
    "CCCC=O": "n_alkanal",
    "CC(C)CC=O": "n_alkanal",
    "O=CCCc1ccccc1": "n_alkanal",
    "O=CCCc1cccc(C(F)(F)F)c1": "n_alkanal",
    "COc1ccc(C2=NOC(CCC=O)C2)cc1OC": "n_alkanal",
    "O=CCCCCC1CC(c2cccc([N+](=O)[O-])c2)=NO1": "n_alkanal",
    "O=CCc1ccccc1": "arylacetaldehyde",
    "COCC=O": "alpha_hetero_alkanal",
    "CC(C)(C)OC(=O)NCC=O": "alpha_hetero_alkanal",
    "O=CCCCC=O": "n_alkanal",
    "O=Cc1ccc(C=O)cc1": "aryl_aldehyde_poor",
    "O=C1CCC(=O)CC1": "cyclohexanone",
    "CC(=O)CC(C)=O": "acyclic_ketone",
    "CC(C)C=O": "branched_alkanal",
    "O=CC1CCCCC1": "branched_alkanal",
    "O=CC1CC1": "branched_alkanal",
    "CC(C=O)c1ccccc1": "branched_alkanal",
    "CC(C)(C)OC(=O)N[C@@H](C)C=O": "branched_alkanal",
    "CC(C)(C)C=O": "pivaldehyde",
    "O=CC(=O)O": "glyoxylate",
    "CCOC(=O)C=O": "glyoxylate",
    "O=CC(F)(F)F": "fluoral",
    "CC=CC=O": "enal",
    "O=C/C=C/c1ccccc1": "enal",
    "CC(C)=CCCC(C)=CC=O": "enal",
    "C#CC=O": "ynal",
    "O=Cc1ccccc1": "aryl_aldehyde",
    "O=Cc1cccc2ccccc12": "aryl_aldehyde",
    "CC(C)(C)c1ccc(C=O)cc1": "aryl_aldehyde",
    "O=Cc1ccc(F)cc1": "aryl_aldehyde",
    "COc1ccc(C=O)cc1": "aryl_aldehyde_rich",
    "CN(C)c1ccc(C=O)cc1": "aryl_aldehyde_rich",
    "O=Cc1ccc2OCOc2c1": "aryl_aldehyde_rich",
    "Nc1ncc(Br)cc1C=O": "heteroaryl_aldehyde_poor",  # the ring nitrogen rules before the donor
    "O=Cc1ccc([N+](=O)[O-])cc1": "aryl_aldehyde_poor",
    "O=Cc1ccc(C#N)cc1": "aryl_aldehyde_poor",
    "O=Cc1ccc(C(F)(F)F)cc1": "aryl_aldehyde_poor",
    "CC(=O)Nc1ccc(C=O)cc1": "aryl_aldehyde",
    "Cc1cc(C)c(C=O)c(C)c1": "aryl_aldehyde_hindered",
    "O=Cc1ccccc1O": "salicylaldehyde",
    "O=Cc1ccncc1": "heteroaryl_aldehyde_poor",
    "O=Cc1ccnc2ccccc12": "heteroaryl_aldehyde_poor",
    "O=Cc1nc2ccccc2s1": "heteroaryl_aldehyde_poor",
    "O=Cc1ccco1": "heteroaryl_aldehyde",
    "O=Cc1cccs1": "heteroaryl_aldehyde",
    "O=Cc1c[nH]c2ccccc12": "heteroaryl_aldehyde",
    "CC(C)=O": "acetone",
    "CCC(C)=O": "acyclic_ketone",
    "CC(=O)Cc1ccccc1": "acyclic_ketone",
    "CC(=O)CC(C)C": "acyclic_ketone",
    "CCOC(=O)CC(C)=O": "acyclic_ketone",
    "CC(=O)C1CC1": "acyclic_ketone",
    "CC(=O)C(C)(C)C": "hindered_ketone",
    "CC(C)C(=O)C(C)C": "hindered_ketone",
    "CC1(C)C2CCC1(C)C(=O)C2": "hindered_ketone",  # camphor
    "O=C1CC1": "cyclopropanone",
    "O=C1CCC1": "cyclobutanone",
    "O=C1COC1": "cyclobutanone",
    "O=C1CCCC1": "cyclopentanone",
    "O=C1CCC(n2cccn2)C1": "cyclopentanone",
    "O=C1CCCCC1": "cyclohexanone",
    "O=C1CCN(C(=O)OCc2ccccc2)CC1": "cyclohexanone",
    "CN1CCC(=O)CC1": "cyclohexanone",
    "CN1C2CCC1CC(=O)C2": "cyclohexanone",  # tropinone
    "O=C1CCOCC1": "cyclohexanone",
    "COc1cccc2c1CCC(=O)C2": "cyclohexanone",
    "O=C1C2CC3CC(C2)CC1C3": "cyclohexanone",  # adamantanone
    "CC1CCCCC1=O": "cyclic_ketone_2_substituted",
    "O=C1CCCCCC1": "cycloheptanone",
    "O=C1CCCCCCCCCCC1": "cycloheptanone",
    "O=C1CCCCCCC1": "medium_ring_ketone",
    "O=C1CCCCCCCCC1": "medium_ring_ketone",
    "O=Cc1ccc(OC(F)(F)F)cc1": "aryl_aldehyde",  # no donor
    "CC(=O)c1ccccc1": "aryl_ketone",
    "CC(=O)c1cc(C)cc(C)c1": "aryl_ketone",
    "CC(=O)c1ccccn1": "aryl_ketone",
    "O=C1CCc2ccccc21": "cyclic_aryl_ketone",
    "O=C1CCOc2cccnc21": "cyclic_aryl_ketone",
    "O=C(c1ccccc1)c1ccccc1": "diaryl_ketone",
    "O=C1c2ccccc2-c2ccccc21": "diaryl_ketone",
    "CC=CC(C)=O": "enone",
    "O=C1C=CCCC1": "enone",
    "CC(=O)C(=O)O": "alpha_keto_acid",
    "O=C(O)C(=O)Cc1ccccc1": "alpha_keto_acid",
    "CC(=O)C(F)(F)F": "fluoro_ketone",
    "CCS(=O)(=O)N1CCC(c2c[nH]c3c(C(N)=O)cc(-c4cccc(C=O)c4)cc23)CC1": "aryl_aldehyde",
    "O=Cc1ccc(NC(=O)c2cc(N(CC3CC3)C3CCCCC3)ncn2)cc1": "aryl_aldehyde",
}

NOT_CARBONYLS = {
    "CCO": "no aldehyde or ketone",
    "CC(=O)OC": "ester",
    "CC(N)=O": "amide",
    "CC(=O)O": "acid",
    "CC(=O)SC": "thioester",
    "O=C1CCCCO1": "ester",
    "O=C=O": "carbon dioxide",
    "O=c1cc[nH]cc1": "aromatic ring",
    "O=c1ccocc1": "aromatic ring",
    "O=c1cccccc1": "aromatic ring",
    "OCO": "C=O",
    "C1OCOCO1": "C=O",
    "OCOCOCO": "C=O",
    "OC(O)C(Cl)(Cl)Cl": "hydrate",
    "OCC1OC(O)C(O)C(O)C1O": "hemiacetal",
    "COC(OC)c1ccccc1": "acetal",
    "O=C(C#N)c1ccccc1": "acyl cyanide",
    "CN(C)C=CC(=O)C": "vinylogous",
    "CC(=S)C": "thiocarbonyl",
    "CC(=O)Cl": "acid halide",
    "C=C=O": "ketene",
    "CN=C=O": "isocyanate",
    "CC(=O)OC(C)=O": "anhydride",
    "O=C1C=CC(=O)C=C1": "quinone",
    "O=C1c2ccccc2C(=O)c2ccccc21": "quinone",
    "O=C1C(=O)c2ccccc2-c2ccccc21": "quinone",
    "CC(=O)C(C)=O": "1,2-dione",
    "O=CC=O": "1,2-dione",
    "O=C(C(=O)c1ccccc1)c1ccccc1": "1,2-dione",
    "CC(C=O)CCC=O": "2 different",  # two alkanals
    "CC(=O)CC1CCC(=O)C1": "2 different",  # two dialkyl ketones
    "COc1cc(CC2CCC(=O)CC2)ccc1C=O": "2 different",  # a rich aldehyde and a cyclohexanone
    "NCc1ccccc1": "swapped",
}


def answer(smiles: str) -> str:
    """Reactive nitrogens as class:hydrogens, sorted."""
    if not reacting_nitrogens(read_structure(smiles), load_model()):
        return ""
    return " ".join(sorted(f"{s.site_class}:{s.n_hydrogens}" for s in find_sites(smiles)))


@pytest.mark.parametrize(("smiles", "expected"), AMINES.items())
def test_reactive_nitrogens(smiles: str, expected: str) -> None:
    """Each reactive nitrogen has the class that a chemist gives it, and nothing else counts as amine."""
    assert answer(smiles) == expected


@pytest.mark.parametrize(("smiles", "words"), NOT_AMINES.items())
def test_look_alikes_are_no_amines(smiles: str, words: str) -> None:
    """What only looks like an amine is refused by its own name."""
    with pytest.raises(ScopeError, match="expected an amine") as caught:
        find_sites(smiles)
    assert words in str(caught.value)


@pytest.mark.parametrize(("smiles", "words"), REFUSED.items())
def test_groups_with_reactions_of_their_own_are_refused(smiles: str, words: str) -> None:
    """Hydrazines, acid chlorides and their like are named and refused, amine or not."""
    with pytest.raises(ScopeError) as caught:
        find_sites(smiles)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("smiles", "expected"), CARBONYLS.items())
def test_carbonyls(smiles: str, expected: str) -> None:
    """Each aldehyde and ketone has the class that a chemist gives it."""
    assert find_carbonyl(smiles).carbonyl_class == expected


@pytest.mark.parametrize(("smiles", "words"), NOT_CARBONYLS.items())
def test_what_is_no_single_carbonyl(smiles: str, words: str) -> None:
    """Esters, hydrates, diones and dicarbonyls are refused by name."""
    with pytest.raises(ScopeError) as caught:
        find_carbonyl(smiles)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_enough_molecules_stand_in_the_tables() -> None:
    """The tables are broad: at least 120 molecules, and each class is met at least once."""
    assert len(AMINES) + len(CARBONYLS) >= 200
    met = {part.split(":")[0] for text in AMINES.values() for part in text.split()} | set(CARBONYLS.values())
    assert {c.name for c in load_model().site_classes if c.kind in ("amine", "carbonyl")} - met == set()


# --- groups and couplings ---

GROUPS = {
    "NCCN": 1,
    "NCCCN": 1,
    "C1CNCCN1": 1,
    "NCCNCCN": 2,
    "NCCNCCNCCN": 2,
    "NCCCNCCCCN": 3,
    "NCCCNCCCCNCCCN": 2,
    "C1CNCCNCCN1": 1,
    "C1CNCCNCCNCCN1": 1,
    "C1CNCCNCCCNCCNC1": 1,
    "C1CNCCNC1": 1,
    "CC1CNCCN1": 2,
    "N[C@H](C)C[C@@H](C)N": 1,  # meso: mirror images are equivalent
    "N[C@H]1CCCC[C@@H]1N": 1,
    "NC1CCNCC1": 2,
    "[15NH2]CCN": 2,  # a label makes two nitrogens out of one kind
    "NCc1ccc(CN)cc1": 1,
    "NCc1cccc(CCN)c1": 2,
    "NCC(CN)(CN)CN": 1,
}


@pytest.mark.parametrize(("smiles", "n_groups"), GROUPS.items())
def test_equivalent_nitrogens_form_one_group(smiles: str, n_groups: int) -> None:
    """Nitrogens that symmetry exchanges share a group; groups are numbered in order of first atom."""
    numbers = [site.group for site in find_sites(smiles)]
    assert sorted(set(numbers)) == list(range(n_groups))
    firsts = [numbers.index(n) for n in range(n_groups)]
    assert firsts == sorted(firsts)


COUPLINGS = {
    "C1CNCCN1": ("piperazine", 1),
    "CC1CNCCN1": ("piperazine", 1),
    "C1C2CNC1CN2": ("piperazine", 1),
    "C1CC2CNCC1N2": ("piperazine", 1),
    "C1CNCCNC1": ("diazepane", 1),
    "C1CCNCCNC1": ("diazepane", 1),
    "C1CNCCNCCN1": ("triazonane", 2),
    "C1CNCCNCCNCCN1": (None, 0),
    "NCCN": (None, 0),
    "NC1CCNCC1": (None, 0),
    "CN1CCNCC1": (None, 0),
    "C1NCC2CNCC12": (None, 0),
    "C1NCC12CNC2": (None, 0),
    "c1cc(C2CCNCC2)ccc1C1CCNCC1": (None, 0),
}


@pytest.mark.parametrize(("smiles", "expected"), COUPLINGS.items())
def test_small_rings_couple(smiles: str, expected: tuple[str | None, int]) -> None:
    """Two N-H of one ring of at most nine atoms feel each other; fused, spiro and large rings do not."""
    sites = find_sites(smiles)
    assert {(site.coupling, len(site.coupled_with)) for site in sites} == {expected}
    for site in sites:
        for partner in site.coupled_with:
            assert site.atom_index in next(s for s in sites if s.atom_index == partner).coupled_with


def test_too_many_nitrogens() -> None:
    """Nine reactive nitrogens are one too many."""
    with pytest.raises(ScopeError, match="at most 8"):
        find_sites("NCCNCCNCCNCCNCCNCCNCCNCCN")
    assert len(find_sites("NCCNCCNCCNCCNCCNCCNCCN")) == 8


def test_all_carbonyls_lists_every_one() -> None:
    """The listing for people shows all carbonyls where the planner counts one."""
    assert [site.carbonyl_class for site in all_carbonyls("O=CCCCC=O")] == ["n_alkanal", "n_alkanal"]
    assert all_carbonyls("NCCN") == ()


# --- pairs ---


def test_an_amine_with_a_carbonyl_is_refused() -> None:
    """An amino ketone would close rings on itself."""
    with pytest.raises(ScopeError, match="ring closure"):
        check_pair("NCCCC(C)=O", "C=O")
    with pytest.raises(ScopeError, match="also holds"):
        check_pair("O=C1CCNCC1", "C=O")


def test_swapped_partners_are_told() -> None:
    """Carbonyl first and amine second is the commonest slip."""
    with pytest.raises(ScopeError, match="swap"):
        check_pair("O=Cc1ccccc1", "NCc1ccccc1")


def test_a_proper_pair_passes() -> None:
    """A reactive N-H on the carbonyl compound is a caution, not a refusal."""
    check_pair("NCc1ccccc1", "CCCC=O")
    check_pair("NCc1ccccc1", "O=C1CCNCC1")
    assert any("reactive N-H" in line for line in cautions("NCc1ccccc1", "O=C1CCNCC1"))


# --- laws ---


@given(strategies.respelled(st.sampled_from([s for s in AMINES if AMINES[s]])))
def test_spelling_changes_no_site(pair: tuple[str, str]) -> None:
    """Atom order and spelling of the SMILES change nothing."""
    written, respelled = pair
    assert read_structure(respelled) == read_structure(written)
    assert find_sites(respelled) == find_sites(written)


@given(strategies.respelled(st.sampled_from(list(CARBONYLS))))
def test_spelling_changes_no_carbonyl(pair: tuple[str, str]) -> None:
    """Atom order and spelling change no carbonyl class."""
    written, respelled = pair
    assert find_carbonyl(respelled) == find_carbonyl(written)


# --- the rules as data ---


def test_every_rule_explains_itself() -> None:
    """Each rule has a label and a reason, readable patterns and a like chain that ends."""
    for site_class in load_model().site_classes:
        assert site_class.label
        assert site_class.note
        assert all(pattern(smarts) is not None for smarts in (*site_class.smarts, *site_class.exclude))
        assert like_chain(site_class.name, load_model().site_classes)[0] == site_class.name


def test_bulky_means_a_branched_nitrogen() -> None:
    """The flag that crowds ketones stands where the nitrogen carries a sec- or tert-alkyl group."""
    bulky = {c.name for c in load_model().site_classes if c.bulky}
    assert {"sec_alkyl", "tert_alkyl", "alkyl_sec_alkyl", "di_sec_alkyl"} <= bulky
    assert bulky.isdisjoint({"n_alkyl", "benzyl", "methyl", "dialkyl", "piperidine", "aryl", "ammonia"})


def edited(folder: Path, old: str, new: str) -> Path:
    """Copy the shipped rules with one edit."""
    text = (models_folder() / "sites.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "sites.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_a_new_class_is_a_data_edit(tmp_path: Path) -> None:
    """A class added to the file is found without any code."""
    rule = (
        '[[amine]]\nname = "glucamine"\nlabel = "aminopolyol"\nlike = "n_alkyl"\nnote = "test"\n'
        'smarts = ["[NX3;H2]-[CX4;H2]-[CX4](O)-[CX4]O"]\n\n[[amine]]\nname = "vicinal_diamine"'
    )
    folder = edited(tmp_path, '[[amine]]\nname = "vicinal_diamine"', rule)
    classes = load_site_rules(read_shelf(folder))
    model = replace(load_model(), site_classes=classes)
    assert find_sites("NCC(O)C(O)CO", model=model)[0].site_class == "glucamine"
    assert like_chain("glucamine", classes) == ("glucamine", "n_alkyl")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('like = "aryl_poor"', 'like = "aryl_por"', "aryl_poor"),
        ('like = "aryl_poor"', 'like = "aryl_ketone"', "no amine class"),
        ('like = "aryl_poor"', 'looks_like = "aryl_poor"', "unknown key"),
        ('name = "benzyl"', 'name = "n_alkyl"', "twice"),
        ('"[NX3;H2]-[CX4;H3]"', '"[NX3;H2]-[CX4;H3"', "cannot be read"),
        ('"[NX3;H2]-[CX4;H3]"', '"[NX3;H2]-{methyl}"', "not defined"),
        ('smarts = ["[NX3;H2]-[CX4;H3]"]', "smarts = []", "empty"),
        ('alkyl_class = "methyl"', 'alkyl_class = "mehyl"', "methyl"),
        ('reduced_as = "aldehyde"', 'reduced_as = "alcohol"', "aryl_aldehyde"),
        ("is_ketone = false\n", "", "missing"),
        ("bulky = true", 'bulky = "yes"', "true or false"),
        ('like = "aryl"\nnote = "acceptor', 'like = "aryl_hindered"\nnote = "acceptor', "circle"),
        ("[[amine]]", "[[amines]]", "unknown table"),
        ("[definitions]\n", "[definitions\n", "not TOML"),
    ],
)
def test_damaged_rules_are_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    """A damaged file of rules names the place and what is wrong."""
    with pytest.raises(ParameterError) as caught:
        load_site_rules(read_shelf(edited(tmp_path, old, new)))
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["amine = 5", "definitions = 5", "amine = [5]", "[amine]\nname = 1"])
def test_tables_of_another_shape_are_told(tmp_path: Path, text: str) -> None:
    """A number where a list of tables belongs is an error in the file, not a crash."""
    (tmp_path / "sites.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=r"sites\.toml"):
        load_site_rules(read_shelf(tmp_path))


def test_unknown_class_has_no_chain() -> None:
    """A class that is not there cannot be followed."""
    with pytest.raises(ParameterError, match="did you mean 'benzyl'"):
        like_chain("benzil", load_model().site_classes)
