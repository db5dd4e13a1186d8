"""Two workers in real processes: each tick is run once, and what one dies over the other ends."""

import pytest

from cms.leases import LEASE, TRIED_AGAIN_AFTER
from tests.api.programs import run

pytestmark = pytest.mark.realtime


def assert_each_tick_once_and_nothing_lost(database_url, folder):
    report = run(
        "tests.cms.two_workers",
        database_url,
        folder,
        DJANGO_SETTINGS_MODULE="tests.served",
        HUB_FOLDER=str(folder),
    )

    together = report.pop("together")
    assert together["ticks"] == together["tries"] >= 5
    # Whoever was left kept the hours; the dead one was given the time of its lease.
    lapse = (LEASE + TRIED_AGAIN_AFTER[0]).total_seconds()
    assert lapse - 5 < report.pop("taken_over_after") < lapse + 30
    assert report.pop("alone") > 5
    assert report == {
        "alive": 2,
        "by_the_other": True,
        "status": "SUCCESSFUL",
        "tries": 2,
        "alive_afterwards": 1,
        "code": 0,
        "left": [False],
        "held": 0,
        "daily": [1],
    }


def test_what_one_of_two_dies_over_the_other_ends(database_copy, tmp_path):
    assert_each_tick_once_and_nothing_lost(database_copy, tmp_path)


@pytest.mark.postgres
def test_what_one_of_two_dies_over_the_other_ends_on_postgresql(postgres_url, tmp_path):
    assert_each_tick_once_and_nothing_lost(postgres_url, tmp_path)
