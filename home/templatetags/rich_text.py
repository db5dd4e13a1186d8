"""Rich text in templates."""

from django import template

from home.rich_text import clean

register = template.Library()
register.filter("clean", clean)
