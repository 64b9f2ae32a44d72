"""Which tables a sheet serves, or why it serves none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from loyalty.columns import Found
from loyalty.facts import Facts, is_group, is_short_scale
from loyalty.synonyms import named, plain
from loyalty.texts import Message

SCORES = ("recommend", "recommend_scaled", "rating", "again", "other")
MONEY = ("amount", "price")
GOODS = ("product", "quantity", "order", "category")
MATRIX = 8  # so many columns of one family make a matrix

_SHEET_NAMES = {
    "orders": r"order|sale|transaction|invoice|receipt|payment|purchase|订单|销售|交易|流水|消费|收银"
    r"|заказ|продаж|bestell|umsatz|pedido|venta|venda|commande|vente",
    "responses": r"survey|respon|nps|feedback|answer|review|satisf|问卷|调查|反馈|评价"
    r"|опрос|отзыв|umfrage|encuesta|enqu[eê]te|pesquisa",
    "visits": r"visit|session|traffic|check.?in|appointment|attendance|访问|到店|来访|签到"
    r"|визит|посещ|besuch",
    "trials": r"experiment|\btrial|a/?b.?test|实验|试验|对照|эксперимент|versuch|essai|ensayo",
}
SHEET_NAME = {table: re.compile(pattern, re.I) for table, pattern in _SHEET_NAMES.items()}

_AGGREGATE = """sessions engagedsessions activeusers newusers totalusers users pageviews views bouncerate
engagementrate viewspersession eventcount keyevents visits visitors uniquevisitors impressions clicks ctr
conversionrate viewspervisit actions 浏览量 访客数 访问量 跳出率 会话数 转化率 点击量 曝光量
визиты посетители просмотры"""
AGGREGATE = frozenset(_AGGREGATE.split())
_SUMMARY = """frequency recency monetary monetaryvalue t tenure totalorders orderscount numberoforders
ordercount numorders lifetimevalue ltv clv totalspent lastorderdate lastpurchasedate firstorderdate
firstpurchasedate lastorder firstorder rscore fscore mscore rfmscore rfm averageordervalue aov
消费次数 累计消费 累计消费金额 订单数 消费总额 最近消费时间 最近一次消费 购买次数 客单价 首次消费时间
累计金额 количествозаказов последнийзаказ"""
SUMMARY = frozenset(_SUMMARY.split())

PERIODS = frozenset(
    [
        "month",
        "week",
        "quarter",
        "year",
        "月份",
        "月",
        "年月",
        "周",
        "季度",
        "年份",
        "месяц",
        "неделя",
        "monat",
        "woche",
        "mes",
        "mois",
        "mês",
    ]
)

_ARM = re.compile(
    r"(?:control|treatment|treated|test|variant[a-f]?|placebo|对照|实验|试验|测试)(?:group|arm|组)?\d?$"
)

Assigned = Mapping[str, Mapping[str, Found]]


def kinds(
    name: str, headers: Sequence[str], facts: Mapping[str, Facts], found: Assigned
) -> tuple[tuple[str, ...], Message | None]:
    """The tables that a sheet serves; with none of them, the reason.

    Parameters
    ----------
    name
        Of the sheet.
    headers
        Of its columns.
    facts
        Of the columns that hold something.
    found
        Table to role to column, the best assignment for each table.
    """
    names = {plain(header) for header in headers}
    if _is_tally(found["responses"], facts):
        return (), Message("reason.tally")
    surveyed = _is_survey(found["responses"], facts)
    if not surveyed and (reason := _not_rows(names, headers, facts, found["orders"])):
        return (), reason
    bought, visited = _is_orders(found["orders"]), _is_visits(found["visits"], facts)
    if surveyed:
        sold = bought and set(MONEY) & set(found["orders"])
        return (("orders", "responses") if sold else ("responses",)), None
    if _is_trial(name, found["trials"], facts) and not _is_plain(found):
        visited = visited and _speaks_of_visits(name, found["visits"])
        return (("visits", "trials") if visited else ("trials",)), None
    if bought and visited:
        return _orders_or_visits(name, found), None
    if visited and _speaks_of_visits(name, found["visits"]):
        return ("visits",), None
    if bought:
        by_period = _by_period(found["orders"], facts)
        return ((), by_period) if by_period else (("orders",), None)
    return (), _why_none(found, facts)


def _is_survey(found: Mapping[str, Found], facts: Mapping[str, Facts]) -> bool:
    scored = [role for role in SCORES if role in found and found[role].score >= 0.5]
    if not scored:
        return False
    if scored != ["rating"]:
        return True
    return bool({"customer", "date", "comment", "response"} & set(found))  # stars of a list of products


def _is_tally(found: Mapping[str, Found], facts: Mapping[str, Facts]) -> bool:
    """How often each score was given: every score once, a number beside it, and nobody who gave it."""
    if not {"recommend", "rating"} & set(found) or {"customer", "date", "comment", "response"} & set(found):
        return False
    score = found.get("recommend") or found["rating"]
    fact = facts.get(score.header)
    counts = [f for header, f in facts.items() if header != score.header and f.numbers > 0.9]
    return fact is not None and 4 < fact.cells < 12 and fact.cells == fact.values and bool(counts)


def _is_orders(found: Mapping[str, Found]) -> bool:
    # a bare "ID" says too little to be an order's
    has = {role for role, place in found.items() if role != "order" or place.score > 0.8}
    goods, money = has & set(GOODS), has & set(MONEY)
    if "customer" in has:
        return bool(money or goods & {"product", "order", "quantity", "category"} or "date" in has)
    if "order" in has:
        return bool(money or goods & {"product", "quantity"} or "date" in has)
    return {"date", "amount"} <= has


def _is_visits(found: Mapping[str, Found], facts: Mapping[str, Facts]) -> bool:
    return "time" in found and bool({"visitor", "duration", "source", "bought"} & set(found))


def _is_trial(name: str, found: Mapping[str, Found], facts: Mapping[str, Facts]) -> bool:
    """A column called after the arms of a trial, whose few values come again, and an outcome beside it.

    ``Group`` says less than ``Treatment``: beside it the outcome must be called so, and not ``Amount``.
    """
    if not {"group", "outcome"} <= set(found):
        return False
    group, outcome = (found[role].header for role in ("group", "outcome"))
    sure = named("trials", "group", group) > 0.93 or SHEET_NAME["trials"].search(name)
    called = sure or (named("trials", "group", group) > 0.87 and named("trials", "outcome", outcome) > 0.87)
    return bool(called) and group in facts and is_group(facts[group])


def _is_plain(found: Assigned) -> bool:
    """Whether a sheet says so much about orders or visits that it is them, whatever else it holds."""
    orders = set(found["orders"])
    sold = bool(orders & {"order", "product", "quantity"} or {"customer", "date"} <= orders)
    visits = {role for role, place in found["visits"].items() if place.score > 0.95}
    return (sold and bool(orders & set(MONEY))) or bool(visits & {"duration", "source"})


def _speaks_of_visits(name: str, found: Mapping[str, Found]) -> bool:
    if SHEET_NAME["visits"].search(name):
        return True
    if {"duration", "bought"} & set(found):
        return True
    time, visitor = found["time"].header, found.get("visitor")
    own_time = named("visits", "time", time) > max(0.9, named("orders", "date", time))
    return own_time or (visitor is not None and named("visits", "visitor", visitor.header) > 0.9)


def _orders_or_visits(name: str, found: Assigned) -> tuple[str, ...]:
    orders, visits = found["orders"], found["visits"]
    money = set(MONEY) & set(orders)
    if money and {"duration", "bought"} & set(visits):
        return ("orders", "visits")
    if money or {"product", "order", "quantity"} & set(orders):
        return ("orders",)
    if SHEET_NAME["orders"].search(name):
        return ("orders",)
    return ("visits",) if _speaks_of_visits(name, visits) else ("orders",)


def _not_rows(
    names: set[str], headers: Sequence[str], facts: Mapping[str, Facts], orders: Mapping[str, Found]
) -> Message | None:
    """A table whose rows are not single orders, answers or visits."""
    if len(names & AGGREGATE) >= 2:
        return Message("reason.aggregate")
    single = any(role in orders and orders[role].score > 0.8 for role in ("order", "product"))
    if len(names & SUMMARY) >= 2 and not single:
        return Message("reason.summary")
    family = _largest_family(headers, facts)
    if family >= MATRIX and family >= 0.5 * len(facts):
        return Message("reason.matrix", {"columns": family})
    return None


def _largest_family(headers: Sequence[str], facts: Mapping[str, Facts]) -> int:
    """How many columns of numbers share a name but for a number, or are named by numbers or months."""
    stems = Counter(
        re.sub(
            r"\d+|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|月",
            "",
            plain(header),
        )
        for header in headers
        if header in facts and facts[header].numbers > 0.8 and re.search(r"\d|月", header)
    )
    return max(stems.values(), default=0)


def _by_period(found: Mapping[str, Found], facts: Mapping[str, Facts]) -> Message | None:
    """One sum a day or a month, nothing that tells purchases apart."""
    if {"customer", "order", "product", "quantity"} & set(found):
        return None
    header = found["date"].header
    date = facts.get(header)
    daily = date is not None and date.distinct == 1 and date.values >= 3 and date.clock < 0.5
    return Message("reason.by_period") if daily or plain(header) in PERIODS else None


def _why_none(found: Assigned, facts: Mapping[str, Facts]) -> Message:
    orders = found["orders"]
    if (unscored := _no_score(facts)) is not None:
        return unscored
    if len(arms := [header for header, fact in facts.items() if _is_arm(header, fact)]) > 1:
        return Message("reason.side_by_side", {"columns": ", ".join(arms)})
    if not any(found.values()):
        return Message("reason.unknown")
    if "customer" in orders and {"customer"} >= set(orders) - {
        "email",
        "birthday",
        "segment",
        "consent",
        "status",
    }:
        return Message("reason.customers")
    if "product" in orders and not {"customer", "order", "date"} & set(orders):
        return Message("reason.products")
    if "order" in orders and {"returned", "refund"} & set(orders):
        return Message("reason.returns")
    return Message("reason.incomplete")


def _is_arm(header: str, facts: Facts) -> bool:
    return facts.numbers > 0.6 and bool(_ARM.match(plain(header)))


def _no_score(facts: Mapping[str, Facts]) -> Message | None:
    """The question is asked, but not answered on the scale that the score is defined on."""
    for header, fact in facts.items():
        if named("responses", "recommend", header) <= 0.7:
            continue
        if fact.numbers <= 0.6:
            return Message("reason.no_scores", {"column": header})
        ends = {"low": f"{fact.low:g}", "high": f"{fact.high:g}"}
        if is_short_scale(fact) or fact.low < -1 or fact.high > 11:
            return Message("reason.another_scale", {"column": header, **ends})
    return None


def worth(table: str, roles: Mapping[str, str]) -> int:
    """How much of a table is there: for choosing between sheets that hold the same orders."""
    wanted = {"orders": ("customer", "date", "amount", "order", "product"), "visits": ("visitor", "time")}
    return sum(role in roles for role in wanted.get(table, ("recommend", "date", "customer", "comment")))
