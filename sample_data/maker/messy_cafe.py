"""The café as it arrives: an xlsx from the till, with the survey and the web visits beside it."""

from itertools import groupby
from random import Random

from maker.dirt import MONTHS, Dirt, Made, extra, month_of, spread, twice
from maker.records import Answer, Business, Line, Visit
from maker.sheets import Row, Sheet
from maker.tidy import QUESTIONS

NOBODY = ("walk-in", "-", "", "")
HEADER = [
    "Receipt No",
    "Date",
    "Time",
    "Card Number",
    "E-mail",
    "Birthday",
    "OK to e-mail?",
    "Item",
    "Category",
    "Qty",
    "Total",
    "Branch",
    "Discount",
    "Status",
]
NOTES = [
    ["How this file was made"],
    ["The till exports one row per receipt. Card numbers have five digits."],
    ["Refunds are shown in brackets. Cancelled receipts stay in the list."],
    ["Survey: tablet on the counter. The answers of 2023 are on the old tablet."],
]
PRICES = [
    ["Item", "Old price"],
    ["Flat white", 3.3],
    ["Latte", 3.4],
    ["Earl Grey", 2.6],
    ["Carrot cake", 3.6],
]


def cafe(business: Business) -> list[Made]:
    orders, survey, visits = (Dirt(Random(seed)) for seed in (11, 12, 13))
    sheets = [
        orders_sheet(orders, business.lines),
        survey_sheet(survey, business.answers),
        visits_sheet(visits, business.visits),
        Sheet("Read me", NOTES, header=0),
        Sheet("Old prices", PRICES, hidden=True),
    ]
    mess = {"orders": orders.counts(), "responses": survey.counts(), "visits": visits.counts()}
    return [Made("cafe_messy.xlsx", sheets, ("orders", "responses", "visits"), mess)]


def orders_sheet(dirt: Dirt, lines: list[Line]) -> Sheet:
    cancelled, unknown = extra(dirt, lines, 21, "R290"), extra(dirt, lines, 6, "R299")
    status = {line.order: "cancelled" for line in cancelled} | {line.order: "unknown" for line in unknown}
    dirt.left_out |= {"cancelled": len(cancelled), "amount_missing": len(unknown)}
    rows: list[Row] = [["Corner Cup Coffee: receipts"], ["2 May 2024 to 30 June 2025"], [], HEADER]
    dirt.left_out["title_rows"] = 3
    everything = sorted([*lines, *cancelled, *unknown], key=lambda line: (line.time, line.order))
    doubled = iter(spread(dirt.rng, 13, len({month_of(line.time) for line in everything})))
    for (year, month), its in groupby(everything, lambda line: month_of(line.time)):
        its = list(its)
        month_rows = [receipt_row(dirt, line, status.get(line.order, "")) for line in its]
        rows += twice(dirt, month_rows, next(doubled))
        paid = sum(line.cents for line in its if line.order not in status)
        rows += [[f"Subtotal {MONTHS[month - 1]} {year}", *[None] * 9, paid / 100], []]
        dirt.left_out.update(totals_rows=1, blank_rows=1)
    rows += [["TOTAL", *[None] * 9, sum(line.cents for line in lines) / 100], []]
    rows += [["* Prices include VAT."], ["* Printed from the till on 1 July 2025"]]
    dirt.left_out.update(totals_rows=1, blank_rows=1, footer_rows=2)
    return Sheet("Receipts", rows, header=4, merges=[(0, 0, 0, 5)])


def receipt_row(dirt: Dirt, line: Line, state: str) -> Row:
    card = dirt.wrapped(line.customer) or dirt.rng.choice(NOBODY)
    if card in ("walk-in", "-"):
        dirt.repaired["placeholder_customers"] += 1
    total = "N/A" if state == "unknown" else dirt.pounds(line.cents)
    status = "refund" if line.cents < 0 else "completed"
    if state == "cancelled":
        status = dirt.rng.choice(("cancelled", "Cancelled", "CANCELLED "))
    no_discount = dirt.rng.choice((0, 0, 0, None, "N/A"))
    return [
        line.order,
        dirt.day(line.time.date()),
        f"{line.time:%H:%M}",
        card,
        line.email,
        line.birthday,
        {"yes": "Y", "no": "N"}.get(line.consent, ""),
        line.product,
        line.category,
        line.quantity,
        total,
        dirt.spelling(line.segment),
        line.discount / 100 or no_discount,
        status,
    ]


def survey_sheet(dirt: Dirt, answers: list[Answer]) -> Sheet:
    rows = [answer_row(dirt, each) for each in answers]
    rows = dirt.copies(rows, 7)
    for index, wrong in enumerate((11, -1, 11, 12, "N/A", "N/A", 55)):
        at = 20 + index * 51
        rows.insert(at, [f"X{index + 1}", answers[at].time, None, answers[at].segment, None, wrong])
        dirt.left_out["score_missing" if wrong == "N/A" else "score_out_of_range"] += 1
    header = ["Response ID", "Date", "Card Number", "Branch", "Stage", *QUESTIONS]
    dirt.left_out["title_rows"] = 2
    return Sheet("Survey 2024-25", [["Customer survey, tablet"], [], header, *dirt.gaps(rows, 9)], header=3)


def answer_row(dirt: Dirt, each: Answer) -> Row:
    when = (
        each.time if dirt.rng.random() < 0.7 else dirt.repair("dates_as_text", f"{each.time:%d/%m/%Y %H:%M}")
    )
    scores = [dirt.score(value) for value in (each.recommend, each.rating, each.again, each.other)]
    return [
        each.response,
        when,
        dirt.wrapped(each.customer),
        dirt.spelling(each.segment),
        each.stage,
        *scores,
        each.comment,
    ]


def visits_sheet(dirt: Dirt, visits: list[Visit]) -> Sheet:
    rows = [visit_row(dirt, visit) for visit in visits]
    header = [
        ["Who", None, "Visit", None, None],
        ["Visitor ID", "Source", "Visit time", "Duration (seconds)", "Bought"],
    ]
    dirt.left_out["title_rows"] = 1
    return Sheet("Web visits", [*header, *rows], header=2, merges=[(0, 0, 0, 1), (0, 2, 0, 4)])


def visit_row(dirt: Dirt, visit: Visit) -> Row:
    when = (
        visit.time
        if dirt.rng.random() < 0.8
        else dirt.repair("dates_as_text", f"{visit.time:%Y-%m-%d %H:%M}")
    )
    seconds = (
        dirt.repair("numbers_as_text", f"{visit.seconds:,}") if dirt.rng.random() < 0.2 else visit.seconds
    )
    return [
        visit.visitor,
        visit.source,
        when,
        seconds,
        dirt.rng.choice(("Yes", "Y", "yes") if visit.bought else ("No", "N", "no")),
    ]
