"""`manage.py makemessages`, without guesses."""

from django.core.management.commands.makemessages import Command as MakeMessages


class Command(MakeMessages):
    """Django's own, but a new message stays empty: a guess would be shown to nobody, and hides what is missing."""

    msgmerge_options = [*MakeMessages.msgmerge_options, "--no-fuzzy-matching"]  # noqa: RUF012 - declared so by Django
