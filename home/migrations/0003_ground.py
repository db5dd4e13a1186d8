"""The rows the hub stands on: its clock, the English locale, and a front page in each language."""

from datetime import UTC, datetime

from django.db import migrations
from django.utils import timezone

TITLES = {"zh-hant": "北區青聚點", "en": "Northern Youth Hub"}


def lay(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("home", "HomePage")
    ContentType = apps.get_model("contenttypes", "ContentType")
    apps.get_model("home", "Clock").objects.get_or_create(
        pk=1,
        defaults={"at": datetime(2000, 1, 1, tzinfo=UTC)},  # nothing was told yet
    )

    root = Page.objects.get(depth=1)
    Site.objects.all().delete()
    Page.objects.filter(depth=2).delete()
    content_type, _ = ContentType.objects.get_or_create(app_label="home", model="homepage")
    key = None
    for number, (language_code, title) in enumerate(TITLES.items(), start=1):
        locale, _ = Locale.objects.get_or_create(language_code=language_code)
        slug = "home" if language_code == "zh-hant" else "home-en"
        now = timezone.now()
        page = HomePage(
            title=title,
            draft_title=title,
            slug=slug,
            url_path=f"/{slug}/",
            path=f"{root.path}{number:04d}",
            depth=2,
            numchild=0,
            locale=locale,
            content_type=content_type,
            live=True,
            first_published_at=now,
            last_published_at=now,
        )
        if key:
            page.translation_key = key
        page.save()
        key = page.translation_key
    root.numchild = len(TITLES)
    root.save()
    home = HomePage.objects.get(slug="home")
    Site.objects.create(
        hostname="localhost", port=80, root_page_id=home.pk, is_default_site=True, site_name=TITLES["zh-hant"]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0002_content"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
