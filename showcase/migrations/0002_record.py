"""The record of consent is append-only: the database itself refuses UPDATE, DELETE and TRUNCATE."""

from django.db import migrations

TABLE = "showcase_consentevent"

SQLITE = (
    f"""CREATE TRIGGER {TABLE}_keeps_update BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'the record of consent is append-only'); END""",
    f"""CREATE TRIGGER {TABLE}_keeps_delete BEFORE DELETE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'the record of consent is append-only'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION {TABLE}_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the record of consent is append-only'; END $$""",
    f"""CREATE TRIGGER {TABLE}_keeps_rows BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_keeps()""",
    # TRUNCATE passes row triggers.
    f"""CREATE TRIGGER {TABLE}_keeps_all BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_keeps()""",
)
UNDO = {
    "sqlite": (f"DROP TRIGGER {TABLE}_keeps_update", f"DROP TRIGGER {TABLE}_keeps_delete"),
    "postgresql": (f"DROP FUNCTION {TABLE}_keeps() CASCADE",),
}


def protect(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def unprotect(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("showcase", "0001_initial")]

    operations = [migrations.RunPython(protect, unprotect)]
