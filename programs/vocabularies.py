"""The words of the founding notice, as codes partners filter by and labels people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """月推、季聚、成果交流會 (R17)."""

    MONTHLY = "monthly", _("Monthly gathering")
    QUARTERLY = "quarterly", _("Quarterly meeting")
    SHOWCASE = "showcase", _("Annual showcase")


class Mechanism(models.TextChoices):
    """The five mechanisms (R6)."""

    NETWORKING = "networking", _("Networking")
    COLLABORATION = "collaboration", _("Collaboration")
    CO_LEARNING = "co_learning", _("Co-learning")
    CONSULTING = "consulting", _("Consulting")
    MATCHING = "matching", _("Public–private matching")


class Format(models.TextChoices):
    """What an event is like (R20, R25, R27)."""

    COURSE = "course", _("Course")
    LECTURE = "lecture", _("Lecture")
    WORKSHOP = "workshop", _("Workshop")
    CAMP = "camp", _("Camp")
    MATCHING = "matching", _("Matching meeting")
    READING_CLUB = "reading_club", _("Reading club")
    SALON = "salon", _("Salon")
    FORUM = "forum", _("Forum")
    FIELD_TRIP = "field_trip", _("Field trip")
    EXHIBITION = "exhibition", _("Exhibition")


class Competence(models.TextChoices):
    """The seven competences (R29)."""

    BUSINESS = "business", _("Business")
    ACCOUNTING = "accounting", _("Accounting")
    LAW = "law", _("Law")
    PRODUCT_MATCHING = "product_matching", _("Product matching")
    BRANDING = "branding", _("Branding")
    COMMUNICATION = "communication", _("Team communication")
    DIGITAL_MARKETING = "digital_marketing", _("Digital marketing")


class Audience(models.TextChoices):
    """Interested, or already at work (R4)."""

    NEWCOMER = "newcomer", _("Newcomers")
    ACTIVE = "active", _("Already active")


class EventStatus(models.TextChoices):
    """How sure a date is (R26)."""

    TENTATIVE = "tentative", _("Tentative")
    SCHEDULED = "scheduled", _("Scheduled")
    RESCHEDULED = "rescheduled", _("Rescheduled")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


class DatePrecision(models.TextChoices):
    """How exact a date is."""

    MONTH = "month", _("Month")
    DAY = "day", _("Day")
    MINUTE = "minute", _("Minute")


class CostCategory(models.TextChoices):
    """What the bureau pays for (R30): the notice's four, the third in its two parts. Never leaves the admin."""

    DESIGN = "design", _("Design and planning")
    EXECUTION = "execution", _("Running the event")
    SUPPORT_GENERAL = "support_general", _("Administrative support: general expenses")
    SUPPORT_TRANSPORT = "support_transport", _("Administrative support: transport")
    EXHIBITION = "exhibition", _("Taking part in exhibitions")


class ResourceKind(models.TextChoices):
    """What teams can apply for (R46–R50)."""

    SUBSIDY = "subsidy", _("Research and development subsidy")
    LOAN = "loan", _("Loan")
    CROWDFUNDING = "crowdfunding", _("Crowdfunding")
    ECOMMERCE = "ecommerce", _("E-commerce")
    PARTNERSHIP = "partnership", _("Partnership and market access")


class RuleDay(models.TextChoices):
    """The days an opening rule is for: 平日, 假日, or whatever the week says."""

    WEEKDAY = "weekday", _("Working days (make-up days too)")
    HOLIDAY = "holiday", _("Weekends and national holidays")
    ANY = "any", _("Any kind of day")


ISO_WEEKDAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
)
