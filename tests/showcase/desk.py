"""Somebody at the desk, without JavaScript: forms as the pages serve them, filled and sent."""

import io
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from home.models import User
from showcase.models import StoryDraft
from tests.api.editor import served
from tests.showcase import stories

BIRTH = {"birth_year": "84", "birth_month": "5", "birth_day": "5"}


def picture(name="河邊.jpg", color="teal"):
    file = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


@dataclass
class Desk:
    """A browser of a member's, and the page it is on."""

    user: User
    client: Client

    def get(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return BeautifulSoup(answer.content, "html.parser")

    def fill(self, path, **fields):
        """What a form says with some fields filled; ``None`` leaves one out."""
        form = self.get(path).select_one("main form[method=post]")
        data = dict(served(form).lists())
        for name, value in fields.items():
            data[name.replace("__", "-")] = value
        return form.get("action") or path, {name: value for name, value in data.items() if value is not None}

    def send(self, path, status=302, **fields):
        """Fill a page's form and send it, as its first button does."""
        action, data = self.fill(path, **fields)
        answer = self.client.post(action, data)
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return answer

    def script(self, path, **fields):
        """Send it as the script does."""
        action, data = self.fill(path, **fields)
        return self.client.post(action, data, headers={"Accept": "application/json"})

    def write(self, **fields):
        """Begin a story; returns its draft."""
        fields.setdefault("title", "河邊的一天")
        fields.setdefault("text", "我們清了一段河岸。")
        self.send("/desk/stories/new/", next="1", **fields)
        return StoryDraft.objects.latest("pk")


def at(user):
    client = Client()
    client.force_login(user)
    return Desk(user, client)


def member(of=None, **fields):
    return at(stories.member(of or stories.team(), **fields))


def step(draft, name):
    return f"/desk/stories/{draft.uid}/{name}/"


def words(soup):
    return soup.main.get_text(" ", strip=True)
