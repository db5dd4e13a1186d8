"""What the tests of the showcase start with."""

import pytest

from home.models import Clock
from tests.conftest import NOW


@pytest.fixture
def now():
    """The hub's clock, as callers of flows read it."""
    return max(Clock.now(), NOW)
