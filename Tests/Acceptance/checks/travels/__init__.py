"""Checks on what comes back when a view of an archive is exported, received by another archive and seen there. Each module has
`applies(travels)` and `check(travels)`, which returns a note or raises Failed or Skipped."""
