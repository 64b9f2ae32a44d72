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
    "Discount": lambda line: money(line.discount),
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
    "Discount": lambda line: money(line.discount),
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

STUDIO_PAYMENTS = {
    "Payment ID": lambda line: line.order,
    "Date": lambda line: line.time.date(),
    "Member ID": lambda line: line.customer,
    "Email": lambda line: line.email,
    "Birthday": lambda line: line.birthday,
    "Consent": lambda line: line.consent,
    "Product": lambda line: line.product,
    "Amount": lambda line: money(line.cents),
    "Discount": lambda line: money(line.discount),
    "Location": lambda line: line.segment,
}
STUDIO_SURVEY = {
    "Response ID": lambda a: a.response,
    "Date": minute,
    "Member ID": lambda a: a.customer,
    "Email": lambda a: a.email,
    "Location": lambda a: a.segment,
    "Stage": lambda a: a.stage,
    **QUESTIONS,
}

TEA_ORDERS = {
    "订单号": lambda line: line.order,
    "下单时间": minute,
    "会员号": lambda line: line.customer,
    "客户姓名": lambda line: line.name,
    "生日": lambda line: line.birthday,
    "同意接收消息": lambda line: line.consent,
    "商品名称": lambda line: line.product,
    "类别": lambda line: line.category,
    "数量": lambda line: line.quantity,
    "金额": lambda line: money(line.cents),
    "优惠金额": lambda line: money(line.discount),
    "门店": lambda line: line.segment,
}
TEA_QUESTIONS = {
    "您有多大可能向朋友推荐我们？（0-10分）": lambda a: a.recommend,
    "您对我们的总体满意度（1-5星）": lambda a: a.rating,
    "您有多大可能再次购买？（1-5分）": lambda a: a.again,
    "您有多大可能尝试我们的其他产品？（1-5分）": lambda a: a.other,
    "我们要做哪些改变，您才会给10分？": lambda a: a.comment,
}
TEA_SURVEY = {
    "答卷编号": lambda a: a.response,
    "提交时间": minute,
    "会员号": lambda a: a.customer,
    "门店": lambda a: a.segment,
    "购买阶段": lambda a: a.stage,
    **TEA_QUESTIONS,
}
TEA_VISITS = {
    "访客": lambda v: v.visitor,
    "访问时间": minute,
    "停留时长（秒）": lambda v: v.seconds,
    "来源": lambda v: v.source,
    "是否购买": lambda v: "是" if v.bought else "否",
}

MINT_BILLS = {
    "Date": lambda party: party.day,
    "Server": lambda party: party.server,
    "Table": lambda party: party.table,
    "Party size": lambda party: party.size,
    "Bill": lambda party: money(party.cents),
    "Tip": lambda party: money(party.tip),
    "Tip %": lambda party: party.percent,
    "Group": lambda party: party.group,
}


def cafe(business: Business) -> list[Sheet]:
    return [
        table("Orders", CAFE_ORDERS, business.lines),
        table("Survey", CAFE_SURVEY, business.answers),
        table("Visits", CAFE_VISITS, business.visits),
    ]


def shop(business: Business) -> list[Sheet]:
    return [table("Orders", SHOP_ORDERS, business.lines), table("Survey", SHOP_SURVEY, business.answers)]


def studio(business: Business) -> list[Sheet]:
    return [
        table("Payments", STUDIO_PAYMENTS, business.lines),
        table("Survey", STUDIO_SURVEY, business.answers),
    ]


def tea(business: Business) -> list[Sheet]:
    return [
        table("订单", TEA_ORDERS, business.lines),
        table("问卷", TEA_SURVEY, business.answers),
        table("访问", TEA_VISITS, business.visits),
    ]


def mint(business: Business) -> list[Sheet]:
    return [table("Bills", MINT_BILLS, business.trials)]


SHEETS = {"cafe": cafe, "shop": shop, "studio": studio, "tea_zh": tea, "mint": mint}
TABLES = {
    "cafe": ("orders", "responses", "visits"),
    "shop": ("orders", "responses"),
    "studio": ("orders", "responses"),
    "tea_zh": ("orders", "responses", "visits"),
    "mint": ("trials",),
}
