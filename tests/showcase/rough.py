"""Somebody rough with a running hub: the same form at once from fifty sides, uploads cut off, files nobody should send.

Run by tests.api.programs on a database of its own, under tests.served. Prints one line of JSON for the test to judge.
"""

import json
import os
import random
import re
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.storage import storages
from django.db import connections
from django.test import Client

from home.models import Letter, User
from showcase.flows.media import FOLDERS
from showcase.models import (
    DraftAsset,
    Grant,
    Party,
    StoryDraft,
    StoryFile,
    StoryPage,
    StoryPhoto,
    StoryRendition,
    StoryRevision,
)
from tests.api.editor import served
from tests.processes import Hub, free_port, running, tree
from tests.showcase import stories, uploads
from tests.showcase.desk import BIRTH, step
from tests.showcase.test_decoding import NOTORIOUS, pillows_own

TIMES = 50
CUTS = 200
PILLOWS = 16
BOUNDARY = "----rough-boundary"
NO_LINGER = struct.pack("ii", 1, 0)
RESTS = 5
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Browser:
    """A member's session at the hub, over real sockets, one connection a request."""

    port: int
    user: User

    def __post_init__(self) -> None:
        client = Client()
        client.force_login(self.user)
        self.jar = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        self.token = ""

    @property
    def cookies(self) -> str:
        """The cookies it sends."""
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Send a request; its status and what it says."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {"Cookie": self.cookies, "Accept-Language": "zh-Hant"} | headers
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self.jar |= dict([value.partition(";")[0].split("=", 1)])
            return answer.status, answer.read()
        finally:
            connection.close()

    def form(self, path: str) -> dict[str, Any]:
        """What the form of a page says; its token is kept."""
        status, content = self.ask("GET", path)
        assert status == 200, (status, content[-2000:])
        found = BeautifulSoup(content, "html.parser").select_one("main form[method=post]")
        data = dict(served(found).lists())
        self.token = found.select_one("[name=csrfmiddlewaretoken]")["value"]
        data["csrfmiddlewaretoken"] = [self.token]
        return data

    def upload(self, draft: StoryDraft, files: list[tuple[bytes, bytes]], *, script: bool = True) -> tuple[int, bytes]:
        """Send files, named as given, to a draft."""
        head = self.upload_head(draft, script=script)
        return self.ask("POST", head["path"], multipart(self.token, files), **head["headers"])

    def upload_head(self, draft: StoryDraft, *, script: bool = True) -> dict[str, Any]:
        """Where files go, and how."""
        accept = "application/json" if script else "text/html"
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return {"path": step(draft, "files"), "headers": {"Content-Type": kind, "Accept": accept}}


def multipart(token: str, files: list[tuple[bytes, bytes]]) -> bytes:
    """A form with its token and files, their names as raw bytes."""
    mark = f"--{BOUNDARY}\r\n".encode()
    parts = [mark + b'Content-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + token.encode() + b"\r\n"]
    for name, content in files:
        about = b'Content-Disposition: form-data; name="files"; filename="' + name + b'"\r\n'
        parts.append(mark + about + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def submit(browser: Browser, draft: StoryDraft, times: int) -> dict[str, Any]:
    """Hand the same form in so many times at once; what stands afterwards."""
    path = step(draft, "license")
    birth = {name: [value] for name, value in BIRTH.items()}
    data = browser.form(path) | {"declared": ["on"], "disputes": ["on"], "name_typed": ["示範甲"], **birth}
    body = urlencode(data, doseq=True).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    said: list[int] = []
    start = threading.Barrier(times)

    def send() -> None:
        start.wait()
        said.append(browser.ask("POST", path, body, **kind)[0])

    threads = [threading.Thread(target=send) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    story = StoryDraft.objects.get(pk=draft.pk).story
    invited = [letter.to[0] for letter in Letter.objects.all()]
    return {
        "answers": Counter(said),
        "stories": StoryPage.objects.count(),
        "revisions": StoryRevision.objects.count(),
        "wagtail_revisions": story.revisions.count() if story else 0,
        "parties": Party.objects.count(),
        "letters": Counter(invited),
        "grants": [str(grant.party.role) for grant in Grant.objects.select_related("party")],
    }


def cut(browser: Browser, draft: StoryDraft, photo: bytes, draw: random.Random) -> dict[str, Any]:
    """Send a photo cut off at places spread over the whole request; every second one ends with a reset."""
    head = browser.upload_head(draft)
    body = multipart(browser.token, [("河邊.jpg".encode(), photo)])
    headers = head["headers"] | {"Host": f"127.0.0.1:{browser.port}", "Cookie": browser.cookies}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"POST {head['path']} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode()
    request = start + body
    # Of the headers, around the boundaries, in the file, and the last bytes.
    first = len(start) + body.index(photo)
    chosen = {*range(len(request) - 40, len(request)), *range(first - 30, first + 10)}
    while len(chosen) < CUTS:
        chosen.add(draw.randrange(1, len(request)) if len(chosen) % 2 else draw.randrange(1, first))
    sent = 0
    for number, place in enumerate(sorted(chosen)):
        with socket.create_connection(("127.0.0.1", browser.port), timeout=30) as sending:
            sending.sendall(request[:place])
            sent += 1
            # Some while the hub is already reading.
            time.sleep(0.02 * (number % 4 > 1))
            if number % 2:
                sending.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    return {"cuts": sent, "in_headers": sum(one < len(start) for one in chosen), "whole": sha256(photo).hexdigest()}


def left(draft: StoryDraft) -> dict[str, Any]:
    """What stands without what it belongs to."""
    storage = storages["private"]
    stored = set()
    for folder in FOLDERS:
        with suppress(FileNotFoundError):
            stored |= {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
    rows = {
        name
        for model in (StoryPhoto, StoryRendition, StoryFile)
        for name in model.objects.values_list("file", flat=True)
    }
    used = DraftAsset.objects.filter(photo__isnull=False).values("photo")
    return {
        "files_without_rows": sorted(stored - rows),
        "rows_without_files": sorted(rows - stored),
        "photos_unused": StoryPhoto.objects.exclude(pk__in=used).count(),
        "temporary": sorted(str(one) for one in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()),
        "assets": draft.assets.count(),
        "sources": sorted(draft.assets.values_list("photo__source_sha256", flat=True)),
    }


def settled(hub: Hub) -> None:
    """Wait until the hub has done with what was cut off: its processes rest, and no file is being read any more."""
    before, rests = -1, 0
    deadline = time.monotonic() + 60
    while rests < RESTS and time.monotonic() < deadline:
        time.sleep(0.2)
        worked = sum(map(ticks, hub.find("granian")))
        rests = rests + 1 if worked - before <= 1 and not hub.find("showcase.decoding") else 0
        before = worked


def ticks(pid: int) -> int:
    """The hundredths of a second a process has worked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def resident(hub: Hub) -> dict[int, float]:
    """Megabytes each process of the hub holds."""
    found = {}
    for pid in [hub.process.pid, *tree(hub.process.pid)]:
        with suppress(OSError):
            found[pid] = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1024**2
    return found


def odd_names() -> Iterator[tuple[str, bytes]]:
    """Names no camera gives, raw as they stand in the request."""
    yield "line ends", "甲\r\nSet-Cookie: a=b\r\n乙.jpg".encode()
    yield "line ends, written", b"a%0D%0Ab.jpg"
    yield "right to left", "河\u202egpj.jpg".encode()
    yield "upwards", b"../../../../etc/passwd.jpg"
    yield "upwards, other slashes", b"..\\..\\windows\\a.jpg"
    yield "nothing", b"a\x00b.jpg"
    yield "300 characters", ("河" * 300 + ".jpg").encode()
    yield "no text", b"\xff\xfe\x80.jpg"
    yield "markup", b"<img src=x onerror=alert(1)>.jpg"
    yield "quoted", b'a\\".jpg'


def bad_files(photo: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Files and what they are called, by the class of answer that is due."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
    yield "pixels", b"bomb.png", uploads.bomb()
    yield "ending", b"drawing.svg", svg
    yield "damaged", b"drawing.jpg", svg
    yield "taken", b"zip.jpg", uploads.photographed(size=(64, 49)) + b"PK\x03\x04" + b"zip" * 9
    yield "taken", b"script.jpg", uploads.photographed(size=(64, 50)) + b"<script>alert(1)</script>"
    yield "not_pdf", b"zine.pdf", b"MZ\x90\x00 foreign head\n" * 99 + uploads.zine()
    yield "not_pdf", b"photo.pdf", photo
    yield "not_video", b"photo.mp4", photo
    yield "empty", b"empty.jpg", b""
    yield "other_kind", b"photo.png", uploads.photographed(size=(64, 51))
    yield "damaged", b"half.jpg", photo[: len(photo) // 2]
    yield "damaged", b"zine.jpg", uploads.zine()
    yield "ending", b"program.exe", b"MZ"
    yield "ending", b"noending", photo


def abuse(browser: Browser, draft: StoryDraft, photo: bytes, folder: Path) -> dict[str, Any]:
    """Send each bad file together with a good one of its own; what was said of both."""
    told = []
    for number, (expected, name, content) in enumerate(bad_files(photo)):
        good = uploads.written("JPEG", uploads.drawn((40 + number, 30)))
        told.append([expected, *answered(browser.upload(draft, [(name, content), ("好.jpg".encode(), good)]))])
    names = [
        [about, *answered(browser.upload(fresh(draft), [(name, uploads.written(picture=uploads.drawn((33, 44))))]))]
        for about, name in odd_names()
    ]
    own = []
    for number, path in enumerate(sample(folder)):
        # What has another ending is not even looked at: every second one comes under a false name.
        name = path.with_suffix(".jpg").name if number % 2 else path.name
        told_of_it = answered(browser.upload(fresh(draft), [(name.encode(), path.read_bytes())]))
        own.append([Path(name).suffix.lower(), *told_of_it])
    return {"bad": told, "names": names, "pillow": own}


def fresh(draft: StoryDraft) -> StoryDraft:
    """Another draft of the same author's, with room."""
    return stories.draft(of=draft.team, author=draft.author)


def sample(folder: Path) -> list[Path]:
    """Some of Pillow's own test images: all that once broke it, up to so many, and others."""
    found = list(pillows_own(folder))
    known = [one for one in found if any(word in one.name for word in NOTORIOUS)]
    others = [one for one in found if one not in known]
    return random.Random(29).sample(known, min(PILLOWS, len(known))) + random.Random(31).sample(others, PILLOWS)


def answered(answer: tuple[int, bytes]) -> tuple[int, Any]:
    """Status, and for each file whether it was taken and what was said."""
    status, content = answer
    try:
        return status, [[one["taken"], one["why"], one["name"]] for one in json.loads(content)["files"]]
    except ValueError:
        return status, content.decode(errors="replace")[-500:]


def too_many(browser: Browser, draft: StoryDraft, count: int) -> dict[str, Any]:
    """Send more photos than a story may show, as a page without script does, and read what the next one says."""
    photos = [(f"{one}.jpg".encode(), uploads.written("JPEG", uploads.drawn((50 + one, 20)))) for one in range(count)]
    status, _content = browser.upload(draft, photos, script=False)
    _status, page = browser.ask("GET", step(draft, "media"))
    words = BeautifulSoup(page, "html.parser").main.get_text(" ", strip=True)
    return {"status": status, "refused": words.count("沒有收下"), "assets": draft.assets.count(), "words": words[:400]}


@contextmanager
def timed(figures: dict[str, float], name: str) -> Iterator[None]:
    """Note how many seconds something takes."""
    started = time.monotonic()
    yield
    figures[name] = round(time.monotonic() - started, 1)


def acts(browser: Browser, hub: Hub, draw: random.Random, wanted: list[str]) -> dict[str, Any]:
    """All that is done, in order; each asks for a draft of its own."""
    author, seconds, report = browser.user, dict[str, float](), dict[str, Any]()
    team = author.memberships.get().team
    photo = uploads.photographed(size=(1200, 900))
    people = [stories.coauthor(1), stories.coauthor(2)]
    made = [stories.draft(of=team, author=author, people=people if one == 0 else ()) for one in range(4)]
    folder = Path(os.environ["HUB_FOLDER"]) / "pillow"
    folder.mkdir()
    steps: dict[str, Callable[[], Any]] = {
        "submit": lambda: submit(browser, made[0], TIMES),
        "cut": lambda: cut(browser, made[1], photo, draw),
        "bad": lambda: abuse(browser, made[2], photo, folder),
        "many": lambda: too_many(browser, made[3], 31),
    }
    browser.form(step(made[0], "license"))
    report["before"] = resident(hub)
    for name in wanted:
        with timed(seconds, name):
            report[name] = steps[name]()
            settled(hub)
        report[name]["left"] = left(made[list(steps).index(name)])
        report[name]["answers_still"] = browser.ask("GET", "/desk/")[0]
    report["after"] = resident(hub)
    report["commands"] = tree(hub.process.pid)
    return report | {"seconds": seconds, "author": author.email}


def main() -> None:
    """Serve, be rough, report."""
    seed, *wanted = sys.argv[1:]
    team = stories.team()
    author = stories.member(team)
    folder = Path(os.environ["HUB_FOLDER"])
    port = free_port()
    connections.close_all()
    with running(os.environ["DATABASE_URL"], folder, port, settings="tests.served") as hub:
        report = acts(Browser(port, author), hub, random.Random(int(seed)), wanted)
    lines = hub.log.read_text().splitlines()
    report["log"] = [line for line in lines if re.search(r"Traceback|ERROR|CRITICAL|Internal Server Error|panic", line)]
    json.dump(report, sys.stdout, ensure_ascii=False)
