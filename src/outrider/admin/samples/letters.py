"""Plain letters: who wrote what, in which language and which character set. A table, nothing else."""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec import Struct

ALICE: Final = ("Alice Example", "alice@example.org")
BOB: Final = ("Bob Example", "bob@example.org")

Person: TypeAlias = tuple[str, str]


class Letter(Struct, frozen=True, kw_only=True):
    """A mail of plain text. `days` is its age; `charset` and `encoding` are how it is written, `raw_subject`
    leaves the subject in that character set without saying so, as old programs did."""

    name: str
    days: float
    sender: Person
    subject: str
    text: str
    folder: tuple[str, ...] = ("Inbox",)
    charset: str = "utf-8"
    encoding: str = "quoted-printable"
    raw_subject: bool = False
    read: bool = True
    flagged: bool = False
    important: bool = False
    categories: tuple[str, ...] = ()


CAFE: Final = ("Café Zürich", "hallo@cafe-zuerich.example")
PRESS: Final = ("株式会社サンプル", "info@sample.example")
PUBLISHER: Final = ("Издательство «Пример»", "info@primer.example")
HARBOUR: Final = ("Βιβλιοπωλείο Το Λιμάνι", "books@limani.example")
GARDEN: Final = ("مكتبة الحديقة", "info@hadiqa.example")
BAKERY: Final = ("Bäckerei Beispiel", "laden@baeckerei.example")
STATION: Final = ("Librairie de la Gare", "bonjour@librairie.example")
TEA: Final = ("范例茶馆", "info@chaguan.example")
SHOP: Final = ("Example Ferries", "tickets@ferries.example")

LETTERS: Final = (
    Letter(
        name="japanese",
        days=1.2,
        sender=PRESS,
        subject="灯台の写真集についてのお知らせ",
        charset="iso-2022-jp",
        encoding="7bit",
        read=False,
        text="""アリス様

いつもお世話になっております。
ご注文いただいた灯台の写真集が本日発送されました。
三日ほどで届く予定です。到着まで今しばらくお待ちください。

株式会社サンプル
""",
    ),
    Letter(
        name="russian",
        days=2.4,
        sender=PUBLISHER,
        subject="Ваш заказ 1042 готов",
        charset="koi8-r",
        encoding="8bit",
        raw_subject=True,
        read=False,
        text="""Здравствуйте, Алиса!

Книга "Маяки северных морей" ждёт вас в нашем магазине.
Мы работаем каждый день с 10 до 20 часов.

С уважением,
издательство "Пример"
""",
    ),
    Letter(
        name="arabic",
        days=3.1,
        sender=GARDEN,
        subject="دعوة إلى أمسية القراءة يوم الخميس",
        encoding="base64",
        read=False,
        text="""مرحبًا أليس،

ندعوك إلى أمسية القراءة في حديقة المكتبة يوم الخميس الساعة السابعة مساءً.
سنقرأ قصصًا عن البحر والمنارات، والشاي على حسابنا.

مع أطيب التحيات،
مكتبة الحديقة
""",
    ),
    Letter(
        name="greek",
        days=5.3,
        sender=HARBOUR,
        subject="Το βιβλίο σας για τους φάρους",
        charset="iso-8859-7",
        encoding="8bit",
        text="""Αγαπητή Αλίκη,

το βιβλίο που ζητήσατε μόλις έφτασε από την Πάτρα.
Περάστε όποτε θέλετε, είμαστε ανοιχτά ως τις εννέα.

Με φιλικούς χαιρετισμούς,
Το Λιμάνι
""",
    ),
    Letter(
        name="german",
        days=6.2,
        sender=CAFE,
        subject="Tischreservierung für Samstag bestätigt",
        charset="windows-1252",
        encoding="8bit",
        flagged=True,
        text="""Grüezi Alice

Gerne bestätigen wir den Tisch für zwei Personen am Samstag um 15 Uhr – draußen, wenn das Wetter hält.
Der Rüeblikuchen ist vorgemerkt, er kostet übrigens weiterhin € 6,50.

„Bis bald“ vom Café Zürich
""",
    ),
    Letter(
        name="french",
        days=8.7,
        sender=STATION,
        subject="Votre commande est arrivée à la librairie",
        charset="iso-8859-15",
        text="""Chère Alice,

l'ouvrage « Phares de Bretagne » vous attend à la librairie, où nous le gardons jusqu'à la fin du mois.
Il vous en coûtera 24 €, comme convenu. À très bientôt !

La Librairie de la Gare
""",
    ),
    Letter(
        name="chinese",
        days=10.5,
        sender=TEA,
        subject="新茶到了,欢迎品尝",
        charset="gb18030",
        encoding="base64",
        text="""您好:

今年的春茶已经到店。本周末下午两点到五点,欢迎您带朋友来品尝。

范例茶馆
""",
    ),
    Letter(
        name="turkish",
        days=13.8,
        sender=("Örnek Çay Bahçesi", "merhaba@cay.example"),
        subject="Hafta sonu için bir öneri",
        charset="iso-8859-9",
        text="""Merhaba Alice,

hafta sonu güneşli olacakmış; deniz kıyısındaki masamız sizin için hazır.
Işıklar yanınca fener de görünüyor.

Sevgiler
Örnek Çay Bahçesi
""",
    ),
    Letter(
        name="hebrew",
        days=16.6,
        sender=("גן הדוגמה", "shalom@gan.example"),
        subject="הספרים שביקשת",
        charset="iso-8859-8",
        encoding="base64",
        text="""שלום אליס,

שני הספרים על מגדלורים הגיעו אתמול ומחכים לך בקופה.

גן הדוגמה
""",
    ),
    Letter(
        name="korean",
        days=20.4,
        sender=("예제 여행사", "hello@travel.example"),
        subject="등대 여행 일정 안내",
        charset="euc-kr",
        encoding="base64",
        text="""앨리스 님께,

등대 여행은 토요일 아침 아홉 시에 항구에서 출발합니다.
편한 신발과 따뜻한 옷을 준비해 주세요.

예제 여행사
""",
    ),
    Letter(
        name="tickets",
        days=0.3,
        sender=SHOP,
        subject="Your crossing on Saturday 🛳️",
        encoding="8bit",
        read=False,
        important=True,
        categories=("Travel",),
        text="""Dear Alice,

your tickets for two are booked: out at 09:10, back at 18:40. Boarding closes ten minutes before. 🎫

The forecast says wind force 6, so bring something warm. If we cannot sail we write to this address by
seven in the morning.

Example Ferries
""",
    ),
    Letter(
        name="lunch",
        days=0.9,
        sender=BOB,
        subject="Lunch tomorrow?",
        encoding="7bit",
        read=False,
        text="""Hi Alice,

the new place by the harbour does fish on Tuesdays. Half past twelve?

Bob
""",
    ),
    Letter(
        name="bread",
        days=4.5,
        sender=BAKERY,
        subject="Ab Montag: Öffnungszeiten im Winter",
        charset="iso-8859-1",
        text="""Liebe Kundinnen und Kunden,

von Montag an öffnen wir um halb sieben. Das Nussbrot gibt es mittwochs und samstags.

Ihre Bäckerei Beispiel
""",
    ),
    Letter(
        name="kickoff",
        days=33.0,
        sender=BOB,
        subject="Lighthouse: where we start",
        folder=("Projects", "Lighthouse"),
        encoding="7bit",
        text="""Alice,

so that we have it in writing: the lamp room first, then the stairs, then the paint. The keeper's notes
are in the red folder on the second shelf.

Bob
""",
    ),
    Letter(
        name="stairs",
        days=21.6,
        sender=BOB,
        subject="Lighthouse: the stairs have 142 steps",
        folder=("Projects", "Lighthouse"),
        encoding="7bit",
        flagged=True,
        text="""I counted twice. The drawing says 140, so either the drawing is wrong or I cannot count.

Bob
""",
    ),
    Letter(
        name="paint",
        days=11.9,
        sender=("Example Paints", "service@paints.example"),
        subject="Offer 2207: red and white, weatherproof",
        folder=("Projects", "Lighthouse"),
        text="""Dear Alice,

for 60 litres of red and 90 litres of white, weatherproof, we offer € 1,480 including delivery to the pier.
The offer stands for thirty days.

Example Paints
""",
    ),
    Letter(
        name="poem",
        days=40.2,
        sender=BOB,
        subject="Something for the guest book",
        encoding="7bit",
        categories=("Personal",),
        text="""Round and round the light goes out,
over sea and sand;
those who steer, and those who doubt,
find their way to land.

Not Shakespeare, I know.
Bob
""",
    ),
    Letter(
        name="old-invoice",
        days=29.5,
        sender=SHOP,
        subject="Invoice 88-14",
        folder=("Inbox",),
        text="""Thank you for travelling with us. We have received € 38.00.

Example Ferries
""",
    ),
    Letter(
        name="draft",
        days=0.5,
        sender=ALICE,
        subject="Re: Lunch tomorrow?",
        folder=("Drafts",),
        encoding="7bit",
        text="""Hi Bob,

half past twelve is fine, but""",
    ),
    Letter(
        name="thrown-away",
        days=7.7,
        sender=("Example Prizes", "winner@prizes.example"),
        subject="You have won a prize",
        folder=("Deleted Items",),
        text="""Congratulations! All we need is your address.
""",
    ),
)

THREAD_SUBJECT: Final = "Open day at the lighthouse"
THREAD: Final = (
    (BOB, "Shall we open the tower to visitors for a day in spring? People keep asking."),
    (ALICE, "Good idea. How many can go up at the same time?"),
    (BOB, "The railing is checked for twelve. I would say ten and a guide."),
    (ALICE, "Then we need a list. Every half hour from ten to four makes 130 visitors."),
    (BOB, "And someone who counts. The school offered two pupils for each shift."),
    (ALICE, "Lovely. I ask Café Zürich whether they bring cake to the pier."),
    (BOB, "They will if we carry the tables. I have a trolley."),
    (ALICE, "Settled, then. What about rain?"),
    (BOB, "In rain we show the lamp room on the screen downstairs. I have filmed it already."),
    (ALICE, "Then I write the notice tonight and send it to you to read."),
)
