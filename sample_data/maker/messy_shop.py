"""The online shop as it arrives: order lines without an amount, in the manner of a web shop's database."""

from random import Random

from maker.dirt import Dirt, Made, comma
from maker.records import Answer, Business, Line
from maker.sheets import Row, Sheet
from maker.tidy import QUESTIONS

HEADER = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Category",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Email",
    "Country",
    "Discount",
]


def shop(business: Business) -> list[Made]:
    orders, survey = Dirt(Random(21)), Dirt(Random(22))
    sheets = [
        orders_sheet(orders, business.lines),
        survey_sheet(survey, business.answers),
        Sheet(
            "Notes",
            [["C before the number: credit note."], ["Prices in euro, discount already taken off."]],
            header=0,
        ),
    ]
    mess = {"orders": orders.counts(), "responses": survey.counts()}
    return [Made("shop_messy.xlsx", sheets, ("orders", "responses"), mess, asked=False)]


def orders_sheet(dirt: Dirt, lines: list[Line]) -> Sheet:
    codes = {
        name: f"{22011 + 13 * index}" for index, name in enumerate(sorted({line.product for line in lines}))
    }
    rows = [(line.time, line_row(dirt, line, codes[line.product])) for line in lines]
    rows += [(line.time, correction_row(dirt, line, codes[line.product])) for line in lines[900:13_500:900]]
    rows.sort(key=lambda pair: pair[0])
    footer = [[], ["End of export. Amount = Quantity x UnitPrice."]]
    dirt.left_out |= {"blank_rows": 1, "footer_rows": 1}
    return Sheet("Order lines", [HEADER, *[row for _, row in rows], *footer])


def correction_row(dirt: Dirt, line: Line, code: str) -> Row:
    """Stock put right: no customer, no price."""
    dirt.left_out["stock_corrections_without_price"] += 1
    number = f"{590000 + dirt.left_out['stock_corrections_without_price']}"
    what = dirt.rng.choice(("damaged", "?", "stock check"))
    pieces = -dirt.rng.randrange(3, 40)
    return [number, code, what, line.category, pieces, line.time, "0,00", None, None, line.segment]


def line_row(dirt: Dirt, line: Line, code: str) -> Row:
    number = line.order if line.order.startswith("C") else int(line.order)
    as_cell = dirt.rng.random() < 0.6
    when = line.time if as_cell else dirt.repair("dates_as_text", f"{line.time:%d.%m.%Y %H:%M}")
    dirt.repaired["money_as_text"] += 1 + (line.discount > 0)
    discount = comma(line.discount) if line.discount else None
    customer = int(line.customer) if line.customer else None
    return [
        number,
        code,
        line.product,
        line.category,
        line.quantity,
        when,
        comma(line.unit_cents),
        customer,
        line.email,
        dirt.spelling(line.segment),
        discount,
    ]


def survey_sheet(dirt: Dirt, answers: list[Answer]) -> Sheet:
    header = [
        "Respondent ID",
        "Date Created",
        "Email Address",
        "Country",
        "Stage",
        "May we write to you?",
        *QUESTIONS,
    ]
    second = [*[None] * 6, *["Response"] * 4, "Open-Ended Response"]
    rows = dirt.copies([answer_row(dirt, each) for each in answers], 9)
    for index, wrong in enumerate((11, -1, "N/A")):
        at = 200 * (index + 1)
        rows.insert(at, [str(990000001 + index), answers[at].time, *[None] * 4, wrong])
        dirt.left_out["score_missing" if wrong == "N/A" else "score_out_of_range"] += 1
    dirt.left_out["header_rows"] = 1
    return Sheet("Survey", [header, second, *rows], header=2)


def answer_row(dirt: Dirt, each: Answer) -> Row:
    email = each.email
    if email and dirt.rng.random() < 0.15:
        spelled = (email.upper(), f"{email} ", email.capitalize())
        email = dirt.repair("email_spelling", dirt.rng.choice(spelled))
    scores = [dirt.score(value) for value in (each.recommend, each.rating, each.again, each.other)]
    return [
        each.response,
        each.time,
        email,
        dirt.spelling(each.segment),
        each.stage,
        each.consent,
        *scores,
        each.comment,
    ]
