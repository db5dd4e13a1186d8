"""The clients of the docs, in Python and in JavaScript: they keep in step with a running hub and know its webhooks."""

import base64
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from api.outlets.signing import secret_of, signed_headers
from tests.api import mirrors
from tests.api.programs import run
from tests.conftest import ROOT
from tests.processes import free_port

pytestmark = pytest.mark.realtime

NODE_FOLDER = ROOT / "tests" / "node"
FIRST, SECOND = "1" * 64, "2" * 64
BODY = '{"type":"event.published","data":{"title":"青聚點"}}'.encode()


def lacking(reason):
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


@pytest.fixture
def node():
    """The program that runs JavaScript."""
    return shutil.which("node") or lacking("needs Node (apt install nodejs)")


@pytest.fixture
def official(node):
    """The same, with the official package for webhooks at hand."""
    if not (NODE_FOLDER / "node_modules" / "standardwebhooks").exists():
        lacking("needs the npm package standardwebhooks (make node)")
    return node


def followed(database_url, tmp_path, *command):
    port = free_port()
    where = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}", "HUB_FOLDER": str(tmp_path)}
    return run("tests.api.following", database_url, *command, **where)


def assert_in_step(report):
    assert {act: (row["behind"], row["equal"]) for act, row in report.items()} == dict.fromkeys(report, (True, True))
    everything = ["announcement", "announcement", "event", "story", "team", "venue"]
    no_story = [one for one in everything if one != "story"]
    assert {act: (row["status"], row["shown"], row["gone"]) for act, row in report.items()} == {
        "publish": (200, everything, 0),
        "edit": (200, everything, 0),
        "withdraw": (200, no_story, 1),
        "unpublish": (200, no_story[1:], 2),
        # The address it went on from has expired: it began again, and remembers nothing of what went before.
        "forget": (410, no_story[1:], 0),
    }


def test_the_client_in_python_keeps_in_step_with_a_running_hub(database_copy, tmp_path):
    assert_in_step(followed(database_copy, tmp_path, sys.executable, mirrors.CLIENTS / "mirror.py"))


def test_the_client_in_javascript_keeps_in_step_with_a_running_hub(node, database_copy, tmp_path):
    assert_in_step(followed(database_copy, tmp_path, node, mirrors.CLIENTS / "mirror.mjs"))


def cases():
    """By name: what arrives, the secrets of whoever it arrives at, and whether it is to be accepted."""
    now = datetime.now().astimezone()
    right = signed_headers("msg_1", BODY, [FIRST], now)
    first, second = [secret_of(FIRST)], [secret_of(SECOND)]
    old, early = (signed_headers("msg_1", BODY, [FIRST], now + timedelta(minutes=six)) for six in (-6, 6))
    almost = signed_headers("msg_1", BODY, [FIRST], now - timedelta(minutes=4))
    rotated = signed_headers("msg_1", BODY, [SECOND, FIRST], now)
    later = str(int(right["webhook-timestamp"]) + 1)
    return {
        "right": (right, BODY, first, True),
        "right, four minutes old": (almost, BODY, first, True),
        "a changed body": (right, BODY.replace(b"published", b"withdrawn"), first, False),
        "a blank more": (right, BODY + b" ", first, False),
        "another id": (right | {"webhook-id": "msg_2"}, BODY, first, False),
        "another time": (right | {"webhook-timestamp": later}, BODY, first, False),
        "another secret": (right, BODY, second, False),
        "a signature cut short": (right | {"webhook-signature": right["webhook-signature"][:9]}, BODY, first, False),
        "a signature of another version": (
            right | {"webhook-signature": right["webhook-signature"].replace("v1,", "v2,")},
            *(BODY, first, False),
        ),
        "no signature": ({name: right[name] for name in ("webhook-id", "webhook-timestamp")}, BODY, first, False),
        "no headers": ({}, BODY, first, False),
        "a signature that is none": (right | {"webhook-signature": "v1,青 v1, x"}, BODY, first, False),
        "a time that is none": (right | {"webhook-timestamp": "²"}, BODY, first, False),
        "too old": (old, BODY, first, False),
        "of the future": (early, BODY, first, False),
        "rotated, the former secret": (rotated, BODY, first, True),
        "rotated, the new secret": (rotated, BODY, second, True),
        "rotated, both secrets": (rotated, BODY, [*first, *second], True),
        "rotated over, the former secret": (signed_headers("msg_1", BODY, [SECOND], now), BODY, first, False),
        "rotated, a changed body": (rotated, BODY + b" ", [*first, *second], False),
    }


def judged_by_node(node, *verifier):
    sent = [
        {"headers": headers, "body": base64.b64encode(body).decode(), "secrets": secrets}
        for headers, body, secrets, _accepted in cases().values()
    ]
    command = [node, str(NODE_FOLDER / "verify.mjs"), *map(str, verifier)]
    done = subprocess.run(command, input=json.dumps(sent), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(cases(), json.loads(done.stdout), strict=True))


def expected():
    return {name: accepted for name, (*_case, accepted) in cases().items()}


def test_the_client_in_python_tells_our_webhooks_from_others():
    judged = {
        name: mirrors.client.is_from_the_hub(secrets, headers, body)
        for name, (headers, body, secrets, _accepted) in cases().items()
    }

    assert judged == expected()


def test_the_client_in_javascript_tells_our_webhooks_from_others(node):
    assert judged_by_node(node, "ours", mirrors.CLIENTS / "mirror.mjs") == expected()


def test_the_official_package_in_javascript_tells_our_webhooks_from_others(official):
    assert judged_by_node(official, "official") == expected()
