"""What goes to files and comes from them: tables, saved records, whole files."""
