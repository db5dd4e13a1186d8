"""How much keys are used, what partners have to take down; 管理 keeps partners, and nobody deletes one."""

import django.db.models.deletion
from django.db import migrations, models

KEEPERS = "管理"


def give_rights(apps, schema_editor):
    """Deleting a partner would delete the proof of what it took down: a partner that ends loses its keys instead."""
    keepers = apps.get_model("auth", "Group").objects.get(name=KEEPERS)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="api", model="partner"
    )
    for act in ("add", "change", "view"):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=f"{act}_partner", defaults={"name": f"Can {act} partner"}
        )
        keepers.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0006_partners"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("home", "0005_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("requests", models.PositiveIntegerField(default=0, verbose_name="requests")),
                (
                    "key",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="api.key"),
                ),
            ],
            options={
                "verbose_name": "use of a key",
                "verbose_name_plural": "uses of keys",
                "ordering": ("day",),
                "constraints": [models.UniqueConstraint(fields=("key", "day"), name="one_use_a_key_and_day")],
            },
        ),
        migrations.CreateModel(
            name="Purge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField()),
                ("type", models.CharField(max_length=16)),
                ("uid", models.UUIDField()),
                ("lang", models.CharField(max_length=8)),
                ("version", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=20)),
                ("withdrawn_at", models.DateTimeField(verbose_name="taken off at")),
                ("purge_by", models.DateTimeField(verbose_name="due")),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="reported at")),
                ("purged_at", models.DateTimeField(null=True, verbose_name="taken down at")),
                ("urls", models.JSONField(default=list, verbose_name="addresses")),
                (
                    "observation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("verified", "seen to be gone"),
                            ("still_present", "still there"),
                            ("unreachable", "could not be checked"),
                        ],
                        max_length=13,
                        verbose_name="what we saw",
                    ),
                ),
                ("observed_at", models.DateTimeField(null=True, verbose_name="looked at")),
                ("observed", models.JSONField(default=list)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("look_at", models.DateTimeField(null=True)),
                ("overdue_at", models.DateTimeField(null=True, verbose_name="reminded at")),
                ("told_again_at", models.DateTimeField(null=True)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="purges",
                        to="api.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "purge",
                "verbose_name_plural": "purges",
                "ordering": ("-seq", "partner"),
                "indexes": [
                    models.Index(fields=["uid", "lang"], name="purge_of_item"),
                    models.Index(fields=["look_at"], name="purge_look_at"),
                    models.Index(fields=["purge_by"], name="purge_by"),
                ],
                "constraints": [models.UniqueConstraint(fields=("partner", "seq"), name="one_purge_a_withdrawal")],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
