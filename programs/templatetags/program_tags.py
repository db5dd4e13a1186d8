"""The programme year in templates."""

from datetime import date, datetime, time
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from home.counties import COUNTIES
from home.models import BasePage, Contact
from home.reading import versions
from home.taiwan import chinese_month, day_text, english_month, local
from home.templatetags.site_tags import lang_in, now_in
from programs import reading
from programs.forms import EventFilter
from programs.models import EventPage, OpeningHours, ProgramPage, ResourcePage, VenuePage
from programs.opening_hours import DayHours, Why
from programs.spans import Span
from programs.vocabularies import EventKind, EventStatus, RuleDay

register = template.Library()

WEEK = 7


@register.simple_tag(takes_context=True)
def current_program(context: Context) -> ProgramPage | None:
    """This year's edition."""
    return reading.current_program(lang_in(context), now_in(context))


@register.simple_tag(takes_context=True)
def organizations_of(context: Context, item: Any) -> list[tuple[str, list[Any]]]:
    """Who stands behind a programme or an event, by role."""
    return reading.organizations_of(item, lang_in(context), now_in(context))


@register.inclusion_tag("programs/parts/year_strip.html", takes_context=True)
def year_strip(context: Context, program: ProgramPage | None, shown: date | None = None) -> dict[str, Any]:
    """The twelve months of a year: of the day shown, else of the programme, else this one."""
    shown = shown or None  # a template hands over "" for what is not there
    page, now = context["page"], now_in(context)
    year = shown.year if shown else program.year if program else local(now).year
    months = reading.year_strip(page, year, program, now)
    return {
        "months": [(month, shown is not None and month.first.month == shown.month) for month in months],
        "page": page,
        "events_path": reading.section_paths(page, now).get("events"),
    }


@register.inclusion_tag("programs/parts/county_map.html", takes_context=True)
def county_map(context: Context, chosen: str = "") -> dict[str, Any]:
    """The seven counties, each a way to its events."""
    tiles = [{"code": code, "name": name, "chosen": code == chosen} for code, name in COUNTIES]
    paths = reading.section_paths(context["page"], now_in(context))
    return {"tiles": tiles, "events_path": paths.get("events")}


@register.simple_tag(takes_context=True)
def section_paths(context: Context) -> dict[str, str]:
    """Paths of the lists of each kind, in the page's language."""
    return reading.section_paths(context["page"], now_in(context))


@register.simple_tag(takes_context=True)
def first_day(context: Context) -> date:
    """The day the event that is shown begins on, as far as it is known."""
    return reading.span_of(context["page"]).first


@register.filter
def kind_label(code: str) -> str:
    """The word for a kind of event."""
    return str(EventKind(code).label)


@register.simple_tag(takes_context=True)
def event_filter(context: Context) -> EventFilter:
    """What the reader asked of the event list, understood or not."""
    form = EventFilter(context["request"].GET)
    form.is_valid()
    return form


@register.simple_tag(takes_context=True)
def listed_events(context: Context, wanted: EventFilter) -> Any:
    """The events of the page that is shown, as the reader asked."""
    return reading.listed_events(context["page"], wanted.cleaned_data, now_in(context))


@register.simple_tag(takes_context=True)
def coming_events(context: Context, most: int) -> list[reading.EventRow]:
    """The next events."""
    page, now = context["page"], now_in(context)
    return reading.event_rows(reading.coming_events(page, now)[:most], page.lang, now)


@register.simple_tag(takes_context=True)
def program_events(context: Context, program: ProgramPage) -> list[reading.EventRow]:
    """The events of an edition."""
    now = now_in(context)
    return reading.event_rows(reading.program_events(program, now), lang_in(context), now)


@register.simple_tag(takes_context=True)
def sessions_of(context: Context, event: EventPage) -> list[reading.EventRow]:
    """The sessions of an event."""
    now = now_in(context)
    return reading.event_rows(reading.sessions_of(event, now), lang_in(context), now)


@register.simple_tag(takes_context=True)
def rows_by_month(context: Context, events: Any) -> list[reading.MonthRows]:
    """A list of events gathered by month."""
    return reading.by_month(reading.event_rows(events, lang_in(context), now_in(context)))


@register.simple_tag(takes_context=True)
def programs(context: Context) -> Any:
    """The editions of the list page that is shown."""
    return reading.programs(context["page"], now_in(context))


@register.simple_tag(takes_context=True)
def venues(context: Context, parent: BasePage) -> Any:
    """The venues below a page."""
    return reading.venues(parent, now_in(context))


@register.simple_tag(takes_context=True)
def resources(context: Context) -> Any:
    """The resources of the list page that is shown."""
    return reading.resources(context["page"], now_in(context))


@register.simple_tag(takes_context=True)
def fortnight(context: Context, venue: VenuePage) -> list[DayHours]:
    """A venue's hours today and on the thirteen days after."""
    return reading.fortnight(venue, now_in(context))


@register.simple_tag
def plan_rows(program: ProgramPage) -> list[reading.PlanRow]:
    """A programme's plan by kind."""
    return reading.plan_rows(program)


@register.simple_tag(takes_context=True)
def months_of(context: Context, row: reading.PlanRow) -> str:
    """A kind's months in one line, with how many events where there are several: 3月（2 場）、5月."""
    return pgettext("between words", ", ").join(
        _planned(month_name(context, month), count) for month, count in row.months
    )


def _planned(month: str, count: int) -> str:
    words = ngettext("%(month)s (%(count)d event)", "%(month)s (%(count)d events)", count)
    return words % {"month": month, "count": count} if count > 1 else month


@register.simple_tag(takes_context=True)
def stage_of(context: Context, resource: ResourcePage) -> str:
    """Whether one can apply now, later or no more: open, later, closed."""
    return reading.stage_of(resource, now_in(context))


@register.simple_tag(takes_context=True)
def registration_stage(context: Context, event: EventPage) -> str:
    """Whether one can register now, later or no more: open, later, closed; empty where there is nothing to register."""
    now = now_in(context)
    if not event.registration_url or event.status == EventStatus.CANCELLED:
        return ""
    closes = event.registration_closes_at or event.last_instant
    if closes <= now:
        return reading.CLOSED
    opens = event.registration_opens_at
    return reading.LATER if opens and opens > now else reading.OPEN


@register.simple_tag
def told_before(event: EventPage) -> Any:
    """The date told before an event moved."""
    earlier = reading.told_before(event)
    return reading.span_of(earlier) if earlier else None


@register.simple_tag(takes_context=True)
def when(context: Context, item: Span | EventPage, *, year: bool = True) -> SafeString:
    """When something takes place, for people and machines."""
    span = item if isinstance(item, Span) else reading.span_of(item)
    lang = lang_in(context)
    gap = " " if lang == "en" else ""
    pieces = format_html_join(gap, "<span>{}</span>", ((piece,) for piece in span.pieces(lang, year=year)))
    return format_html('<time datetime="{}">{}</time>', span.machine, pieces)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date, *, year: bool = True) -> SafeString:
    """A day with its weekday."""
    text = day_text(value, lang_in(context), year=year)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag(takes_context=True)
def month_name(context: Context, month: date, *, year: bool = False) -> str:
    """A month's name: 3月 or March, with its year 115年3月 or March 2026."""
    return english_month(month, year=year) if lang_in(context) == "en" else chinese_month(month, year=year)


@register.filter
def hours(intervals: tuple[tuple[time, time], ...]) -> str:
    """Opening hours of a day: 09:00–12:00, 13:00–18:00."""
    comma = pgettext("between words", ", ")
    return comma.join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in intervals)


@register.filter
def days_of(rule: OpeningHours) -> str:
    """The days a rule is for, in words: working days; Tuesday to Saturday; every day."""
    kind, days = rule.day_type, sorted(rule.days)
    if len(days) == WEEK:
        return gettext("Every day") if kind == RuleDay.ANY else rule.get_day_type_display()
    return _weekdays(days) if kind == RuleDay.ANY else f"{rule.get_day_type_display()} {_weekdays(days)}"


def _weekdays(days: list[int]) -> str:
    names = dict(OpeningHours._meta.get_field("days").vocabulary)
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004 - three in a row make a range
        return gettext("%(first)s to %(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    return pgettext("between words", ", ").join(str(names[day]) for day in days)


@register.filter
def why(hours_of_day: DayHours) -> str:
    """What decided a day's hours, in words; empty where there is nothing to explain."""
    told = {
        Why.MAKE_UP_DAY: gettext("make-up working day: weekday hours"),
        Why.HOLIDAY: gettext("holiday hours"),
        Why.NATIONAL_HOLIDAY: gettext("closed on national holidays"),
        Why.CLOSED_BY_RULE: gettext("regular closing day"),
    }.get(hours_of_day.why, "")
    return pgettext("between a name and its meaning", ": ").join(part for part in (hours_of_day.note, told) if part)


@register.simple_tag(takes_context=True)
def instant(context: Context, value: datetime) -> SafeString:
    """A day with its time."""
    return when(context, Span(value, None))


@register.simple_tag(takes_context=True)
def themes_of(context: Context, event: EventPage) -> list[str]:
    """The themes of an event, in the reader's language."""
    english = lang_in(context) == "en"
    return [(theme.name_en if english else "") or theme.name for theme in event.themes.all()]


@register.simple_tag(takes_context=True)
def contacts_of(context: Context, program: ProgramPage) -> list[Contact]:
    """Whom to ask about an edition, in the editor's order."""
    contacts = [row.contact for row in program.contacts.select_related("contact")]
    shown = versions(contacts, lang_in(context), now_in(context))
    return [shown[contact.translation_key] for contact in contacts if contact.translation_key in shown]
