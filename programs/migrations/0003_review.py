"""Review before publishing: announcements by 「公告審核」, everything else by 「計畫內容審核」; 管理 keeps the themes."""

from django.db import migrations

REVIEWERS = ("審核", "管理")


def set_up(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")

    content_type, _ = ContentType.objects.get_or_create(app_label="home", model="reviewtask")
    task = apps.get_model("home", "ReviewTask").objects.create(name="審核", content_type=content_type)
    task.groups.set(Group.objects.filter(name__in=REVIEWERS))
    # A page takes the workflow of the nearest page above it that has one.
    for name, model in (
        ("計畫內容審核", apps.get_model("home", "HomePage")),
        ("公告審核", apps.get_model("home", "AnnouncementIndexPage")),
    ):
        workflow = Workflow.objects.create(name=name)
        apps.get_model("wagtailcore", "WorkflowTask").objects.create(workflow=workflow, task_id=task.pk, sort_order=0)
        for page in model.objects.all():
            WorkflowPage.objects.create(workflow=workflow, page_id=page.pk)

    keepers = Group.objects.get(name="管理")
    content_type, _ = ContentType.objects.get_or_create(app_label="programs", model="theme")
    for act in ("add", "change", "delete"):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=f"{act}_theme", defaults={"name": f"Can {act} theme"}
        )
        keepers.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0002_lists"),
        ("home", "0005_groups"),
    ]

    operations = [migrations.RunPython(set_up, migrations.RunPython.noop)]
