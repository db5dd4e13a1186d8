"""Partners as staff make them, through the real flows."""

from itertools import count

from api.models import Endpoint, EndpointState, Partner, Scope
from api.partner_flows import accept_license, issue_key
from showcase.models import ConsentText
from tests.conftest import NOW

_number = count(1)


def partner(*, accepts: bool = True, **fields) -> Partner:
    """A partner; unless told otherwise it has accepted the license in force."""
    fields.setdefault("name", f"示範夥伴 {next(_number)}")
    fields.setdefault("email", "partner@example.org")
    made = Partner.objects.create(**fields)
    if accepts:
        accept_license(made, ConsentText.current(NOW), NOW)
    return made


def key_of(of: Partner, *scopes: Scope, **fields) -> dict[str, str]:
    """A new key as the header it is sent in."""
    _key, text = issue_key(of, scopes or list(Scope), NOW, **fields)
    return {"Authorization": f"Bearer {text}"}


def endpoint(of: Partner, url: str = "https://partner.example.org/hook", **fields) -> Endpoint:
    fields.setdefault("state", EndpointState.ENABLED)
    fields.setdefault("seed", "0" * 64)
    return Endpoint.objects.create(partner=of, url=url, **fields)
