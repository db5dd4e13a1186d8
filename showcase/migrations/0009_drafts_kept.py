"""When the writers of a draft that nobody goes on with were told that it goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("showcase", "0008_let_go"),
    ]

    operations = [
        migrations.AddField(
            model_name="storydraft",
            name="told_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
