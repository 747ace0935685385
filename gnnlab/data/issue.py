"""What was found wrong with a file of readings, and what was done about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """One kind of trouble in the readings.

    Args:
        kind: what it is, such as ``"duplicate rows"``.
        count: how often it was met, at least 1.
        rule: what was done, such as ``"the last one counts"``.
        first: where it was met first, such as ``"readings.csv, line 12"``.
    """

    kind: str
    count: int
    rule: str
    first: str
