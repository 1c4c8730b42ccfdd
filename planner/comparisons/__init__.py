"""How far a run that was made agrees with its prediction, and what it speaks for."""
