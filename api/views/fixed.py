"""Answers that depend on our code and its settings, not on what was told."""

import hashlib
from abc import abstractmethod
from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string

from api.parameters import Asked
from api.reading import Answer, Epoch, ReadingView
from home.languages import DEFAULT_LANG, LANGS
from home.reading import LanguageLink


class FixedView(ReadingView):
    """An answer known by its content: nobody can say when it last changed, so it has no Last-Modified."""

    @abstractmethod
    def answer(self, asked: Asked) -> Answer:
        """The answer.

        Raises:
            Problem: when there is none.
        """

    def epoch(self) -> Epoch:
        """Only how much was told, for Content-Seq."""
        return replace(Epoch.read(), told_at=None, boundary=None, coming=None)

    def question(self, asked: Asked) -> tuple[str, ...]:
        """The answer itself stands for the question."""
        self.made = self.answer(asked)
        return (*super().question(asked), self.made.content_type, hashlib.sha256(self.made.body).hexdigest())

    def read(self, asked: Asked, epoch: Epoch, **_kwargs: Any) -> Answer:
        """The answer made for its tag."""
        del asked, epoch
        return self.made


def page(template: str, address: str, lang: str, **context: Any) -> bytes:
    """A page of ours in the language that is active; its header leads to the same page in the other."""
    links = [
        LanguageLink(other, address if other == DEFAULT_LANG else f"{address}?lang={other}", same_page=True)
        for other in LANGS.values()
        if other != lang
    ]
    context |= {"address": address, "lang": lang, "languages": links}
    return render_to_string(template, context).encode()
