"""A copy of what the hub publishes, kept in step: mirror.py https://hub.example.org/api/v1 copy.json [qjd_key].

Run it as often as poll_after says, or when a webhook comes. Needs Python 3.11 and nothing else.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def follow(api, copy, key=""):
    """Bring a copy up to date: {"next": address, "items": {"type/id/lang": document or version of what is gone}}."""
    address = copy.get("next") or f"{api}/changes?include=resource&limit=500"
    while True:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            with urlopen(Request(address, headers=headers), timeout=30) as answer:
                told = json.load(answer)
        except HTTPError as error:
            if error.code != 410:
                raise
            # The copy is older than the hub remembers: begin again, and keep nothing that is not told anew.
            copy.clear()
            address = f"{api}/changes?include=resource&limit=500"
            continue
        items = copy.setdefault("items", {})
        for change in told["data"]:
            name = "{type}/{id}/{lang}".format(**change)
            if change["version"] <= items.get(name, {"version": 0})["version"]:
                continue
            # What is withdrawn now comes without its document; its own withdrawal follows.
            gone = change["op"] == "withdraw" or change["resource"] is None
            items[name] = {"version": change["version"]} if gone else change["resource"]
        copy["next"] = address = told["page"]["next"]
        if told["page"]["caught_up"]:
            return copy


def is_from_the_hub(secrets, headers, body, now=None):
    """Whether a webhook's body (bytes) was signed with one of our secrets within five minutes (Standard Webhooks)."""
    sent = headers.get("webhook-timestamp", "")
    if not sent.isdecimal() or abs((now or time.time()) - int(sent)) > 300:
        return False
    signed = f"{headers.get('webhook-id')}.{sent}.".encode() + body
    given = headers.get("webhook-signature", "").split()
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    right = [b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in keys]
    return any(hmac.compare_digest(one.encode(), other) for one in given for other in right)


if __name__ == "__main__":
    api, file, *key = sys.argv[1:]
    copy = json.loads(Path(file).read_text("utf-8")) if Path(file).exists() else {}
    Path(file).write_text(json.dumps(follow(api, copy, *key), ensure_ascii=False), "utf-8")
