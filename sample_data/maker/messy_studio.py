"""The studio as it arrives: two CSV files, payments from a booking system and a survey tool's export."""

from datetime import timedelta
from itertools import groupby
from random import Random

from maker.dirt import Dirt, Made, comma, extra, month_of
from maker.records import Answer, Business, Line
from maker.sheets import Row, Sheet
from maker.tidy import QUESTIONS

HEADER = [
    "Invoice No",
    "Payment date",
    "Member ID",
    "E-mail",
    "Birthday",
    "Newsletter",
    "Product",
    "Amount (EUR)",
    "Discount",
    "Location",
    "Status",
]


def studio(business: Business) -> list[Made]:
    orders, survey = Dirt(Random(31)), Dirt(Random(32))
    payments = Sheet("", payments_rows(orders, business.lines))
    answers = Sheet("", survey_rows(survey, business.answers))
    return [
        Made("studio_messy.csv", [payments], ("orders",), {"orders": orders.counts()}, "cp1252", ";"),
        Made(
            "studio_messy_survey.csv", [answers], ("responses",), {"responses": survey.counts()}, "utf-8-sig"
        ),
    ]


def payments_rows(dirt: Dirt, lines: list[Line]) -> list[Row]:
    cancelled, failed = extra(dirt, lines, 17, "P390"), extra(dirt, lines, 23, "P391")
    status = {line.order: "cancelled" for line in cancelled} | {line.order: "failed" for line in failed}
    dirt.left_out |= {"cancelled": len(cancelled), "failed": len(failed), "title_rows": 3}
    everything = sorted([*lines, *cancelled, *failed], key=lambda line: (line.time, line.order))
    width = len(HEADER)
    rows: list[Row] = [["Studio Lumière – payments"], ["All locations, amounts in euro"], [], HEADER]
    for (year, month), its in groupby(everything, lambda line: month_of(line.time)):
        its = list(its)
        rows += [payment_row(dirt, line, status.get(line.order, "paid")) for line in its]
        paid = sum(line.cents for line in its if line.order not in status)
        rows += [[f"Total {month:02d}/{year}", *[""] * 6, comma(paid), "", "", ""], [""] * width]
        dirt.left_out.update(totals_rows=1, blank_rows=1)
    rows += [["Grand total", *[""] * 6, comma(sum(line.cents for line in lines)), "", "", ""]]
    dirt.left_out["totals_rows"] += 1
    return rows


def payment_row(dirt: Dirt, line: Line, status: str) -> Row:
    euro = dirt.rng.choice(("", "", " €"))
    dirt.repaired["money_as_text"] += 1
    off = comma(line.discount) if line.discount else dirt.rng.choice(("", "0,00"))
    if status != "paid":
        status = dirt.rng.choice((status, status.capitalize(), status.upper()))
    return [
        line.order,
        f"{line.time:%d.%m.%Y}",
        dirt.wrapped(line.customer),
        line.email,
        f"{line.birthday:%d.%m.%Y}" if line.birthday else "",
        line.consent,
        line.product,
        comma(line.cents) + euro,
        off,
        dirt.spelling(line.segment),
        status,
    ]


def survey_rows(dirt: Dirt, answers: list[Answer]) -> list[Row]:
    codes = [
        "StartDate",
        "EndDate",
        "Finished",
        "ResponseId",
        "RecipientEmail",
        "MemberID",
        "Location",
        "Stage",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "Q5",
    ]
    texts = [
        "Start Date",
        "End Date",
        "Finished",
        "Response ID",
        "Recipient Email",
        "Member ID",
        "Location",
        "Stage",
        *QUESTIONS,
    ]
    imports = [f'{{"ImportId":"{code}"}}' for code in codes]
    dirt.left_out["header_rows"] = 2
    rows = dirt.copies([answer_row(dirt, each) for each in answers], 5)
    for index in range(12):
        began = f"{answers[25 * (index + 1)].time:%Y-%m-%d %H:%M:%S}"
        rows.insert(27 * (index + 1), [began, "", "False", f"R_U{index + 1:03d}", *[""] * 9])
    dirt.left_out["unfinished"] = 12
    return [codes, texts, imports, *rows]


def answer_row(dirt: Dirt, each: Answer) -> Row:
    scores = [each.recommend, each.rating, each.again, each.other]
    start = each.time - timedelta(seconds=dirt.rng.randrange(40, 300))
    return [
        f"{start:%Y-%m-%d %H:%M:%S}",
        f"{each.time:%Y-%m-%d %H:%M:%S}",
        "True",
        each.response,
        each.email,
        dirt.wrapped(each.customer),
        dirt.spelling(each.segment),
        each.stage,
        *scores,
        each.comment,
    ]
