"""The tidy workbooks: one header row, one type a column, nothing else."""

from datetime import datetime

from maker.records import Answer, Business, Line, Visit
from maker.sheets import Row, Sheet


def money(cents: int) -> float:
    return cents / 100


def yes(flag: bool) -> str:
    return "yes" if flag else "no"


def table(name: str, columns: dict, records: list) -> Sheet:
    """A sheet with a column for each header; the values say how to take the cell from a record."""
    rows: list[Row] = [list(columns)]
    rows += [[take(record) for take in columns.values()] for record in records]
    return Sheet(name, rows)


def minute(record: Line | Answer | Visit) -> datetime:
    return record.time


QUESTIONS = {
    "How likely are you to recommend us to a friend? (0-10)": lambda a: a.recommend,
    "How satisfied are you? (1-5 stars)": lambda a: a.rating,
    "How likely are you to buy from us again? (1-5)": lambda a: a.again,
    "How likely are you to try our other products? (1-5)": lambda a: a.other,
    "What would we have to change for you to give us a 10?": lambda a: a.comment,
}

CAFE_ORDERS = {
    "Order ID": lambda line: line.order,
    "Date": minute,
    "Customer ID": lambda line: line.customer,
    "Email": lambda line: line.email,
    "Birthday": lambda line: line.birthday,
    "Consent": lambda line: line.consent,
    "Product": lambda line: line.product,
    "Category": lambda line: line.category,
    "Quantity": lambda line: line.quantity,
    "Amount": lambda line: money(line.cents),
    "Branch": lambda line: line.segment,
    "Discount %": lambda line: line.discount,
}
CAFE_SURVEY = {
    "Response ID": lambda a: a.response,
    "Date": minute,
    "Customer ID": lambda a: a.customer,
    "Branch": lambda a: a.segment,
    "Stage": lambda a: a.stage,
    **QUESTIONS,
}
CAFE_VISITS = {
    "Visitor ID": lambda v: v.visitor,
    "Visit time": minute,
    "Duration (seconds)": lambda v: v.seconds,
    "Source": lambda v: v.source,
    "Bought": lambda v: yes(v.bought),
}

SHOP_ORDERS = {
    "Order ID": lambda line: line.order,
    "Order Date": minute,
    "Customer ID": lambda line: line.customer,
    "Email": lambda line: line.email,
    "Newsletter consent": lambda line: line.consent,
    "Country": lambda line: line.segment,
    "Product": lambda line: line.product,
    "Category": lambda line: line.category,
    "Quantity": lambda line: line.quantity,
    "Unit Price": lambda line: money(line.unit_cents),
    "Discount %": lambda line: line.discount,
    "Amount": lambda line: money(line.cents),
}
SHOP_SURVEY = {
    "Response ID": lambda a: a.response,
    "Date": minute,
    "Email": lambda a: a.email,
    "Country": lambda a: a.segment,
    "Stage": lambda a: a.stage,
    "May we write to you?": lambda a: a.consent,
    **QUESTIONS,
}

def cafe(business: Business) -> list[Sheet]:
    return [
        table("Orders", CAFE_ORDERS, business.lines),
        table("Survey", CAFE_SURVEY, business.answers),
        table("Visits", CAFE_VISITS, business.visits),
    ]


def shop(business: Business) -> list[Sheet]:
    return [table("Orders", SHOP_ORDERS, business.lines), table("Survey", SHOP_SURVEY, business.answers)]


SHEETS = {"cafe": cafe, "shop": shop}
