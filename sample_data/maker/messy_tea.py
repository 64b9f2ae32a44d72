"""The Chinese tea shop as it arrives: a workbook, and its orders once more as a GB18030 CSV."""

from datetime import date, datetime
from itertools import groupby
from random import Random

from maker.dirt import Dirt, Made, extra, month_of, spread, twice
from maker.records import Answer, Business, Line, Visit
from maker.sheets import Row, Sheet
from maker.tidy import TEA_QUESTIONS

HEADER = [
    "订单编号",
    "下单时间",
    "会员号",
    "客户姓名",
    "生日",
    "同意接收消息",
    "商品名称",
    "类别",
    "数量",
    "实付金额（元）",
    "优惠金额",
    "门店",
    "订单状态",
    "备注",
]
FULL_WIDTH_YEN = "\uffe5"
NOBODY = ("散客", "/", "", "")
NOTES = [
    ["填表说明"],
    ["会员号为六位数，前面的零不能省略；散客不填会员号。"],
    ["已取消的订单保留在表中，不计入营业额；退款以负数表示。"],
    ["每月月底由店长核对小计。"],
]
PRICES = [["商品", "旧价格"], ["西湖龙井 50克", 118], ["铁观音 125克", 66], ["盖碗", 52]]


def tea(business: Business) -> list[Made]:
    orders, survey, visits, again = (Dirt(Random(seed)) for seed in (41, 42, 43, 44))
    sheets = [
        orders_sheet(orders, business.lines),
        survey_sheet(survey, business.answers),
        visits_sheet(visits, business.visits),
        Sheet("填表说明", NOTES, header=0),
        Sheet("旧价目表", PRICES, hidden=True),
    ]
    mess = {"orders": orders.counts(), "responses": survey.counts(), "visits": visits.counts()}
    exported = Sheet(
        "", [[as_text(cell) for cell in row] for row in orders_sheet(again, business.lines).rows]
    )
    return [
        Made("tea_zh_messy.xlsx", sheets, ("orders", "responses", "visits"), mess),
        Made("tea_zh_messy.csv", [exported], ("orders",), {"orders": again.counts()}, "gb18030"),
    ]


def as_text(cell) -> str:
    """A cell as a Chinese Excel writes it into a CSV."""
    if isinstance(cell, datetime):
        return f"{cell.year}/{cell.month}/{cell.day} {cell:%H:%M}"
    if isinstance(cell, date):
        return f"{cell.year}/{cell.month}/{cell.day}"
    return "" if cell is None else str(cell)


def orders_sheet(dirt: Dirt, lines: list[Line]) -> Sheet:
    cancelled, unknown = extra(dirt, lines, 16, "202506990"), extra(dirt, lines, 5, "202506995")
    status = {line.order: "已取消" for line in cancelled} | {line.order: "未填" for line in unknown}
    dirt.left_out |= {"cancelled": len(cancelled), "amount_missing": len(unknown), "title_rows": 3}
    rows: list[Row] = [["云栖茶铺 订单明细"], ["导出时间：2025年7月1日 08:30"], [], HEADER]
    everything = sorted([*lines, *cancelled, *unknown], key=lambda line: (line.time, line.order))
    months = [(month, list(its)) for month, its in groupby(everything, lambda line: month_of(line.time))]
    for (month, its), doubled in zip(months, spread(dirt.rng, 11, len(months)), strict=True):
        rows += twice(dirt, [order_row(dirt, line, status.get(line.order, "")) for line in its], doubled)
        rows += [month_total(month, [line for line in its if line.order not in status]), []]
        dirt.left_out.update(totals_rows=1, blank_rows=1)
        if month[1] % 6 == 0:
            rows.append(HEADER)
            dirt.left_out["repeated_headers"] += 1
    rows += [["合计", *[None] * 8, f"¥{sum(line.cents for line in lines) / 100:,.2f}"]]
    rows += [["注：金额含税，退款以负数表示。"], ["制表：店长"]]
    dirt.left_out.update(totals_rows=1, footer_rows=2)
    return Sheet("订单明细", rows, header=4, merges=[(0, 0, 0, 6)])


def month_total(month: tuple[int, int], lines: list[Line]) -> Row:
    return [f"{month[0]}年{month[1]}月小计", *[None] * 8, f"¥{sum(line.cents for line in lines) / 100:,.2f}"]


def order_row(dirt: Dirt, line: Line, state: str) -> Row:
    number = dirt.wrapped(line.customer) or dirt.rng.choice(NOBODY)
    if number in ("散客", "/"):
        dirt.repaired["placeholder_customers"] += 1
    quantity = "未填" if dirt.rng.random() < 0.01 else line.quantity
    paid = "未填" if state == "未填" else yuan(dirt, line.cents)
    done = "已取消" if state == "已取消" else "已退款" if line.cents < 0 else "已完成"
    note = dirt.rng.choice(("自提", "送礼", "要发票")) if dirt.rng.random() < 0.04 else None
    return [
        line.order,
        moment(dirt, line.time),
        number,
        line.name,
        line.birthday,
        line.consent,
        line.product,
        line.category,
        quantity,
        paid,
        line.discount / 100,
        shop_name(dirt, line.segment),
        done,
        note,
    ]


def moment(dirt: Dirt, time: datetime):
    """A date cell, 2025年3月5日, 2025/3/5 14:20 or 2025-03-05 14:20:00."""
    style = dirt.pick((9, "cell"), (4, "words"), (5, "slash"), (2, "iso"))
    if style == "cell":
        return time
    text = {
        "words": f"{time.year}年{time.month}月{time.day}日",
        "slash": f"{time.year}/{time.month}/{time.day} {time:%H:%M}",
        "iso": f"{time:%Y-%m-%d %H:%M:%S}",
    }
    return dirt.repair("dates_as_text", text[style])


def yuan(dirt: Dirt, cents: int):
    style = dirt.pick((5, "number"), (3, "sign"), (2, "word"), (1, "wide"))
    if style == "number":
        return cents / 100
    dirt.repaired["money_as_text"] += 1
    minus, size = "-" if cents < 0 else "", abs(cents) / 100
    if style == "word":
        return f"{minus}{size:g}元"
    return f"{minus}{'¥' if style == 'sign' else FULL_WIDTH_YEN}{size:,.2f}"


def shop_name(dirt: Dirt, name: str) -> str:
    if dirt.rng.random() > 0.1:
        return name
    return dirt.repair("segment_spelling", dirt.rng.choice((f"{name} ", f" {name}", f"{name}\u3000")))


def survey_sheet(dirt: Dirt, answers: list[Answer]) -> Sheet:
    questions = [f"{index + 1}、{text}" for index, text in enumerate(TEA_QUESTIONS)]
    header = ["序号", "提交答卷时间", "所用时间", "来源", "会员号", "门店", "购买阶段", *questions]
    rows = dirt.copies([survey_row(dirt, each) for each in answers], 6)
    for index, wrong in enumerate((11, -1, "未填")):
        at = 90 * (index + 1)
        rows.insert(at, [str(9001 + index), answers[at].time, "35秒", "微信", *[None] * 3, wrong])
        dirt.left_out["score_missing" if wrong == "未填" else "score_out_of_range"] += 1
    return Sheet("问卷结果", [header, *rows])


def survey_row(dirt: Dirt, each: Answer) -> Row:
    when = each.time if dirt.rng.random() < 0.5 else dirt.repair("dates_as_text", as_text(each.time))
    scores = [skipped(dirt, value) for value in (each.recommend, each.rating, each.again, each.other)]
    comment = each.comment or dirt.repair("placeholder_comments", "(空)")
    source = dirt.rng.choice(("微信", "手机提交", "链接"))
    return [
        each.response,
        when,
        f"{dirt.rng.randrange(30, 260)}秒",
        source,
        dirt.wrapped(each.customer),
        shop_name(dirt, each.segment),
        each.stage,
        *scores,
        comment,
    ]


def skipped(dirt: Dirt, value: int | None):
    if value is None:
        return dirt.repair("cannot_answer", "(跳过)")
    return dirt.repair("numbers_as_text", str(value)) if dirt.rng.random() < 0.2 else value


def visits_sheet(dirt: Dirt, visits: list[Visit]) -> Sheet:
    header = ["访客", "访问时间", "停留时长", "来源", "是否购买"]
    rows = [
        [
            visit.visitor,
            moment(dirt, visit.time),
            dirt.repair("numbers_as_text", f"{visit.seconds}秒"),
            visit.source,
            "是" if visit.bought else "否",
        ]
        for visit in visits
    ]
    return Sheet("小程序访问", [header, *dirt.gaps(rows, 8)])
