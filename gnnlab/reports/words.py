"""How numbers and times are put into words."""


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not 1."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def minute(time: str) -> str:
    """An ISO time to the minute, without its zone.

    >>> minute("2021-10-18T05:30:00+02:00")
    '2021-10-18 05:30'
    """
    return time[:16].replace("T", " ")
