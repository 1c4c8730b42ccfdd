"""Sheets: a recommendation at a scale: charges, steps, hazards, and the papers that go to the bench."""
