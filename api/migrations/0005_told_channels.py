"""Which channels an entry was ever told on. Until now there were only the bureau's own items, which stand on all."""

from django.db import migrations, models

# site, partner_sites and facebook, as home.visibility.Channel had them when this was written.
TOLD = 1 | 2 | 4


def remember(apps, schema_editor):
    apps.get_model("api", "Entry").objects.update(told_channels=TOLD)


class Migration(migrations.Migration):
    dependencies = [("api", "0004_mutual")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="told_channels",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["uid", "lang"], name="change_of_item"),
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
