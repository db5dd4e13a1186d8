"""Many writers at once: changes are told in commit order, each once, without a gap."""

import pytest

from tests.api.programs import run_writers


def assert_told_once_in_order(report, publishes):
    assert report["failed"] == 0
    assert report["after"] - report["before"] == publishes
    assert report["read"] == list(range(report["before"] + 1, report["after"] + 1))
    assert (report["gaps"], report["drift"]) == ([], 0)


@pytest.mark.postgres
def test_a_reader_of_eight_writers_on_postgresql_misses_nothing_and_sees_nothing_twice(postgres_url):
    report = run_writers(postgres_url, "race", 8, 100)

    print(f"800 publishes by 8 writers in {report['seconds']} s; read: {len(report['read'])}")  # noqa: T201 - the figure
    assert_told_once_in_order(report, 800)


def test_a_reader_of_four_writers_misses_nothing_and_sees_nothing_twice(database_copy):
    report = run_writers(database_copy, "race", 4, 10)

    assert_told_once_in_order(report, 40)
