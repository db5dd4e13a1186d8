"""Keys of partners."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .problems import CHALLENGE


class BearerAuthentication(BaseAuthentication):
    """Reads ``Authorization``. No key exists yet, so every one is wrong, and a wrong key is 401, never anonymous."""

    def authenticate(self, request: Request) -> None:
        """Let readers without a key pass.

        Raises:
            AuthenticationFailed: for any key.
        """
        if request.headers.get("Authorization"):
            raise AuthenticationFailed

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        del request
        return CHALLENGE
