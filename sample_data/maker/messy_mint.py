"""The restaurant as it arrives: a CSV from the till, with a title, weekly sums and rows beside the trial."""

from datetime import date
from itertools import groupby
from random import Random

from maker.dirt import MONTHS, Dirt, Made
from maker.records import Business, Party
from maker.sheets import Row, Sheet

HEADER = ["Date", "Waiter", "Table", "Guests", "Bill", "Tip", "Tip (%)", "Condition"]


def mint(business: Business) -> list[Made]:
    dirt = Dirt(Random(51))
    sheet = Sheet("", rows(dirt, business.trials))
    return [Made("mint_messy.csv", [sheet], ("trials",), {"trials": dirt.counts()}, "utf-8-sig")]


def rows(dirt: Dirt, parties: list[Party]) -> list[Row]:
    found: list[Row] = [["Trattoria Menta, bills of the evening"], ["Dollars, before tax"], [], HEADER]
    dirt.left_out["title_rows"] += 3
    for _, its in groupby(parties, lambda each: each.day.isocalendar().week):
        week = list(its)
        found += [row for each in week for row in (bill(dirt, each), *beside(dirt, each))]
        found += [week_sum(week), []]
        dirt.left_out.update(totals_rows=1, blank_rows=1)
    dirt.left_out["footer_rows"] += 1
    return [*found, ["Every party was given its treatment by lot."]]


def bill(dirt: Dirt, each: Party) -> Row:
    return [
        day(dirt, each.day),
        dirt.spelling(each.server),
        each.table,
        each.size,
        dollars(dirt, each.cents),
        dollars(dirt, each.tip),
        percent(dirt, each.percent),
        dirt.spelling(each.group),
    ]


def beside(dirt: Dirt, each: Party) -> list[Row]:
    """What the till also printed: bills at the bar, without a treatment, and bills that were taken back."""
    chance = dirt.rng.random()
    if chance < 0.012:
        dirt.left_out["no_group"] += 1
        return [[day(dirt, each.day), "Bar", "", 1, dollars(dirt, 1450), dollars(dirt, 200), "13.8", ""]]
    if chance < 0.02:
        dirt.left_out["void_bills"] += 1
        return [[day(dirt, each.day), each.server, each.table, "", "void", "void", "N/A", each.group]]
    return []


def day(dirt: Dirt, moment: date) -> str:
    """09/17/2024, the month first, or 17 Sep 2024."""
    if dirt.rng.random() < 0.7:
        return f"{moment:%m/%d/%Y}"
    return dirt.repair("dates_in_words", f"{moment.day} {MONTHS[moment.month - 1][:3]} {moment.year}")


def dollars(dirt: Dirt, cents: int) -> str:
    text = f"{cents / 100:,.2f}"
    return dirt.repair("money_as_text", f"${text}") if dirt.rng.random() < 0.6 else text


def percent(dirt: Dirt, value: float) -> str:
    return dirt.repair("percent_signs", f"{value}%") if dirt.rng.random() < 0.5 else str(value)


def week_sum(week: list[Party]) -> Row:
    bills, tips = (sum(values) / 100 for values in ([p.cents for p in week], [p.tip for p in week]))
    label = f"Total week {week[0].day.isocalendar().week}"
    return [label, "", "", sum(p.size for p in week), f"${bills:,.2f}", f"${tips:,.2f}", "", ""]
