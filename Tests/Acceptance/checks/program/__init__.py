"""Checks on what the program does. Each module has `check(program, folder)`, with an empty folder of its own; it returns a
note or raises Failed or Skipped."""
