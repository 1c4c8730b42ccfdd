"""Mol files: a molecule as drawing programs and catalogues write it (V2000, V3000), turned into a SMILES.

Only the connection table is read; what it says of names and data stands outside of it.
"""

from rdkit import Chem, rdBase

from planner.errors import StructureError


def smiles_of_block(block: str) -> str:
    """Write the SMILES of a mol block, counter-ions included.

    Raises
    ------
    StructureError
        If it cannot be read.

    Examples
    --------
    >>> from rdkit import Chem
    >>> smiles_of_block(Chem.MolToMolBlock(Chem.MolFromSmiles("CCCC=O")))
    'CCCC=O'
    """
    with rdBase.BlockLogs():
        try:
            mol = Chem.MolFromMolBlock(block)
        except (RuntimeError, ValueError):
            mol = None
    if mol is None or not mol.GetNumAtoms():
        raise StructureError(
            "its mol block holds no sound molecule; expected a V2000 or V3000 table: draw it again, or give its SMILES"
        )
    return str(Chem.MolToSmiles(mol))
