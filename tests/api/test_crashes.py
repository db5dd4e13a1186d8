"""kill -9: whenever a publisher dies, page and ledger agree afterwards, without healing."""

import pytest

from tests.api.programs import run_writers

KILLS = 50
# Fewer deaths inside the transaction would prove nothing.
ENOUGH_INSIDE = 10


def assert_nothing_torn(report):
    deaths = report["deaths"]
    print(f"{KILLS} kills: {deaths}; {report['acts']} acts done, {report['seq']} changes told")  # noqa: T201 - the figure
    assert sum(deaths.values()) == KILLS
    assert (report["torn"], report["drifted"], report["gaps"]) == ([], [], [])
    assert report["acts"] > 0
    assert deaths["inside"] >= ENOUGH_INSIDE


def test_a_publisher_killed_at_fifty_random_instants_leaves_page_and_ledger_in_step(database_copy):
    assert_nothing_torn(run_writers(database_copy, "crash", KILLS, 111))


@pytest.mark.postgres
def test_a_publisher_killed_on_postgresql_leaves_page_and_ledger_in_step(postgres_url):
    assert_nothing_torn(run_writers(postgres_url, "crash", KILLS, 112))
