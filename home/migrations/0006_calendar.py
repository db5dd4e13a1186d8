"""Who said what of a calendar day, and the days the laws foresee for the years of the programme so far."""

from django.db import migrations, models

from home.official_calendar import forecast

YEARS = range(2022, 2028)


def fill(apps, schema_editor):
    CalendarDay = apps.get_model("home", "CalendarDay")
    known = set(CalendarDay.objects.values_list("date", flat=True))
    CalendarDay.objects.bulk_create(
        CalendarDay(
            date=day.date,
            day_type=day.day_type,
            name=day.name,
            name_en=day.name_en,
            national=day.national,
            source="forecast",
        )
        for year in YEARS
        for day in forecast(year)
        if day.date not in known
    )


class Migration(migrations.Migration):
    dependencies = [("home", "0005_groups")]

    operations = [
        migrations.AddField(
            model_name="calendarday",
            name="source",
            field=models.CharField(
                choices=[
                    ("forecast", "foreseen by law"),
                    ("official", "official calendar"),
                    ("staff", "entered by staff"),
                ],
                default="staff",
                editable=False,
                max_length=8,
                verbose_name="said by",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
