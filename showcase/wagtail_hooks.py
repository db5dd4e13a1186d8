"""What stories add to the admin."""

from wagtail import hooks

from .editorial.action_menu import grey_approval

hooks.register("construct_page_action_menu", grey_approval)
