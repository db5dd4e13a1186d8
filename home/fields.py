"""Model fields for short lists kept in one JSON column, with the form fields editors expect."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChoicesField(models.JSONField):
    """A list of codes from a fixed vocabulary, in the vocabulary's order; edited as check boxes."""

    def __init__(self, *args: Any, vocabulary: Iterable[tuple[Any, Any]] = (), **kwargs: Any) -> None:
        self.vocabulary = tuple(vocabulary)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse codes outside the vocabulary.

        Raises:
            ValidationError: naming the unknown codes.
        """
        super().validate(value, model_instance)
        unknown = [code for code in value if code not in dict(self.vocabulary)]
        if unknown:
            raise ValidationError(_("Unknown choice: %(codes)s."), params={"codes": ", ".join(unknown)})

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Keep the vocabulary's order, once each."""
        value = super().clean(value or [], model_instance)
        return [code for code, _label in self.vocabulary if code in value]

    def code(self, value: Any) -> Any:
        """The vocabulary's own code for what a browser sends of it; weekdays are numbers."""
        return next(code for code, _label in self.vocabulary if str(code) == value)

    def formfield(self, **kwargs: Any) -> Any:
        """One check box a word."""
        return forms.TypedMultipleChoiceField(
            choices=self.vocabulary,
            coerce=self.code,
            required=not self.blank,
            label=kwargs.get("label") or self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


class LinesFormField(forms.CharField):
    """A text area whose lines are the list."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read lines as a list, without blank ones."""
        if isinstance(value, list):
            return value
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as lists."""
        return self.to_python(initial) != self.to_python(data)


class LinesField(models.JSONField):
    """A list of short texts, edited one a line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """A text area, one entry a line."""
        return LinesFormField(
            required=not self.blank,
            label=kwargs.get("label") or self.verbose_name,
            help_text=self.help_text or _("One per line."),
            widget=forms.Textarea(attrs={"rows": 4}),
        )
