"""A Chinese tea shop with two shops and an online counter, January 2024 to June 2025.

Members come as BG/NBD customers do; a fifth of the orders are walk-ins. From October 2024 there is new
packaging and a tea master in the shops. The online counter is slow: scores are lower there.
"""

from datetime import datetime, timedelta
from random import Random

from maker import people
from maker.records import Answer, Business, Line, Visit

START, END = datetime(2024, 1, 5), datetime(2025, 6, 29)
EVENT = datetime(2024, 10, 8)
MEMBERS, WALK_INS, ANSWERS = 690, 460, 368
HOURS = (9, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17, 18, 19, 20)
SHOPS = ("西湖店", "滨江店", "线上")
CATALOGUE = {
    "绿茶": {"西湖龙井 50克": 12800, "碧螺春 50克": 9800, "安吉白茶 50克": 8800},
    "红茶": {"正山小种 100克": 6800, "祁门红茶 100克": 7500},
    "乌龙茶": {"铁观音 125克": 7200, "大红袍 50克": 13800},
    "白茶": {"白毫银针 50克": 11800, "寿眉茶饼 350克": 16800},
    "普洱茶": {"熟普小沱 250克": 8600, "生普茶饼 357克": 21800},
    "茶具": {"盖碗": 5800, "紫砂壶": 36800, "公道杯": 3900, "茶叶礼盒": 128000},
}
APPEAL = {"绿茶": 8, "红茶": 4, "乌龙茶": 4, "白茶": 3, "普洱茶": 2.5, "茶具": 1.5}
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
SOURCES = ("小程序", "朋友分享", "公众号", "大众点评", "小红书")
STAGES = ("首次购买", "再次购买", "老顾客")


def business(seed: int, bank: dict) -> Business:
    rng = Random(seed)
    members = [member(rng, index, first) for index, first in enumerate(joined(rng))]
    lines = number(orders(rng, members))
    return Business(lines, answers(rng, members, bank), visits(rng, lines))


def joined(rng: Random) -> list[datetime]:
    return people.first_times(rng, MEMBERS, START, END - timedelta(days=1), 0.9)


def member(rng: Random, index: int, first: datetime) -> people.Customer:
    someone = people.customer(rng, f"{188 + index * 11:06d}", first, END, 0.36, 34, 0.5, 3.2)
    liking = people.liking(someone)
    someone.segment = rng.choices(SHOPS, (5 + liking, 4, 4 - 2 * liking))[0]
    someone.name = rng.choice(SURNAMES) + rng.choice(("先生", "女士"))
    someone.birthday = people.birthday(rng, 0.65)
    someone.consent = "是" if rng.random() < 0.6 else "否"
    favourite = rng.choices(list(APPEAL), APPEAL.values())[0]
    openness = rng.betavariate(0.8, 1.3)
    someone.taste = {kind: weight * openness for kind, weight in APPEAL.items()}
    someone.taste[favourite] += 9
    return someone


def orders(rng: Random, members: list[people.Customer]) -> list[Line]:
    lines = []
    for someone in members:
        for nth, moment in enumerate(someone.times):
            shop = someone.segment if rng.random() < 0.88 else rng.choice(SHOPS)
            lines.append(line(rng, moment, shop, someone.taste, 0.22 if nth else 0.12, someone))
    lines += [
        line(rng, moment, rng.choice(SHOPS[:2]), APPEAL, 0.05, None)
        for moment in people.first_times(rng, WALK_INS, START, END)
    ]
    early = [line for line in lines if line.time < END - timedelta(days=20)]
    return lines + [refund(rng, bought) for bought in rng.sample(early, 19)]


def line(rng: Random, moment: datetime, shop: str, taste: dict, discounted: float, someone) -> Line:
    moment = people.opening_hour(rng, moment, HOURS)
    kind = rng.choices(list(taste), taste.values())[0]
    product, price = rng.choices(list(CATALOGUE[kind].items()), (6, 4, 5, 1)[: len(CATALOGUE[kind])])[0]
    quantity = 1 if kind == "茶具" else rng.choices((1, 2, 3, 5), (66, 22, 7, 5))[0]
    off = round(quantity * price / 1000) * 100 if rng.random() < discounted else 0
    made = Line("", moment, "", product, kind, quantity, price, shop, off, cents=quantity * price - off)
    if someone:
        made.customer, made.name = someone.id, someone.name
        made.birthday, made.consent = someone.birthday, someone.consent
    return made


def refund(rng: Random, bought: Line) -> Line:
    back = Line(**{name: getattr(bought, name) for name in Line.__slots__})
    back.quantity, back.cents, back.discount = -bought.quantity, -bought.cents, 0
    back.time = people.opening_hour(rng, bought.time + timedelta(days=rng.randrange(1, 12)), HOURS)
    return back


def number(lines: list[Line]) -> list[Line]:
    lines.sort(key=lambda line: (line.time, line.customer, line.cents))
    for index, line in enumerate(lines):
        line.order = f"{line.time:%Y%m}{10001 + index}"
    return lines


def answers(rng: Random, members: list[people.Customer], bank: dict) -> list[Answer]:
    moments = sorted(datetime(2024, 2, 20) + timedelta(days=492 * rng.random()) for _ in range(ANSWERS))
    found = []
    for index, moment in enumerate(moments):
        moment = people.opening_hour(rng, moment, HOURS)
        known = [each for each in members if each.times[0] < moment]
        someone = rng.choices(known, [len(each.times) for each in known])[0] if rng.random() < 0.8 else None
        found.append(answer(rng, str(index + 1), moment, someone, bank))
    return found


def answer(rng: Random, response: str, moment: datetime, someone, bank: dict) -> Answer:
    shop = someone.segment if someone else rng.choice(SHOPS)
    before = sum(time < moment for time in someone.times) if someone else rng.choice((1, 1, 2, 5))
    feeling = 7.9 + 1.0 * (moment >= EVENT) - 1.5 * (shop == "线上")
    feeling += 0.6 * people.liking(someone) if someone else -0.2
    recommend, *rest = people.scores(rng, feeling)
    words = people.comment(rng, bank, recommend, shop == "线上", "")
    stage = STAGES[0] if before < 2 else STAGES[1] if before < 5 else STAGES[2]
    return Answer(response, moment, someone.id if someone else "", "", shop, recommend, *rest, words, stage)


def visits(rng: Random, lines: list[Line]) -> list[Visit]:
    """Visits of the shop's mini program: members by number, others by a device code."""
    found = []
    for bought in lines:
        if bought.customer and bought.cents > 0 and rng.random() < 0.3:
            moment = bought.time - timedelta(minutes=rng.randrange(4, 30))
            seconds = int(rng.lognormvariate(5.0, 0.6))
            found.append(Visit(bought.customer, moment, seconds, source(rng, True), True))
    for _ in range(760):
        moment = people.opening_hour(rng, START + timedelta(days=(END - START).days * rng.random()), HOURS)
        bought = rng.random() < (0.08 if moment.weekday() < 5 else 0.12)
        seconds = int(rng.lognormvariate(4.7 if bought else 3.7, 0.9))
        found.append(Visit(f"wx{rng.randrange(480):05d}", moment, seconds, source(rng, False), bought))
    return sorted(found, key=lambda visit: (visit.time, visit.visitor))


def source(rng: Random, known: bool) -> str:
    return rng.choices(SOURCES, (6, 3, 3, 1, 1) if known else (3, 3, 2, 3, 5))[0]
