"""Answers that depend on our code and its settings, not on what was told."""

import hashlib
from abc import abstractmethod
from dataclasses import replace
from typing import Any

from api.parameters import Asked
from api.reading import Answer, Epoch, ReadingView


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
