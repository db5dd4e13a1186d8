"""Lists of snippets in two languages."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.menus import MenuItem
from wagtail.models import Locale
from wagtail.snippets.views.snippets import IndexView


class TranslatedIndexView(IndexView):
    """A list that asks once which rows lack a language; Wagtail's hook asks for each row."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """The rows, each knowing whether it lacks a language."""
        spoken = self.model._default_manager.filter(translation_key=OuterRef(OuterRef("translation_key")))
        missing = Locale.objects.exclude(pk__in=spoken.values("locale"))
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.annotate(lacks_language=Exists(missing))

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        """Wagtail's buttons, and the one for translating."""
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if instance.lacks_language and self.request.user.has_perm("simple_translation.submit_translation"):
            names = (self.model._meta.app_label, self.model._meta.model_name, instance.pk)
            url = reverse("simple_translation:submit_snippet_translation", args=names)
            buttons.append(MenuItem(_("Translate"), url, icon_name="globe", priority=100))
        return buttons

    def get_list_buttons(self, instance: Any) -> list[Any]:
        """Past the hook that asks for each row."""
        buttons: list[Any] = super(IndexView, self).get_list_buttons(instance)
        return buttons
