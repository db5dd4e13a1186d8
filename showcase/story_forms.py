"""What readers may narrow the list of stories by, in the address."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from home.counties import COUNTIES
from programs.models import Theme


def _themes() -> list[tuple[str, str]]:
    """The themes in the reader's language, by code."""
    english = get_language() == "en"
    return [(theme.code, (theme.name_en if english else "") or theme.name) for theme in Theme.objects.all()]


def _theme_choices() -> list[tuple[str, object]]:
    return [("", _("All themes")), *_themes()]


class StoryFilter(forms.Form):
    """Which stories to list. What is not understood is left out of the question, and the page says so."""

    county = forms.ChoiceField(label=_("County"), required=False, choices=[("", _("All counties")), *COUNTIES])
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=_theme_choices)

    use_required_attribute = False

    @property
    def chosen(self) -> list[str]:
        """What was asked for, in words."""
        asked = [(name, self.cleaned_data.get(name)) for name in ("county", "theme")]
        words = {name: dict(self.fields[name].choices) for name, _value in asked}  # type: ignore[attr-defined]  # a ChoiceField's
        return [str(words[name][value]) for name, value in asked if value]
