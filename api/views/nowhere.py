"""Every other address under /api/."""

from typing import Any

from rest_framework.request import Request

from api.problems import Problem
from api.reading import Door


class NowhereView(Door):
    """Nothing is here, whatever the method; in the same form as every other error."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request, then refuse it.

        Raises:
            Problem: not-found.
        """
        super().initial(request, *args, **kwargs)
        raise Problem("not-found")
