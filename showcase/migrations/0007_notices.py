"""Notices of ending licenses, and what the Personal Data Protection Act wants told beside the first license text."""

import hashlib

import django.db.models.deletion
from django.db import migrations, models

NOTICE = """\
誰在蒐集：桃園市政府青年事務局。青聚點網站由青年局委託的單位維運，依契約辦理，不能另作他用。
為了什麼：辦理這則作品的授權、刊登與推廣，並留下授權的證明（特定目的：契約、類似契約或其他法律關係事務）。
哪些資料：姓名、電子郵件、是否成年與出生年、你同意或撤回的時間、當時的網路位址與瀏覽器。生日只在當下用來查核，不會留存。
用多久：授權期間，以及授權結束後為了查證而保留的期間；期滿就刪除。
在哪裡用：臺灣。
誰會用到：青年局與受託維運的單位。合作網站只會收到作品和署名，不會收到你的聯絡方式。
怎麼用：以網站和電子郵件處理，不做自動化的評分或決定。
你的權利：依《個人資料保護法》第 3 條，你可以請求查詢、閱覽、製給複製本、補充、更正、停止蒐集處理利用或刪除，請洽網站上的聯繫窗口。
不提供會怎樣：你可以不提供。這樣就無法完成授權，這則故事也不會公開，其他權益不受影響。"""


def write(apps, schema_editor):
    """Beside a text nobody was shown yet; one in use keeps its words and its hash."""
    for text in apps.get_model("showcase", "ConsentText").objects.filter(code="tyc-pi-5y-v1", lang="zh-hant"):
        if not (text.revisions.exists() or text.grants.exists()):
            text.notice = NOTICE
            # As showcase.models.ConsentText.save had it when this was written.
            parts = (text.label, text.summary, text.body, text.notice)
            text.sha256 = hashlib.sha256("\0".join(parts).encode()).hexdigest()
            text.save()


class Migration(migrations.Migration):
    dependencies = [("showcase", "0006_review")]

    operations = [
        migrations.AddField(
            model_name="consenttext",
            name="notice",
            field=models.TextField(
                blank=True,
                help_text="What §8 and §9 of the Personal Data Protection Act want told; one line each, as in: who：us.",
                verbose_name="notice on personal data",
            ),
        ),
        migrations.CreateModel(
            name="EndingNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ends_at", models.DateTimeField(verbose_name="in force until")),
                ("days", models.PositiveSmallIntegerField(verbose_name="days before")),
                (
                    "story_revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ending_notices",
                        to="showcase.storyrevision",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of an ending license",
                "verbose_name_plural": "notices of ending licenses",
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["days", "ends_at"], name="notice_of_end")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("story_revision", "ends_at", "days"), name="one_notice_an_end_and_day"
                    )
                ],
            },
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
