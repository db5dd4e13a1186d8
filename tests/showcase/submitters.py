"""Many browsers send the same story at once, in threads with connections of their own; prints what became of it."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections
from django.test import Client

from home.models import Letter
from showcase.models import Grant, Party, StoryPage, StoryRevision
from showcase.models.record import first_broken
from tests.showcase import stories
from tests.showcase.desk import BIRTH, at, step


def main() -> None:
    """Send the last step of a draft with a co-author as often as the first argument says, all at once."""
    count = int(sys.argv[1])
    draft = stories.draft(people=[stories.coauthor(1)])
    action, data = at(draft.author).fill(
        step(draft, "license"), declared="on", disputes="on", name_typed="示範甲", **BIRTH
    )
    clients = [at(draft.author).client for _ in range(count)]
    together = Barrier(count)

    def send(client: Client) -> int:
        try:
            together.wait()
            answer: Any = client.post(action, data)
            return int(answer.status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        codes = list(pool.map(send, clients))
    report = {
        "codes": sorted(set(codes)),
        "stories": StoryPage.objects.count(),
        "revisions": StoryRevision.objects.count(),
        "parties": Party.objects.count(),
        "grants": Grant.objects.count(),
        "letters": Letter.objects.count(),
        "broken": first_broken(),
    }
    sys.stdout.write(json.dumps(report))
