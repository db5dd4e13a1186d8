"""The three groups of staff with the least rights each needs: 編輯 writes, 審核 publishes, 管理 keeps house.

Rights on pages stand on the two front pages, not on the root: nobody but a superuser adds a site. Wagtail's own
groups, their review and their workflow go: they would be a second, wider door.
"""

from django.db import migrations

STAFF = ("編輯", "審核", "管理")
REVIEWERS = ("審核", "管理")
KEEPERS = ("管理",)

# (groups, app, model, acts): rights on everything of that kind.
RIGHTS = (
    (STAFF, "wagtailadmin", "admin", ("access_admin",)),
    (STAFF, "simple_translation", "simpletranslation", ("submit_translation",)),
    (STAFF, "home", "contact", ("add", "change")),
    (STAFF, "home", "organization", ("add", "change")),
    (REVIEWERS, "home", "contact", ("publish",)),
    (REVIEWERS, "home", "organization", ("publish",)),
    (KEEPERS, "home", "contact", ("delete",)),
    (KEEPERS, "home", "organization", ("delete",)),
    (KEEPERS, "home", "calendarday", ("add", "change", "delete")),
    (KEEPERS, "home", "user", ("add", "change", "delete")),
    (KEEPERS, "wagtailcore", "site", ("change",)),
    (KEEPERS, "wagtailredirects", "redirect", ("add", "change", "delete")),
)
# (groups, acts): rights on the pages below the front pages.
PAGE_RIGHTS = (
    (STAFF, ("add", "change")),
    (REVIEWERS, ("publish", "lock", "unlock")),
    (KEEPERS, ("bulk_delete",)),
)
# (groups, app, model, acts): rights on files, given on the root collection. Wagtail's policy asks for the permissions
# of its own models, lets whoever may add edit and delete what he added, and takes "change" as "delete" too.
FILE_RIGHTS = (
    (STAFF, "wagtailimages", "image", ("add", "choose")),
    (STAFF, "wagtaildocs", "document", ("add", "choose")),
    (REVIEWERS, "wagtailimages", "image", ("change",)),
    (REVIEWERS, "wagtaildocs", "document", ("change",)),
    (KEEPERS, "wagtailcore", "collection", ("add", "change", "delete")),
)
WHOLE_CODENAMES = {"access_admin", "submit_translation"}


def _permission(apps, app, model, act):
    """The permission, made now if Django would only make it after this migration."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    codename = act if act in WHOLE_CODENAMES else f"{act}_{model}"
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return permission


def found(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in STAFF}
    for names, app, model, acts in RIGHTS:
        for act in acts:
            permission = _permission(apps, app, model, act)
            for name in names:
                groups[name].permissions.add(permission)

    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    for home in apps.get_model("home", "HomePage").objects.all():
        for names, acts in PAGE_RIGHTS:
            for act in acts:
                permission = _permission(apps, "wagtailcore", "page", act)
                for name in names:
                    GroupPagePermission.objects.get_or_create(
                        group=groups[name], page_id=home.pk, permission=permission
                    )

    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for names, app, model, acts in FILE_RIGHTS:
        for act in acts:
            permission = _permission(apps, app, model, act)
            for name in names:
                GroupCollectionPermission.objects.get_or_create(
                    group=groups[name], collection=root, permission=permission
                )


def clear(apps, schema_editor):
    """Take away what Wagtail's own migrations set up."""
    apps.get_model("wagtailcore", "Workflow").objects.filter(name="Moderators approval").delete()
    apps.get_model("wagtailcore", "Task").objects.filter(name="Moderators approval").delete()
    apps.get_model("auth", "Group").objects.filter(name__in=("Moderators", "Editors")).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0004_review_task"),
        ("simple_translation", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0011_add_choose_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtailredirects", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(found, migrations.RunPython.noop),
        migrations.RunPython(clear, migrations.RunPython.noop),
    ]
