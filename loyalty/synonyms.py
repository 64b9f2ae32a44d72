"""What strangers call things: which role a header names, in the languages of ``synonyms.csv``."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType


def plain(header: str) -> str:
    """A header without case, width, accents of width, spaces and punctuation.

    Examples
    --------
    >>> plain("*Invoice No."), plain("ＩＤ 客户"), plain("Order #")
    ('invoiceno', 'id客户', 'orderno')
    """
    text = unicodedata.normalize("NFKC", header).casefold().replace("#", " no ")
    return "".join(character for character in text if character.isalnum())


_BRACKETS = re.compile(r"[(\[{（【].*?[)\]}）】]")
_NUMBERING = re.compile(r"^\s*(?:Q?\d+(?:[_.]\d+)*)\s*[、.．):：·]\s*(?=\D)", re.I)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_STEP = 0.08  # what one rank costs


def _rows() -> Iterable[dict[str, str]]:
    lines = files("loyalty").joinpath("synonyms.csv").read_text(encoding="utf-8")
    return csv.DictReader(lines.splitlines())


@cache
def _names() -> Mapping[str, tuple[tuple[str, str, int], ...]]:
    """Plain name to (table or "", role, rank)."""
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in _rows():
        found[plain(row["name"])].append((row["table"], row["role"], int(row["rank"])))
    return MappingProxyType({name: tuple(entries) for name, entries in found.items()})


@cache
def _languages() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows():
        if row["role"] != "!":
            found[plain(row["name"])].add(row["language"])
    return MappingProxyType({name: frozenset(languages) for name, languages in found.items()})


def language(headers: Iterable[str]) -> str | None:
    """The language in which most of the headers are known; English where they are known in several.

    Examples
    --------
    >>> language(["Datum", "Kunde", "Betrag"]), language(["Date", "Total"]), language(["x"])
    ('de', 'en', None)
    """
    counted = Counter(lang for header in headers for lang in _languages().get(plain(header), ()))
    return max(counted, key=lambda lang: (counted[lang], lang == "en"), default=None)


@cache
def _turning() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words, and pieces of Chinese, that turn a known name into something else."""
    words = {name for name, entries in _names().items() if any(role == "!" for _, role, _ in entries)}
    pieces = tuple(word for word in words if _HAN.search(word))
    return frozenset(words), pieces


def known(header: str, table: str = "") -> bool:
    """Whether some table has a role, or the list a place, for exactly this header.

    What only a trial is known by, such as ``Test group``, is a longer name of something else elsewhere.
    """
    return any(
        role != "!" and (place != "trials" or place == table)
        for name in _forms(header)
        for place, role, _ in _names().get(name, ())
    )


@lru_cache(maxsize=4096)  # strangers' headers: bounded
def _forms(header: str) -> tuple[str, ...]:
    """The header as it is, without numbering, without brackets, and the parts of stacked headers."""
    bare = _NUMBERING.sub("", header)
    forms = [header, bare, _BRACKETS.sub(" ", bare), *reversed(bare.split(" · "))]
    return tuple(dict.fromkeys(name for name in map(plain, forms) if name))


def _exact(table: str, role: str, header: str) -> float:
    for place, name in enumerate(_forms(header)):
        ranks = [r for t, known_role, r in _names().get(name, ()) if known_role == role and t in ("", table)]
        if ranks:
            return 1 - _STEP * (min(ranks) - 1) - 0.02 * place
    return 0.0


@lru_cache(maxsize=4096)  # strangers' headers: bounded
def _pieces(header: str) -> tuple[tuple[str, float], ...]:
    """Names inside a longer header, with the share of it they make up."""
    bare = _BRACKETS.sub(" ", _NUMBERING.sub("", header))
    words, turning = _WORD.findall(_CAMEL.sub(" ", bare)), _turning()
    if len(words) > 8 or any(plain(word) in turning[0] for word in words):
        return ()
    name = plain(bare)
    if _HAN.search(name):
        if len(name) > 16 or any(piece in name for piece in turning[1]):
            return ()
        spans = [name[a:b] for a in range(len(name)) for b in range(a + 2, len(name) + 1)]
        return tuple((span, len(span) / len(name)) for span in spans)
    runs = [(a, b) for a in range(len(words)) for b in range(a + 1, len(words) + 1)]
    return tuple((plain("".join(words[a:b])), (b - a) / len(words)) for a, b in runs)


def _partial(table: str, role: str, header: str) -> float:
    if known(header, table) or (role in _QUESTION and _NO_QUESTION.search(header)):
        return 0.0
    best = 0.0
    for name, share in _pieces(header):
        if share < 0.3 or len(name) < (2 if _HAN.search(name) else 3):
            continue
        for place, known_role, rank in _names().get(name, ()):
            if known_role == role and place in ("", table) and rank < 4:
                best = max(best, (0.45 + 0.35 * share) * (1 - _STEP * (rank - 1)))
    return best


# The questions of surveys in the words people put them in; order matters only for reading.
_QUESTIONS = {
    "recommend": r"recommend|tell (?:your |my |a )?(?:friend|colleague|other)|\brefer (?:us|me|a friend)"
    r"|推荐|推薦|(?:介绍|分享|安利)(?:给|到).{0,8}(?:朋友|同事|家人|亲友|他人|别人)"
    r"|empfehl|recommand|recomend|рекоменд|raccomand|promoter score|\bnps\b",
    "again": r"\b(?:buy|purchas\w*|shop\w*|order\w*|come|visit\w*|return\w*|use|dine|stay|book\w*|renew\w*)\b"
    r".*\b(?:again|back)\b|buy more from us|continue (?:to )?(?:buy|us|shop|com)|renew"
    r"|再次?(?:购买|光临|消费|选择|惠顾|下单|来)|继续(?:购买|使用|选择)|回购|复购|重复购买|续费|续约"
    r"|wieder (?:kaufen|bestellen|kommen)|à nouveau|racheter|volver(?:ía)? a comprar|novamente|снова",
    "other": r"\b(?:other|another|new|different|rest of)\b"
    r".*\b(?:product|service|item|range|flavou?r|dish|class)\w*|(?:其他|其它|别的|新的?)(?:的)?(?:产品|商品|服务|品类|口味|课程)"
    r"|尝试.*(?:其他|其它|新品)|andere (?:produkte|leistungen)|autres produits|otros productos"
    r"|outros produtos|другие (?:товары|продукты|услуги)",
    "rating": r"satisf|\brate (?:us|our|your|the|this)\b|\brating\b|\bstars?\b|how was"
    r"|满意|评分|打分|几星|星级|zufrieden|bewerte|calific|valora|оцен|удовлетвор",
    "comment": r"\bwhy\b|reason|comment|feedback|suggest|improve|tell us|change|like (?:most|best|least)"
    r"|anything else|better|为什么|为何|原因|理由|建议|意见|改进|改变|哪些|什么|请说明|评价"
    r"|warum|verbesser|pourquoi|améliorer|por qu[eé]|mejorar|melhorar|почему|улучш",
}
_REFUSAL = re.compile(
    r"\bunsubscri|\bopt(?:s|ed)?[ -]?out"
    r"|\b(?:do not|don.t|never|not to be) ?(?:e-?mail|mail|contact|call|write|text)"
    r"|\bconsent (?:withdrawn|revoked|refused|denied)"
    r"|\b(?:no|without|withdrew|refused) (?:consent|marketing|newsletter)"
    r"|退订|拒收|请勿联系|勿扰|(?:不同意|拒绝)(?:联系|营销|接收|推广)",
    re.I,
)


def refuses(header: str) -> bool:
    """Whether yes under a header means not to be written to.

    >>> refuses("Unsubscribed"), refuses("do_not_contact"), refuses("Accepts Marketing")
    (True, True, False)
    """
    return bool(_REFUSAL.search(_CAMEL.sub(" ", header).replace("_", " ")))


_QUESTION = {role: re.compile(pattern, re.I) for role, pattern in _QUESTIONS.items()}
_NO_QUESTION = re.compile(
    r"推荐(人|码|员|奖|来源)|recommended by|nps[ _-]*(group|category|segment|type)|分组|类别|referr", re.I
)


def asks(role: str, header: str) -> bool:
    """Whether a header speaks of what a question of a survey asks.

    >>> asks("recommend", "Willingness to recommend"), asks("recommend", "Score")
    (True, False)
    """
    return bool(_QUESTION[role].search(header)) and not _NO_QUESTION.search(header)


def _asked(role: str, header: str) -> float:
    """How well a whole question fits a role of a survey."""
    if role not in _QUESTION or known(header) or _NO_QUESTION.search(header):
        return 0.0
    if not _QUESTION[role].search(header):
        return 0.0
    stronger = {"rating": ("recommend", "again", "other"), "other": ("recommend",), "again": ("recommend",)}
    if any(_QUESTION[name].search(header) for name in stronger.get(role, ())):
        return 0.3
    return 0.75 if role == "comment" else 0.88


@lru_cache(maxsize=4096)  # strangers' headers: bounded
def named(table: str, role: str, header: str) -> float:
    """How surely a header names a role of a table, its cells unseen.

    Returns
    -------
    float
        0 (not at all) to 1.

    Examples
    --------
    >>> named("orders", "date", "Order Date") > named("orders", "date", "Date") > 0.8
    True
    >>> named("orders", "amount", "Shipping")
    0.0
    """
    if role == "consent" and refuses(header):
        return 0.9
    score = max(_exact(table, role, header), _partial(table, role, header))
    return max(score, _asked(role, header)) if table == "responses" else score
