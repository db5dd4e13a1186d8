"""SQLite's REPLACE deletes without asking the trigger on DELETE: an event already there is not inserted anew.

PostgreSQL has no such word: its keys refuse a second one, and ON CONFLICT DO UPDATE is an UPDATE.
"""

from django.db import migrations

TABLE = "showcase_consentevent"
# By its number, by its hash, and by the place of its row, which SQLite lets anybody name.
KEEP = f"""CREATE TRIGGER {TABLE}_keeps_insert BEFORE INSERT ON {TABLE}
    WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE seq = NEW.seq OR hash = NEW.hash OR rowid = NEW.rowid)
    BEGIN SELECT RAISE(ABORT, 'the record of consent is append-only'); END"""


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(KEEP)


def unprotect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {TABLE}_keeps_insert")


class Migration(migrations.Migration):
    dependencies = [("showcase", "0010_declared")]

    operations = [migrations.RunPython(protect, unprotect)]
