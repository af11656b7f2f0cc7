"""What is proved, one module a claim: `views` on the three trees of an archive, `program` on what the program does."""

import pkgutil
from importlib import import_module


def modules(package):
    """The check modules of checks.views or checks.program, by name."""
    folder = import_module(f"checks.{package}")
    return {name: import_module(f"checks.{package}.{name}") for _, name, _ in pkgutil.iter_modules(folder.__path__)}
