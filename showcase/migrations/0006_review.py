"""Stories have a review of their own, 「故事審核」; 管理 keeps the license texts."""

import django.db.models.deletion
from django.db import migrations, models

REVIEWERS = ("審核", "管理")
NAME = "故事審核"


def set_up(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")

    content_type, _ = ContentType.objects.get_or_create(app_label="showcase", model="storyreviewtask")
    task = apps.get_model("showcase", "StoryReviewTask").objects.create(name=NAME, content_type=content_type)
    task.groups.set(Group.objects.filter(name__in=REVIEWERS))
    workflow = apps.get_model("wagtailcore", "Workflow").objects.create(name=NAME)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(workflow=workflow, task_id=task.pk, sort_order=0)
    for page in apps.get_model("showcase", "StoryIndexPage").objects.all():
        apps.get_model("wagtailcore", "WorkflowPage").objects.create(workflow=workflow, page_id=page.pk)

    keepers = Group.objects.get(name="管理")
    content_type, _ = ContentType.objects.get_or_create(app_label="showcase", model="consenttext")
    for act in ("add", "change"):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=f"{act}_consenttext", defaults={"name": f"Can {act} license text"}
        )
        keepers.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("home", "0008_image_credit_in_english"),
        ("programs", "0003_review"),
        ("showcase", "0004_license_text"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoryReviewTask",
            fields=[
                (
                    "reviewtask_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="home.reviewtask",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of stories",
                "verbose_name_plural": "reviews of stories",
                "abstract": False,
            },
            bases=("home.reviewtask",),
        ),
        migrations.RunPython(set_up, migrations.RunPython.noop),
    ]
