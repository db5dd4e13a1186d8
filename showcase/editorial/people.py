"""Asking people again, at the right address, naming whoever answers beside a minor, and erasing who asks for it."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from home.birth_dates import AskAnewForm
from home.models import Clock
from showcase.flows import asking, purging
from showcase.models import Party
from showcase.staff_forms import AddressForm, ErasePersonForm, GuardianForm

from .door import StoryView
from .erasing import KEEPS_HOUSE

PROVED: Final = _("This person has answered by this address: it is right, and nobody else may change it.")
STANDS: Final = _("This person’s consent stands: there is nothing to ask.")


class PartyView(StoryView):
    """A page about one person of a story."""

    party: Party

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Find the person among the story's.

        Raises:
            Http404: for nobody, for another story's, and for who was erased.
        """
        super().setup(request, *args, **kwargs)
        self.party = get_object_or_404(self.story.parties.filter(purged_at=None), pk=kwargs["party"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the person."""
        return super().get_context_data(**kwargs) | {"party": self.party}


class AskAgainView(PartyView, FormView[AddressForm]):
    """Sends somebody a new link, to another address where the first was wrong."""

    form_class = AddressForm
    template_name = "showcase/admin/ask_again.html"
    page_title = _("Ask again")
    header_icon = "mail"

    def get_initial(self) -> dict[str, Any]:
        """The address as it stands."""
        return {"email": self.party.email}

    def form_valid(self, form: AddressForm) -> HttpResponse:
        """Ask, or say why not."""
        email = form.cleaned_data["email"].strip().lower()
        moving = email != self.party.email
        try:
            if moving:
                asking.correct_address(self.party, email, Clock.now())
            else:
                asking.ask_again(self.party, Clock.now())
        except asking.AlreadyAnsweredError:
            form.add_error("email" if moving else None, PROVED if moving else STANDS)
        except asking.OwnAddressError:
            form.add_error("email", _("A minor and the legal representative need an address each."))
        except asking.TooManyMailsError:
            form.add_error(
                None, _("People in this story were written to often enough today. Please try again tomorrow.")
            )
        return self.form_invalid(form) if form.errors else self.done(_("A new link was sent; the one before is dead."))


class GuardianView(PartyView, FormView[GuardianForm]):
    """Asks a minor's legal representative too."""

    form_class = GuardianForm
    template_name = "showcase/admin/guardian.html"
    page_title = _("Name a legal representative")
    header_icon = "group"

    def form_valid(self, form: GuardianForm) -> HttpResponse:
        """Ask, or say why not."""
        if not self.party.minor:
            form.add_error(None, _("This person is of age, as far as we know, and answers alone."))
        else:
            try:
                asking.name_guardian(self.party, form.cleaned_data["name"], form.cleaned_data["email"], Clock.now())
            except asking.OwnAddressError:
                form.add_error("email", _("A minor and the legal representative need an address each."))
            except asking.TooManyMailsError:
                form.add_error(
                    None, _("People in this story were written to often enough today. Please try again tomorrow.")
                )
        return self.form_invalid(form) if form.errors else self.done(_("The legal representative was asked."))


class AskAgeAgainView(PartyView, FormView[AskAnewForm]):
    """Forgets an age that was mistyped, and asks its person anew."""

    form_class = AskAnewForm
    template_name = "showcase/admin/ask_age_again.html"
    page_title = _("Ask for the date of birth again")
    header_icon = "calendar"

    def form_valid(self, form: AskAnewForm) -> HttpResponse:
        """Ask, or say why not."""
        try:
            asking.ask_age_again(self.party, self.by, form.cleaned_data["reason"], Clock.now())
        except asking.AgeUnknownError:
            form.add_error(None, _("Nothing is known of this person’s age: there is nothing to forget."))
        except asking.TooManyMailsError:
            form.add_error(
                None, _("People in this story were written to often enough today. Please try again tomorrow.")
            )
        return self.form_invalid(form) if form.errors else self.done(_("Forgotten. A new link was sent."))


class ErasePersonView(PartyView, FormView[ErasePersonForm]):
    """Erases what is known of one person, at their request; a consent that stands is withdrawn with it."""

    form_class = ErasePersonForm
    template_name = "showcase/admin/erase_person.html"
    page_title = _("Erase this person")
    header_icon = "bin"

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Let in whoever keeps house.

        Raises:
            PermissionDenied: for everybody else.
        """
        super().setup(request, *args, **kwargs)
        if not self.by.has_perm(KEEPS_HOUSE):
            raise PermissionDenied

    def form_valid(self, form: ErasePersonForm) -> HttpResponse:
        """Erase them, or say why not."""
        try:
            purging.purge_party(self.party, Clock.now(), self.by)
        except purging.HeldError:
            form.add_error(None, _("The story is held: what a dispute is about is kept until it is settled."))
            return self.form_invalid(form)
        return self.done(_("Erased. The record of consent stays; it names nobody."))
