"""Checks on the views of one archive. Each module has `applies(mounted)` and `check(mounted)`, which returns a note or
raises Failed or Skipped."""
