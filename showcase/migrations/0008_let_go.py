"""That a party is no longer asked is a verb of the record; only its choices change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("showcase", "0007_notices"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
            name="verb",
            field=models.CharField(
                choices=[
                    ("submitted", "Revision handed in"),
                    ("required", "Party added to a revision"),
                    ("let_go", "Party no longer asked"),
                    ("invited", "Party asked"),
                    ("seen", "Page opened"),
                    ("checked", "Age checked"),
                    ("granted", "Consent given"),
                    ("refused", "Consent refused"),
                    ("withdrawn", "Consent withdrawn"),
                    ("cleared", "Everyone agreed: license begins"),
                    ("mandated", "Mandate confirmed"),
                    ("held", "Story held"),
                    ("released", "Hold released"),
                    ("returned", "Sent back"),
                    ("reviewed", "Review began"),
                    ("approved", "Approved"),
                    ("purged", "Erased"),
                ],
                max_length=9,
                verbose_name="what",
            ),
        ),
    ]
