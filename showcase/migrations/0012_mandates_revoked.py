"""That a confirmed mandate can be revoked, by whom and why; and the verb by which the record tells it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("showcase", "0011_not_replaced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="mandate",
            name="revoke_reason",
            field=models.TextField(blank=True, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="mandate",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="revoked at"),
        ),
        migrations.AddField(
            model_name="mandate",
            name="revoked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
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
                    ("revoked", "Mandate revoked"),
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
