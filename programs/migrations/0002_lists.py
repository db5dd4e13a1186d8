"""The list pages under each front page, and the notice's four themes."""

from django.db import migrations
from django.utils import timezone

# (app, model, slug, title in Chinese, title in English)
LISTS = (
    ("home", "announcementindexpage", "announcements", "公告", "Announcements"),
    ("programs", "eventindexpage", "events", "活動", "Events"),
    ("programs", "venueindexpage", "venues", "空間", "Venues"),
    ("programs", "resourceindexpage", "resources", "創生資源", "Resources"),
    ("programs", "programindexpage", "programs", "年度計畫", "Programmes"),
)
THEMES = (
    ("agriculture", "農業", "Agriculture"),
    ("ethnicity", "族群", "Ethnic communities"),
    ("culture", "文化", "Culture"),
    ("industry", "產業", "Industry"),
)


def plant(apps, schema_editor):
    HomePage = apps.get_model("home", "HomePage")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Theme = apps.get_model("programs", "Theme")
    keys = {}
    for home in HomePage.objects.select_related("locale").order_by("path"):
        for number, (app, model, slug, chinese, english) in enumerate(LISTS, start=1):
            content_type, _ = ContentType.objects.get_or_create(app_label=app, model=model)
            title = chinese if home.locale.language_code == "zh-hant" else english
            now = timezone.now()
            page = apps.get_model(app, model)(
                title=title,
                draft_title=title,
                slug=slug,
                url_path=f"{home.url_path}{slug}/",
                path=f"{home.path}{number:04d}",
                depth=3,
                numchild=0,
                locale=home.locale,
                content_type=content_type,
                live=True,
                show_in_menus=True,
                first_published_at=now,
                last_published_at=now,
            )
            if slug in keys:
                page.translation_key = keys[slug]
            page.save()
            keys[slug] = page.translation_key
        home.numchild = len(LISTS)
        home.save()
    for code, name, name_en in THEMES:
        Theme.objects.get_or_create(code=code, defaults={"name": name, "name_en": name_en})


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0001_initial"),
        ("home", "0003_ground"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
