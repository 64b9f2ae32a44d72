"""What the words for the state of an order say: paid, cancelled, never paid, refunded, a return."""

from __future__ import annotations

import polars as pl

CANCELLED = (
    r"cancel|\bvoid|storn|annul|anulad|отмен|отказ|取消|关闭|作废|失效|撤销|abandon|expired|deleted|reject"
    r"|declin|refused|trash|\blost\b|провал|perdid|verloren|输单|丢单"
)
UNPAID = (
    r"unpaid|not paid|\bfail|awaiting payment|pending payment|payment pending|payment error|\bdraft"
    r"|incomplete|blocked|requires payment|未付|待付|未支付|待支付|等待.{0,4}付款|支付失败|付款失败|交易失败"
    r"|не ?оплач|ожида\w* оплат|ошибк|impag|non pay|pendiente de pago|aguardando pagamento"
    r"|nicht bezahlt|fehlgeschlagen|échou|fallid"
)
REFUNDED = (
    r"^(?:fully |order )?refund(?:ed)?$|^return(?:ed)?$|chargeback|charge back|^reversed$"
    r"|^retoure$|^retourniert$|^rücksendung$|^zurück(?:geschickt|gesendet|gegeben)$|^retourn[eé]e?$|^reso$"
    r"|^(?:已|全额|交易)?退[款货](?:成功|完成)?$|^возвращ|^возврат(?: выполнен)?$"
    r"|^erstattet$|^rembours|^reembolsad|^devuelt"
)
RETURN = r"refund|return|возврат|退货|退款|credit note|credit memo|gutschrift|avoir|devoluc|reversal|retoure"
TRANSFER = r"withdrawal|\btransfer\b|payout|bank deposit|service fee|提现|вывод средств|abbuchung|auszahlung"
WON = r"\bwon\b|成交|赢单|успешн|gewonnen|gagn[eé]|ganad"
# unpaid where the column speaks of payments, only not sent where it does not
PENDING = r"^(?:pending|pendiente|pendente|offen|ausstehend|en attente|в ожидании)$"
FURTHER = "_status "  # before the header of another column of states: payment beside delivery
SURE = 0.8  # how surely a header must name a further column of states
TYPE_HEADER = r"(?i)\btype\b|тип|类型|event|\bart\b"
STAGE_HEADER = r"(?i)stage|стадия|阶段|phase|deal|状态"
PAYMENT_HEADER = r"(?i)financ|pay|付款|支付|оплат|zahl|pago|paiement|pagamento"


def says(status: pl.Series, pattern: str) -> pl.Series:
    """Whether each status matches; false where there is none."""
    few = status.drop_nulls().unique()
    words = few.str.strip_chars().str.to_lowercase().str.replace_all("[_-]", " ")
    return status.is_in(few.filter(words.str.contains(pattern)).implode()).fill_null(False)


def is_unpaid(status: pl.Series, header: str) -> pl.Series:
    """Whether no money came, as the words and the name of the column say."""
    found = says(status, UNPAID)
    return found | says(status, PENDING) if header_says(header, PAYMENT_HEADER) else found


def header_says(header: str, pattern: str) -> bool:
    """Whether the name of a column matches."""
    return bool(pl.Series([header]).str.contains(pattern).item())
