"""What was declared of a version as it was handed in is frozen with it; of earlier ones nothing is known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("showcase", "0009_drafts_kept")]

    operations = [
        migrations.AddField(
            model_name="storyrevision",
            name="declared",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
