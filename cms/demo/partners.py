"""Two fictional partner sites: one that shows stories, and one that sells things and so gets none."""

import json
from datetime import datetime

from api.models import Partner, Scope
from api.partner_flows import accept_license, issue_key, revoke_key
from showcase.models import ConsentText

from .accounts import path, write

COLLEGE = "示範社區大學"
SHOP = "示範選物店"


def play(now: datetime) -> None:
    """The partners, and a key of the first beside the logins; what is already there is left as it is."""
    college, _new = Partner.objects.get_or_create(
        name=COLLEGE, defaults={"email": "partner@example.org", "hosts": "www.example.org"}
    )
    Partner.objects.get_or_create(name=SHOP, defaults={"email": "shop@example.org", "commercial": True})
    told = json.loads(path().read_text(encoding="utf-8"))
    if "partner_key" in told["accounts"]:
        return
    if text := ConsentText.current(now):
        accept_license(college, text, now)
    for key in college.keys.usable(now):
        revoke_key(key, now)
    _key, text_of_key = issue_key(college, Scope, now, name="示範")
    told["accounts"]["partner_key"] = {"email": college.email, "password": text_of_key}
    write(told)
