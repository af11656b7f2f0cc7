"""What a check answers: it returns a note, or raises one of these."""


class Failed(Exception):
    """The program did not do what the check asks. `problems` are shown, the first ones in full."""

    def __init__(self, problems):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("; ".join(map(str, self.problems)))


class Skipped(Exception):
    """The check cannot say anything here (a tool or device is missing)."""


def require_none(problems, note=""):
    """`note` if there are no problems, else Failed with all of them."""
    problems = list(problems)
    if problems:
        raise Failed(problems)
    return note
