"""The seeded faults still fit the code; ``make faults`` seeds them, and shows that a test notices each."""

import re
from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.faults import FAULTS


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_fits_the_code_in_one_place_and_names_a_test(fault):
    file, _colons, test = fault.test.partition("::")

    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old) == 1
    assert fault.new != fault.old
    assert re.search(rf"^def {test or 'test_'}", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_there_are_at_least_twenty_five_of_them_each_of_its_own_kind():
    assert len(FAULTS) >= 25
    assert max(Counter((fault.file, fault.old, fault.new) for fault in FAULTS).values()) == 1
