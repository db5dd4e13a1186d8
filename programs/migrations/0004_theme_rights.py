"""Staff may add and correct themes; only the keepers of the house may delete one."""

from django.db import migrations

RIGHTS = {"編輯": ("add", "change"), "審核": ("add", "change"), "管理": ("add", "change", "delete")}


def give(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="programs", model="theme"
    )
    for name, acts in RIGHTS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for act in acts:
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=f"{act}_theme", defaults={"name": f"Can {act} theme"}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_review"), ("home", "0005_groups")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
