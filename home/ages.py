"""How old somebody is on a day, and who is a minor: the two questions a birth date is asked for, and nothing else."""

from datetime import date
from typing import Final

# Age of majority by the date of the act (Civil Code §12 before and after its amendment in force from 2023).
MAJORITY: Final = ((date(2023, 1, 1), 18), (date.min, 20))


def age_on(born_on: date, on: date) -> int:
    """Full years on a day; a year is full on the birthday itself. Negative before the birth."""
    years = on.year - born_on.year
    return years if birthday(born_on, years) <= on else years - 1


def is_minor(born_on: date, on: date) -> bool:
    """Whether somebody is under the age of majority that holds on a date; of age on the birthday itself (R15)."""
    age = next(age for since, age in MAJORITY if since <= on)
    return birthday(born_on, age) > on


def birthday(born_on: date, age: int) -> date:
    """The birthday of an age; for those born on 29 February, 1 March in other years (Civil Code §121, §124)."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)
