"""The lists of teams, stories and appearances under each front page."""

from django.db import migrations
from django.utils import timezone

# (app, model, slug, title in Chinese, title in English)
LISTS = (
    ("showcase", "storyindexpage", "stories", "故事", "Stories"),
    ("programs", "teamindexpage", "teams", "團隊", "Teams"),
    ("showcase", "appearanceindexpage", "appearances", "行動推廣", "Appearances"),
)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEP = 4


def next_step(paths):
    """The tree path step after the last child's, in treebeard's base 36."""
    number = max((int(path[-STEP:], 36) for path in paths), default=0) + 1
    text = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return text.rjust(STEP, "0")


def plant(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    ContentType = apps.get_model("contenttypes", "ContentType")
    keys = {}
    for home in apps.get_model("home", "HomePage").objects.select_related("locale").order_by("path"):
        for app, model, slug, chinese, english in LISTS:
            content_type, _ = ContentType.objects.get_or_create(app_label=app, model=model)
            title = chinese if home.locale.language_code == "zh-hant" else english
            now = timezone.now()
            siblings = Page.objects.filter(path__startswith=home.path, depth=3).values_list("path", flat=True)
            page = apps.get_model(app, model)(
                title=title,
                draft_title=title,
                slug=slug,
                url_path=f"{home.url_path}{slug}/",
                path=f"{home.path}{next_step(siblings)}",
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
            home.numchild += 1
        home.save()


class Migration(migrations.Migration):
    dependencies = [
        ("showcase", "0002_record"),
        ("programs", "0006_teams"),
        ("home", "0007_tags_help"),
    ]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
