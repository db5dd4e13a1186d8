"""The first license text, in force for the hub's whole record. Read by counsel before anybody relies on it."""

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import migrations

LABEL = "公益非營利使用（五年）"
SUMMARY = """\
誰可以用：桃園市政府青年事務局，和你勾選的管道。
用來做什麼：青年政策的宣傳，只限公益出版與非營利活動。
用多久：從最後一位權利人同意那一刻起五年，到期自動下架。
不能做什麼：不能賣、不能商用；沒有勾選「可以改編」，就不能改寫、翻譯或裁切。
作品還是誰的：著作權仍然是你們的，刊登時會寫出團隊和作者。
想反悔：任何一位權利人隨時可以用同一個連結撤回，網站立刻下架；已經印出來的收不回來。"""
BODY = """\
一、授權標的與權利歸屬
本授權的標的是頁面上所列的這一個版本，包含標題、文字、照片、影像、影音與署名。著作財產權與著作人格權都仍屬於著作人；本授權是非專屬授權，不移轉任何權利。

二、被授權人與用途
被授權人是桃園市政府青年事務局（以下稱青年局）。青年局得在你勾選的管道，為推廣青年政策，於公益出版與非營利活動中無償利用本作品。勾選「合作網站」時，青年局得讓接受同一份條款的非營利合作網站轉載；未勾選就不得轉授權。青年局不得販售本作品，也不得用於商業目的。

三、改編
只有全體權利人都勾選「可以改編」，青年局才可以翻譯、節錄、改寫，或以改變畫面內容的方式裁切。每一次改編都是新的版本，須重新取得同意。青年局在社群貼文中另外撰寫的引言不屬於改編。

四、期間
授權期間自最後一位應同意的權利人同意之時起算五年，屆滿即停止利用。期滿前會通知權利人，是否續約由全體權利人重新決定。

五、全體同意與撤回
共同著作須經全體共有人同意；被拍攝的人就自己的肖像各自決定；未成年人須有法定代理人同意。任何一位權利人都可以不附理由撤回，網站與各管道隨即停止顯示，並通知合作網站刪除。已經印製的出版品無法收回。

六、聲明
你聲明：你提供的部分是你自己的創作，或已取得授權；畫面中可辨識的人都知情並同意；使用的音樂已取得授權。作品的著作權如有爭議，由提供的人自行處理；青年局接獲爭議通知時，得先將作品暫停公開。

七、個人資料
為辦理上述授權，青年局蒐集你的姓名、電子郵件、同意的時間與方式；未成年與否只記錄查核結果與出生年。資料在授權期間與其後法定保存期間內，於臺灣境內由青年局與受託維運的單位使用，期滿刪除。你可以請求查詢、閱覽、複製、更正、停止利用或刪除。你可以不提供，但這樣就無法完成授權，這則故事也不會公開。

八、適用法律
本授權依中華民國法律解釋。條文如經修訂，是新的版本，不影響你已經同意的內容。"""


def digest(*parts):
    """As showcase.rules.text_sha256 had it when this text was written."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def write(apps, schema_editor):
    apps.get_model("showcase", "ConsentText").objects.get_or_create(
        code="tyc-pi-5y-v1",
        lang="zh-hant",
        defaults={
            "label": LABEL,
            "summary": SUMMARY,
            "body": BODY,
            "sha256": digest(LABEL, SUMMARY, BODY),
            # The programme's year 110, so that every story handed in since can have been asked by it.
            "effective_from": datetime(2021, 1, 1, tzinfo=ZoneInfo("Asia/Taipei")),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("showcase", "0003_lists")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
