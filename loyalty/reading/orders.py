"""From rows of orders as programs export them to lines whose amounts add up to the orders' totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

import polars as pl

from loyalty.columns import ROLES
from loyalty.reading import statuses
from loyalty.reading.copies import without_copies
from loyalty.reading.findings import Findings
from loyalty.reading.values import share

ORDER_LEVEL = (
    "customer",
    "date",
    "currency",
    "status",
    "segment",
    "email",
    "birthday",
    "consent",
    "cancelled",
)
MOSTLY = 0.95  # of the orders with several lines must agree before a total is taken for repeated
FIRST_ONLY = 0.8
NUMBERS = ("amount", "quantity", "price", "discount", "refund", "currency")
MANY = 0.1  # share of the rows that have to be so before it is a way of writing
FEW, REUSED = 5, 0.5  # so many numbers on several rows, and that share of them with several customers


def orders(
    frame: pl.DataFrame, headers: dict[str, str], copies: Mapping[int, str], findings: Findings
) -> pl.DataFrame:
    """Order lines ready to be counted.

    Parameters
    ----------
    frame
        Typed columns in role names with ``_sheet``, ``_row``, ``_copy`` and ``_unread_…`` flags.
    headers
        Role to header, for notes.
    copies
        Index of the sheet to what is done with exact copies (see :class:`~loyalty.reading.plans.Plan`).
    findings
        Gets what is repaired and left out.
    """
    frame = _without_sums(frame, findings)
    frame = _nobody(frame, headers, findings)
    frame = _told_apart(frame, headers, findings)
    frame = _joined(_filled_down(frame, findings), findings)
    frame = _dated_below(frame, headers, findings)
    frame = without_copies(frame, "orders", copies, findings)
    frame = _without_void(frame, headers, findings)
    frame = _first_events(frame, findings)
    frame = _amounts(frame, headers, findings)
    frame = _one_currency(frame, headers, findings)
    frame = _complete(frame, headers, findings)
    if "customer" in frame.columns:
        findings.note(
            "seen", "no_customer", frame.filter(pl.col("customer").is_null()), headers.get("customer")
        )
    return frame


def _has(frame: pl.DataFrame, *roles: str) -> bool:
    return set(roles) <= set(frame.columns)


def _without_sums(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Leave out sums without a word: rows of nothing but numbers, the amount that of the rows above."""
    words = [role for role in frame.columns if role in ROLES["orders"] and role not in NUMBERS]
    if "amount" not in frame.columns or not words:
        return frame
    bare = pl.all_horizontal(pl.col(role).is_null() for role in words) & pl.col("amount").is_not_null()
    if not 0 < frame.select(bare).sum().item() <= MANY * frame.height:
        return frame
    amount = pl.when(bare).then(0.0).otherwise(pl.col("amount")).fill_null(0.0)
    block = bare.cast(pl.Int64).cum_sum().shift(1, fill_value=0).over("_sheet")
    sums = [amount.cum_sum().over("_sheet"), amount.sum().over("_sheet", block)]
    equal = pl.any_horizontal((pl.col("amount") - total).abs() < 0.01 for total in sums)
    return findings.leave_out(frame, frame.select(bare & equal).to_series(), "totals")


def _nobody(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Customer number 0 is a guest where it stands in far more rows than any other customer."""
    if not _has(frame, "customer"):
        return frame
    zero = (frame["customer"].str.contains(r"^-?0+$|^-1$")).fill_null(False)
    if zero.sum() < FEW or zero.sum() < MANY * frame.height:
        return frame
    usual = frame.filter(~zero)["customer"].drop_nulls().value_counts()["count"].max()
    if usual is not None and zero.sum() <= 3 * int(str(usual)):
        return frame
    findings.note("repaired", "nobody", frame.filter(zero), headers.get("customer"))
    return frame.with_columns(customer=frame["customer"].set(zero, None))


def _joined(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Orders on one sheet and their items on another: what the order says has gone to its items."""
    details = [role for role in ("product", "quantity", "price", "amount") if role in frame.columns]
    if not details or not _has(frame, "order") or frame["_sheet"].n_unique() < 2:
        return frame
    bare = pl.all_horizontal(pl.col(role).is_null() for role in details)
    items = pl.col("_sheet").filter(~bare).first().over("order")
    heads = frame.select(bare & pl.col("order").is_not_null() & (items != pl.col("_sheet"))).to_series()
    findings.note("repaired", "joined", frame.filter(heads.fill_null(False)))
    return frame.filter(~heads.fill_null(False))


def _told_apart(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Numbers that begin anew, every day or in every branch, name an order only with day and customer."""
    if not _has(frame, "order", "customer"):
        return frame
    customer = pl.col("customer")
    ids = frame.lazy().select("order", "customer").drop_nulls("order").group_by("order")
    counted = ids.agg(pl.len().alias("rows"), customer.min().alias("least"), customer.max().alias("most"))
    several = counted.filter(pl.col("rows") > 1).collect()
    if several.height < FEW or share(several["least"] != several["most"]) < REUSED:
        return frame
    findings.note("repaired", "numbers_begin_anew", frame.drop_nulls("order"), headers["order"])
    day = [pl.col("date").dt.date().cast(pl.String)] if _has(frame, "date") else []
    parts = [pl.col("order"), *(part.fill_null("") for part in (*day, pl.col("customer")))]
    return frame.with_columns(order=pl.concat_str(parts, separator=" · "))


def _filled_down(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Give the lines of an order what only its first line says."""
    if not _has(frame, "order"):
        return frame
    level = [n for n in frame.columns if n in ORDER_LEVEL or n.startswith(statuses.FURTHER)]
    detail = [role for role in ("product", "quantity", "price") if role in frame.columns]
    heads = [role for role in ("order", "date", "customer") if role in frame.columns]
    if len(heads) > 1 and detail and frame["order"].null_count():
        bare = pl.all_horizontal(pl.col(role).is_null() for role in heads)
        bare &= pl.any_horizontal(pl.col(role).is_not_null() for role in detail)
        continued = frame.select(bare).to_series()
        if continued.any():
            above = pl.col("order").forward_fill().over("_sheet")
            frame = frame.with_columns(order=pl.when(continued).then(above).otherwise(pl.col("order")))
    gaps = [role for role in level if frame[role].null_count()]
    if not gaps or not frame["order"].is_duplicated().any():
        return frame
    known = pl.col("order").is_not_null()
    firsts = [
        pl.when(known)
        .then(pl.col(r).fill_null(pl.col(r).drop_nulls().first().over("order")))
        .otherwise(pl.col(r))
        .alias(r)
        for r in gaps
    ]
    filled = frame.with_columns(firsts)
    changed = pl.any_horizontal(pl.col(role).is_null() & ~filled[role].is_null() for role in gaps)
    findings.note("repaired", "filled_down", frame.filter(changed))
    return filled


def _dated_below(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Lists kept by hand name each day once, one after the other: give it to the rows below."""
    if not _has(frame, "date") or (_has(frame, "_unread_date") and frame["_unread_date"].any()):
        return frame
    day = pl.col("date")
    blank = frame["date"].is_null()
    known = frame.filter(day.is_not_null())
    forward = known.select((day > day.shift(1).over("_sheet")).fill_null(True).all()).item()
    days = known.select((day.dt.time() == time()).all()).item()
    if blank.sum() < MANY * frame.height or known.height < FEW or not forward or not days:
        return frame
    filled = frame.with_columns(day.forward_fill().over("_sheet"))
    findings.note("repaired", "dates_below", frame.filter(blank), headers.get("date"))
    return frame.with_columns(date=pl.when(blank).then(filled["date"]).otherwise(day))


def _without_void(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Leave out what was cancelled, not paid for, sent back."""
    for flag in ("cancelled", "returned"):
        if _has(frame, flag):
            frame = findings.leave_out(frame, frame[flag], flag, headers[flag])
    if not _has(frame, "status"):
        return frame
    header = headers["status"]
    status = frame["status"]
    won = statuses.says(status, statuses.WON)
    if won.any() and statuses.header_says(header, statuses.STAGE_HEADER):
        return findings.leave_out(frame, ~won, "not_won", header)
    frame = findings.leave_out(frame, statuses.says(status, statuses.CANCELLED), "cancelled", header)
    frame = findings.leave_out(frame, statuses.is_unpaid(frame["status"], header), "unpaid", header)
    return _void_elsewhere(_returns(frame, "status", header, findings), findings)


def _void_elsewhere(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """The same by further columns of states; only one of payments says what is unpaid."""
    for name in [name for name in frame.columns if name.startswith(statuses.FURTHER)]:
        header = name.removeprefix(statuses.FURTHER)
        frame = findings.leave_out(frame, statuses.says(frame[name], statuses.CANCELLED), "cancelled", header)
        if statuses.header_says(header, statuses.PAYMENT_HEADER):
            frame = findings.leave_out(frame, statuses.is_unpaid(frame[name], header), "unpaid", header)
        frame = _returns(frame, name, header, findings)
    return frame


def _returns(frame: pl.DataFrame, column: str, header: str, findings: Findings) -> pl.DataFrame:
    """Refunds with a positive amount: documents of their own become negative, refunded orders go."""
    money = next((role for role in ("amount", "price") if role in frame.columns), None)
    positive = frame[money] > 0 if money else pl.repeat(True, frame.height, eager=True)
    if _has(frame, "quantity"):
        positive &= (frame["quantity"] > 0).fill_null(True)
    if statuses.header_says(header, statuses.TYPE_HEADER) and money:
        moved = statuses.says(frame[column], statuses.TRANSFER) & (frame[money] < 0)
        frame, positive = (
            findings.leave_out(frame, moved, "transfer", header),
            positive.filter(~moved.fill_null(False)),
        )
        back = statuses.says(frame[column], statuses.RETURN) & positive
        findings.note("repaired", "returns_negative", frame.filter(back.fill_null(False)), header)
        return frame.with_columns(pl.when(back).then(-pl.col(money)).otherwise(pl.col(money)).alias(money))
    if _has(frame, "refund"):
        return frame
    refunded = statuses.says(frame[column], statuses.REFUNDED)
    return findings.leave_out(frame, refunded & positive, "refunded", header)


def _first_events(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """A log of what happened to each order is read as its first entry."""
    details = {"product", "category", "quantity", "price", "amount", "line", "refund"} & set(frame.columns)
    if details or not _has(frame, "order", "status") or not frame.height:
        return frame
    changing = frame.group_by("order").agg(
        pl.len().alias("rows"), pl.col("status").n_unique().alias("states")
    )
    several = changing.filter(pl.col("rows") > 1)
    if not several.height or share(several["states"] == several["rows"]) < MOSTLY:
        return frame
    by = "date" if _has(frame, "date") else "_row"
    first = pl.int_range(pl.len()).over("order", order_by=by) == 0
    later = frame.select(~first & pl.col("order").is_not_null()).to_series()
    return findings.leave_out(frame, later, "later_event")


def _amounts(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """One amount a line: given, or price × quantity; totals of whole orders are shared out to the lines."""
    if not _has(frame, "amount"):
        if not _has(frame, "price"):
            return frame
        quantity = pl.col("quantity").fill_null(1) if _has(frame, "quantity") else pl.lit(1)
        frame = frame.with_columns(amount=pl.col("price") * quantity)
        id = "price_times_quantity" if _has(frame, "quantity") else "price_as_amount"
        findings.note("repaired", id, frame.filter(pl.col("amount").is_not_null()), headers["price"])
        lines = True
    else:
        lines = False
        frame = _negative(frame, headers, findings)
    for role in ("amount", "refund"):
        if _has(frame, role) and _has(frame, "order") and not (lines and role == "amount"):
            frame = _shared_out(frame, role, headers, findings)
    if _has(frame, "refund"):
        back = frame["refund"].abs().fill_null(0)
        findings.note("repaired", "refunds", frame.filter(back > 0), headers["refund"])
        frame = frame.with_columns(amount=pl.col("amount") - pl.col("refund").abs().fill_null(0))
    return frame


def _negative(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Returns without a minus: the quantity has it, or the number begins with C among plain ones."""
    amount = pl.col("amount")
    back = pl.lit(False)
    if _has(frame, "quantity"):
        negative = frame.filter(pl.col("quantity") < 0)
        if negative.height and share(negative["amount"] > 0) > MOSTLY:
            back |= pl.col("quantity") < 0
    if _has(frame, "order"):
        credit = frame["order"].str.contains(r"^[Cc]\d+$").fill_null(False)
        plain = frame["order"].str.contains(r"^\d+$").fill_null(False)
        positive = share(frame["amount"].filter(credit) > 0)
        if credit.any() and share(plain) > 0.5 and positive > MOSTLY:
            back |= pl.lit(credit)
    rows = frame.select((back & (amount > 0)).fill_null(False).alias("back")).to_series()
    if len(rows) != frame.height or not rows.any():
        return frame
    findings.note("repaired", "returns_negative", frame.filter(rows), headers["amount"])
    return frame.with_columns(amount=pl.when(rows).then(-amount).otherwise(amount))


def _shared_out(frame: pl.DataFrame, role: str, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Where a column holds the total of the order: divide it among the lines, by their value where known.

    Repeated on every line (as JD exports it) or on the first line alone (Shopify).
    """
    how = _total_style(frame, role)
    if how is None:
        return frame
    several = pl.len().over("order") > 1
    inside = pl.col("order").is_not_null() & several
    part = 1 / pl.len().over("order")
    if _has(frame, "price", "quantity"):
        value = (pl.col("price") * pl.col("quantity")).abs().fill_null(0)
        whole = value.sum().over("order")
        part = pl.when(whole > 0).then(value / whole).otherwise(part)
    total = pl.col(role).drop_nulls().first().over("order")
    if role == "amount":
        findings.note("repaired", how, frame.filter(inside), headers[role])
    return frame.with_columns(pl.when(inside).then(total * part).otherwise(pl.col(role)).alias(role))


def _total_style(frame: pl.DataFrame, role: str) -> str | None:
    """``total_first``, ``total_repeated``, or None where every line has an amount of its own."""
    known = frame.filter(pl.col("order").is_not_null())
    if not known["order"].is_duplicated().any():
        return None
    several = _several_lines(known, role)
    if not several.height:
        return None
    if share(several["given"] == 1) >= FIRST_ONLY:
        return "total_first"
    full = several.filter(pl.col("given") == pl.col("lines"))
    if full.height < 0.5 * several.height or share(full["low"] == full["high"]) < MOSTLY:
        return None
    return "total_repeated" if _are_totals(full) else None


def _several_lines(frame: pl.DataFrame, role: str) -> pl.DataFrame:
    """One row an order of several lines: its amounts, and what its lines are worth by price and quantity."""
    amount, worth = pl.col(role), pl.lit(None, dtype=pl.Float64)
    if _has(frame, "price", "quantity"):
        worth = pl.col("price") * pl.col("quantity")
    return (
        frame.with_columns(_worth=worth)
        .group_by("order")
        .agg(
            pl.len().alias("lines"),
            amount.count().alias("given"),
            amount.min().alias("low"),
            amount.max().alias("high"),
            pl.col("_worth").sum().alias("worth"),
            pl.col("_worth").min().alias("least"),
            pl.col("_worth").max().alias("most"),
        )
        .filter((pl.col("lines") > 1) & (pl.col("given") > 0))
    )


def _are_totals(orders: pl.DataFrame) -> bool:
    """Whether amounts that are equal within their order are its total, and not those of equal lines."""
    if orders["most"].null_count() < orders.height:
        unequal = orders.filter(pl.col("least") != pl.col("most"))
        if unequal.height:
            return True  # lines of different worth with one amount
        return share((orders["worth"] - orders["high"]).abs() <= 0.01 * orders["worth"].abs()) > 0.5
    commonest = orders["high"].value_counts(sort=True)["count"][0]
    return orders.height >= 3 and commonest <= 0.5 * orders.height  # else everything costs the same


def _one_currency(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Amounts in several currencies cannot be added: keep the commonest."""
    if not _has(frame, "currency"):
        return frame
    counted = frame["currency"].drop_nulls().value_counts(sort=True)
    if counted.height < 2:
        return frame
    kept = counted.to_series(0)[0]
    other = (frame["currency"] != kept).fill_null(False)
    return findings.leave_out(frame, other, "other_currency", headers.get("currency"), currency=kept)


def _complete(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Leave out rows without a date or an amount where the table has these columns."""
    source = "amount" if "amount" in headers else "price"
    for role, header in (("date", headers.get("date")), ("amount", headers.get(source))):
        if not _has(frame, role):
            continue
        flags = [f"_unread_{name}" for name in (role, *(("price", "quantity") if role == "amount" else ()))]
        unread = pl.any_horizontal(pl.col(flag) for flag in flags if flag in frame.columns)
        missing = pl.col(role).is_null()
        frame = findings.leave_out(
            frame, frame.select(missing & unread).to_series(), f"unread_{role}", header
        )
        frame = findings.leave_out(frame, frame[role].is_null(), f"no_{role}", header)
    return frame
