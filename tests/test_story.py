"""Which sentences are said of a result, and that they can be said of every result."""

import math
import re
import string
from dataclasses import replace
from datetime import date
from unicodedata import east_asian_width

import polars as pl
import pytest

from loyalty import limits, nps, repurchase, story
from loyalty.core import Estimate, Table
from loyalty.dataset import Dataset
from loyalty.metrics import METRICS
from loyalty.texts import LANGUAGES, Message, sentences
from loyalty.words import Translator, escape
from tests import results
from tests.results import change, choices, computed

EN, ZH = Translator("en"), Translator("zh")


def said(message, t=EN):
    return t.say(message)


def ids(messages):
    return [message.id.rpartition(".")[2] for message in messages]


class TestAnswer:
    def test_nps(self):
        assert said(story.answer(results.nps(), EN)) == (
            "50% of 60 answers come from promoters and 20% from detractors: a score of 30. Had every "
            "customer answered, it would most likely lie between 10 and 48 (95% interval)."
        )

    def test_nps_in_chinese(self):
        assert said(story.answer(results.nps(), ZH), ZH) == (
            "60 份回答中，推荐者占 50%，贬损者占 20%，净推荐值为 30。"
            "如果所有客户都作答，它很可能在10至48之间（95% 区间）。"
        )

    def test_money_is_written_as_the_language_does(self):
        result = results.order_value(value=1234.5, low=1000, high=1500, currency="CNY")
        assert "CN¥1,234.50" in said(story.answer(result, EN))
        assert " ¥1,234.50" in said(story.answer(result, ZH), ZH)

    def test_small_sample_has_the_range_first_and_no_verdict(self):
        sentence = said(story.answer(results.nps(low=-40, high=80, n=limits.SMALL_SAMPLE - 1), EN))
        assert sentence.startswith("The score lies somewhere between −40 and 80")
        assert sentence.index("80") < sentence.index("30")

    def test_the_smallest_sample_that_is_not_small(self):
        assert story.answer(results.nps(n=limits.SMALL_SAMPLE), EN).id == "nps.answer.standard"

    @pytest.mark.parametrize(
        ("options", "variant"),
        [
            ({"window": None, "kind": "orders", "term": 30}, "any_time"),
            ({"window": 90, "kind": "orders", "term": 30}, "window"),
            ({"window": None, "kind": "subscription", "term": 7}, "subscription"),
            ({"window": 60, "kind": "subscription", "term": 30}, "subscription_window"),
        ],
    )
    def test_repurchase_says_the_definition_in_force(self, options, variant):
        message = story.answer(results.repurchase(options=options), EN)
        assert message.id == f"repurchase.answer.{variant}"
        for days in {"window": [90, 60], "term": [7]}.get(variant, []):
            assert days not in options.values() or str(days) in said(message)

    def test_repurchase_window_stands_in_the_sentence(self):
        result = results.repurchase(options={"window": 180, "kind": "orders", "term": 30})
        assert "within 180 days" in said(story.answer(result, EN))

    def test_returns_are_said_only_where_there_are_some(self):
        numbers = {"revenue": 500.0, "purchases": 40, "returns": 3, "returned": 37.5}
        without, apart = results.order_value(), results.order_value(numbers=numbers)
        net = replace(apart, options={"returns": "net"})
        assert "eturn" not in said(story.answer(without, EN))
        assert "(3, worth €37.50) are not taken off" in said(story.answer(apart, EN))
        assert "(3, worth €37.50) have been taken off" in said(story.answer(net, EN))

    def test_one_customer_says_nothing_of_others(self):
        result = results.order_value(low=-math.inf, high=math.inf)
        assert story.answer(result, EN).id == "order_value.answer.one_customer"
        assert "∞" not in said(story.answer(result, EN))

    def test_upsell_in_hundreds(self):
        assert "for every 100 customers who bought from one category only, 50 bought from several" in said(
            story.answer(results.upsell(), EN)
        )

    def test_upsell_without_anyone_who_bought_one_kind(self):
        result = results.upsell(several=90, one=0, value=math.inf, low=23.4, high=math.inf)
        sentence = said(story.answer(result, EN))
        assert "All 90 customers" in sentence
        assert "above 23.40" in sentence
        assert "∞" not in sentence


class TestChange:
    @pytest.mark.parametrize(
        ("moved", "id"),
        [
            (change(10, 40, 5, 55), "up"),
            (change(40, 10, -55, -5), "down"),
            (change(10, 20, -15, 35), "none"),
            (change(10, 20, 0, 35), "none"),
            (change(10, 40, 5, 55, n=limits.SMALL_SAMPLE - 1), "small"),
        ],
    )
    def test_which(self, moved, id):
        assert story.change(results.nps(change=moved), EN).id == f"nps.change.{id}"

    def test_months_are_named(self):
        sentence = said(story.change(results.nps(change=change(10, 40, 5, 55)), EN))
        assert sentence == (
            "The score rose from 10 in Mar 2025 to 40 in Apr 2025. The rise is real: the difference lies "
            "between +5 and +55 points (95% interval), and chance alone does not explain it."
        )

    @pytest.mark.parametrize("t", [EN, ZH])
    def test_both_values_are_said_even_of_few(self, t):
        moved = change(17, 43, -38, 45, n=limits.SMALL_SAMPLE - 1)
        sentence = said(story.change(results.nps(change=moved), t), t)
        assert all(number in sentence for number in ("17", "43", "−38", "+45"))

    def test_months_in_chinese(self):
        sentence = said(story.change(results.repurchase(change=change(0.2, 0.1, -0.3, 0.1)), ZH), ZH)
        assert sentence.startswith("2025年3月首次购买的客户中，20.0% 在 90 天内再次购买；2025年4月为 10.0%。")

    @pytest.mark.parametrize("moved", [None, change(math.inf, 1, -math.inf, math.inf)])
    def test_nothing_to_compare(self, moved):
        assert story.change(results.upsell(change=moved), EN).id == "story.no_change"


def split(*groups, p=0.01, by="Branch"):
    return results.nps(
        by=by, groups=tuple(Estimate(v, v - 9, v + 9, n, g) for g, v, n in groups), groups_differ=p
    )


class TestGroups:
    def test_they_differ(self):
        result = split(("Old Town", 20, 90), ("Riverside", 50, 60), ("Station", -10, 50))
        assert said(story.groups(result, EN)) == (
            "The score differs by Branch: Riverside stands highest with 50, Station lowest with −10. "
            "Differences like these hardly come about by chance (p = 0.010)."
        )

    def test_names_stand_apart_from_a_chinese_sentence(self):
        result = split(("Old Town", 20, 90), ("Riverside", 50, 60), ("Station", -10, 50))
        assert "“Riverside”最高，为 50；“Station”最低，为 −10。" in said(story.groups(result, ZH), ZH)
        assert said(story.advice(result, ZH)[0], ZH).startswith("从“Station”入手")

    def test_no_evidence(self):
        result = split(("a", 20, 90), ("b", 50, 60), p=0.4)
        assert story.groups(result, EN).id == "nps.groups.alike"

    def test_tiny_p(self):
        assert "(p < 0.001)" in said(story.groups(split(("a", 20, 90), ("b", 50, 60), p=1e-9), EN))

    def test_small_blank_and_other_groups_are_not_named(self):
        result = split(
            ("a", 20, 90), ("b", 50, 60), ("c", 90, limits.SMALL_SAMPLE - 1), ("", -80, 99), ("*", 99, 99)
        )
        sentence = said(story.groups(result, EN))
        assert "b stands highest with 50, a lowest with 20" in sentence

    def test_too_few_to_compare(self):
        assert story.groups(split(("a", 20, 90), ("b", 50, 5)), EN).id == "nps.groups.small"
        assert story.groups(split(("a", 20, 90), ("b", 50, 60), p=None), EN).id == "nps.groups.small"

    def test_nothing_to_say_of_one_group(self):
        assert story.groups(split(("a", 20, 90), p=None), EN) is None

    def test_role_names_and_headers(self):
        groups = ("a", 20, 90), ("b", 50, 60)
        assert f"differs by {sentences('en')['role.segment']}:" in said(
            story.groups(split(*groups, by="segment"), EN)
        )
        assert "differs by Filiale:" in said(story.groups(split(*groups, by="Filiale"), EN))

    def test_strangers_names_are_harmless_in_markdown(self):
        result = split(("![x](http://a.b) $5", 20, 90), ("b", 50, 60))
        assert escape("![x](http://a.b) $5") in EN.markdown(story.groups(result, EN))


def scored(value, **more):
    return results.nps(low=value - 5, high=value + 5, value=value, n=200, **more)


class TestAdvice:
    def test_low_score(self):
        assert ids(story.advice(scored(-20), EN)) == ["call_back", "ask_ten", "ask_again"]

    def test_middle_score(self):
        assert ids(story.advice(scored(20), EN)) == ["call_back", "ask_ten", "passives", "refer", "ask_again"]

    def test_high_score(self):
        assert ids(story.advice(scored(60), EN)) == ["ask_ten", "refer", "reward", "ask_again"]

    def test_few_answers_get_no_verdict(self):
        assert ids(story.advice(results.nps(n=12), EN)) == ["more_answers", "ask_ten", "ask_again"]

    def test_specific_things_come_first(self):
        result = replace(
            split(("a", 20, 90), ("b", 50, 60)),
            change=change(40, 10, -55, -5),
            tables=(
                *scored(20).tables,
                Table("comment_counts", ("group", "comments"), (("detractors", 4), ("promoters", 2))),
            ),
        )
        told = story.advice(result, EN)
        assert ids(told)[:2] == ["weakest", "look_back"]
        assert "between Mar 2025 and Apr 2025" in said(told[1])
        assert "(4 of 6)" in " ".join(map(said, told))
        assert len(told) == 5

    def test_the_score_is_read_by_the_standard_whichever_method_is_in_force(self):
        one_to_ten = {"loyal": 30, "neutral": 24, "dissatisfied": 4, "answers": 58}
        result = replace(scored(-20), options={"method": "one_to_ten"}, numbers=one_to_ten)
        assert "call_back" in ids(story.advice(result, EN))

    @pytest.mark.parametrize(("hits", "id"), [(30, "second_purchase"), (50, "win_back"), (70, "refer")])
    def test_repurchase(self, hits, id):
        assert id in ids(story.advice(results.repurchase(hits=hits, n=100), EN))

    def test_subscribers(self):
        options = {"window": None, "kind": "subscription", "term": 30}
        told = ids(story.advice(results.repurchase(options=options), EN))
        assert "renew" in told
        assert "win_back" not in told

    def test_a_skewed_average_and_many_returns(self):
        months = Table(
            "months", ("month", "mean", "median"), (("2025-04", 9.0, 9.0), ("2025-05", 20.0, 10.0))
        )
        numbers = {"revenue": 500.0, "purchases": 40, "returns": 3, "returned": 37.5}
        told = story.advice(results.order_value(numbers=numbers, tables=(months,)), EN)
        assert ids(told)[:2] == ["median", "returns"]
        assert said(told[0]).endswith(
            "Take May 2025 alone: the average of that month was €20.00, "
            "but half of its purchases stayed below €10.00. Plan with the median."
        )

    def test_what_leads_to_what_needs_enough_customers(self):
        rows = (("cup", "tea", 3, 5, 0.6), ("tea", "cup", 12, 40, 0.3))
        leads = Table("leads", ("start", "kind", "customers", "starters", "share"), rows)
        told = story.advice(results.upsell(tables=(leads,)), EN)
        assert said(told[0]) == "Show cup to those who began with tea: 30% of them went on to buy it later."


class TestSayDo:
    def part(self, name, t=EN, **more):
        return story.part(results.say_do(**more), name, t)

    def test_the_answer_says_first_how_many_could_be_matched(self):
        assert said(story.answer(results.say_do(), EN)) == (
            "150 of 160 answers could be matched with a customer in the orders; they come from 100 "
            "customers. 40.0% of these are truly loyal: they give 9 or 10 when asked whether they would "
            "recommend you, and have bought at least 2 times. 10.0% give as much but have bought less often, "
            "30.0% buy that often although they give 8 or less, 20.0% do neither. Among all customers like "
            "these, true loyalty most likely lies between 31.0% and 50.0% (95% interval)."
        )

    def test_who_answered(self):
        assert said(self.part("matched")) == (
            "Answers that found their customer by name or number: 120, by e-mail address: 30; that found "
            "nobody, since they name no one, or no one who bought: 10. Customers who answered: 100, which is "
            "25.0% of all who bought (400); on average they bought 2.9 times, all customers 2.0 times. Those "
            "who come often answer more often, so the shares on this page are those of customers who answer, "
            "not of all."
        )

    def test_those_who_answer_like_all_others_are_not_said_to_come_more_often(self):
        numbers = {**results.say_do().numbers, "buyers_purchases": 1120}  # 2.8 each
        assert self.part("matched", numbers=numbers).id == "say_do.matched.all"

    def test_only_the_ways_that_found_somebody_are_named(self):
        made = results.say_do()
        rows = (("customer", 0, 0.0), ("email", 150, 1.0), ("nobody", 0, 0.0))
        tables = tuple(replace(one, rows=rows) if one.name == "matched" else one for one in made.tables)
        told = said(story.part(replace(made, tables=tables), "matched", EN))
        assert told.startswith("Answers that found their customer by e-mail address: 150; none is left over.")

    def test_attitude_against_coming_back_and_spend(self):
        # Zou & Donner: 0.3 ± √(0.1² + 0.1²) and 40 ± √(10² + 10²)
        assert said(self.part("attitudes")) == (
            "Those who think well of you come back more often: 80.0% of the promoters have bought at least "
            "twice, 50.0% of the detractors. The difference is real: it lies between +15.9 "
            "and +44.1 percentage points (95% interval). They also bring more: €80.00 each against €40.00, a "
            "real difference of between +€25.86 and +€54.14."
        )

    def test_spend_that_may_differ_by_chance(self):
        assert "may differ by chance alone" in said(self.part("attitudes", spend=48.0))

    def test_without_amounts_nothing_is_said_of_spend(self):
        made = results.say_do()
        whole = made.table("attitudes")
        short = Table("attitudes", whole.columns[:5], tuple(row[:5] for row in whole.rows))
        tables = tuple(short if one is whole else one for one in made.tables)
        assert story.part(replace(made, tables=tables), "attitudes", EN).id == "say_do.attitudes.again_more"

    @pytest.mark.parametrize(
        ("staying", "id"),
        [
            (((60, 30, 0.4), (50, 10, 0.1)), "more"),
            (((60, 18, 0.2), (50, 30, 0.5)), "less"),
            (((60, 18, 0.2), (50, 15, 0.2)), "none"),
            (((60, 18, 0.2), (29, 3, 0.0)), "small"),
        ],
    )
    def test_whether_satisfaction_goes_with_staying(self, staying, id):
        message = self.part("staying", staying=staying)
        assert message.holes["stayed"].id == f"say_do.staying.stayed_{id}"
        (n, k, _), (m, j, _) = staying
        told = said(message)
        assert f"Of the {n} promoters" in told or f"before the last order ({n})" in told
        assert f"{EN.percent(k / n)} bought again within 90 days" in said(message)
        share = EN.percent(j / m)
        assert f"of the {m} detractors, {share}" in told or f"of the detractors ({m}), {share}" in told

    def test_the_correlation_is_said_with_its_interval(self):
        assert said(self.part("staying")).endswith(
            "Among all 100 customers a better answer goes with more purchases: the rank correlation is 0.20, "
            "most likely between 0.01 and 0.38 (p = 0.040), where 0 means no connection and 1 perfect "
            "agreement. Which of the two comes first, it cannot say."
        )

    def test_a_test_that_is_missing_a_side_says_so(self):
        made = results.say_do()
        tables = tuple(
            replace(one, rows=one.rows[:1]) if one.name == "staying" else one for one in made.tables
        )
        numbers = {name: x for name, x in made.numbers.items() if not name.startswith("correlation")}
        message = story.part(replace(made, tables=tables, numbers=numbers), "staying", EN)
        assert message.id == "say_do.staying.stayed_alone"
        assert "nobody among the promoters, or nobody among the detractors" in said(message)

    @pytest.mark.parametrize(
        ("discounts", "id"),
        [
            (((0.1, 300), (0.3, 200)), "more"),
            (((0.3, 300), (0.1, 200)), "less"),
            (((0.1, 300), (0.12, 200)), "none"),
            (((0.1, 300), (0.3, 20)), "small"),
        ],
    )
    def test_discounts(self, discounts, id):
        message = self.part("discounts", discounts=discounts)
        assert message.id == f"say_do.discounts.{id}"
        told = ids(story.advice(results.say_do(discounts=discounts), EN))
        assert ("points" in told) == (id == "more")

    def test_advice_names_the_customers(self):
        told = story.advice(results.say_do(), EN)
        assert ids(told) == ["spurious", "latent", "points", "true_loyal", "ask_after"]
        assert said(told[0]).startswith("Look after those who buy often without thinking well of you (30):")
        assert said(told[2]).endswith("30.0% of the repeat orders have one already, more than of the first.")

    def test_many_answers_without_a_customer_call_for_asking(self):
        numbers = {**results.say_do().numbers, "matched": 110}
        told = story.advice(results.say_do(numbers=numbers), EN)
        assert said(told[0]).startswith(
            "Ask for the customer number or the e-mail address in the survey: 50 of 160"
        )

    def test_codes_are_words_in_the_tables(self):
        result = results.say_do()
        assert story.table(result, "lists", ZH)[2]["名单"] == "虚假忠诚"
        assert story.table(result, "matched", EN)[1]["Matched"] == "By e-mail address"
        assert story.table(result, "discounts", EN)[0]["Orders"] == "First orders"
        assert story.table(result, "attitudes", EN)[0]["Spend, from"] == "€70.00"


class TestEngagement:
    def part(self, name, t=EN, **more):
        return story.part(results.engagement(**more), name, t)

    def test_the_answer(self):
        assert said(story.answer(results.engagement(), EN)) == (
            "40.0% of the visits led to a purchase: 400 of 1,000. For visits like these in general, the "
            "share most likely lies between 37.0% and 43.0% (95% interval)."
        )
        assert said(story.answer(results.engagement(), ZH), ZH).startswith(
            "40.0% 的访问带来了购买：1,000 次中有 400 次。"
        )

    def test_who_comes_again(self):
        # Zou & Donner: 0.2 ± √(0.05² + 0.05²)
        assert said(self.part("visitors")) == (
            "Who comes again buys more often: 45.0% of these visits led to a purchase, against 25.0% of the "
            "first visits. The difference is real: it lies between +12.9 and +27.1 "
            "percentage points (95% interval)."
        )

    @pytest.mark.parametrize(
        ("new", "returning", "id"),
        [
            ((200, 0.2, 0.6, 0.55, 0.65), (800, 0.8, 0.45, 0.4, 0.5), "less"),
            ((200, 0.2, 0.42, 0.37, 0.47), (800, 0.8, 0.45, 0.4, 0.5), "none"),
            ((20, 0.2, 0.25, 0.1, 0.5), (80, 0.8, 0.45, 0.4, 0.5), "small"),
        ],
    )
    def test_whether_coming_again_matters(self, new, returning, id):
        columns = ("visit", "visits", "visit_share", "value", "low", "high")
        table = (columns, (("new", *new), ("returning", *returning)))
        message = self.part("visitors", tables={"visitors": table})
        assert message.id == f"engagement.visitors.{id}"
        assert EN.percent(new[2]) in said(message)

    def test_a_difference_to_the_other_side_is_said_without_a_sign_of_minus(self):
        columns = ("visit", "visits", "visit_share", "value", "low", "high")
        rows = (("new", 200, 0.2, 0.6, 0.55, 0.65), ("returning", 800, 0.8, 0.4, 0.35, 0.45))
        told = said(self.part("visitors", tables={"visitors": (columns, rows)}))
        assert "between +12.9 and +27.1 percentage points" in told

    def test_where_first_visits_are_not_known_nothing_is_said(self):
        columns = ("visit", "visits", "visit_share", "value", "low", "high")
        rows = (("new", 200, 0.2, None, None, None), ("returning", 800, 0.8, None, None, None))
        assert self.part("visitors", tables={"visitors": (columns, rows)}) is None

    def test_the_busiest_hour(self):
        assert said(self.part("hours")).startswith(
            "Most visits come on Monday from 9:00 on: 60 of 150 in that hour."
        )
        assert said(self.part("hours", ZH), ZH).startswith(
            "访问最多的是星期一 9 点起的一小时：150 次中有 60 次。"
        )

    def test_weekdays_before_the_weekend_as_in_the_study(self):
        told = said(self.part("weekend"))
        assert told.startswith(
            "On weekdays more visits lead to a purchase than at the weekend, 42.0% against 35.0%, as "
            "Pletikosa Cvijikj & Michahelles (2013) found for brands on Facebook. The difference is real: it "
            "lies between +1.0 and +13.0 percentage points (95% interval; p = 0.022)."
        )
        assert told.endswith(
            "Saturday (38.0%) and Sunday (29.0%) may be alike: the difference lies between −3.0 and "
            "+21.0 percentage points (p = 0.140)."
        )

    @pytest.mark.parametrize(
        ("numbers", "week", "weekend"),
        [
            ({"weekday_difference": -0.07, "weekday_low": -0.13, "weekday_high": -0.01}, "weekend", "even"),
            ({"weekday_low": -0.01}, "alike", "even"),
            ({"saturday_low": 0.01}, "weekdays", "saturday"),
            (
                {"saturday_difference": -0.09, "saturday_low": -0.21, "saturday_high": -0.01},
                "weekdays",
                "sunday",
            ),
        ],
    )
    def test_whether_it_is_here_as_in_the_study(self, numbers, week, weekend):
        message = self.part("weekend", numbers=numbers)
        assert message.holes["week"].id == f"engagement.weekdays.{week}"
        assert message.holes["weekend"].id == f"engagement.weekdays.{weekend}"
        assert "−" not in said(message.holes["week"]) or week == "alike"

    def test_a_weekend_without_visits_is_not_compared(self):
        numbers = dict.fromkeys(("weekday_difference", "saturday_difference"))
        columns = ("part_of_week", "visits", "dates", "per_day", "value", "low", "high")
        rows = (("weekdays", 700, 20, 35.0, 0.42, 0.38, 0.46), ("weekend", 0, 8, 0.0, None, None, None))
        assert self.part("weekend", numbers=numbers, tables={"weekend": (columns, rows)}) is None

    def test_where_buyers_come_from(self):
        told = said(self.part("sources"))
        assert "most through mail with 60.0%, fewest through web with 20.0%" in told
        assert told.endswith("(p < 0.001).")

    def test_sources_of_few_visits_are_not_compared(self):
        columns = ("source", "visits", "visit_share", "value", "low", "high")
        rows = (("mail", 90, 0.9, 0.6, 0.5, 0.7), ("web", 10, 0.1, 0.2, 0.1, 0.5))
        assert self.part("sources", tables={"sources": (columns, rows)}).id == "engagement.sources.small"
        assert self.part("sources", tables={"sources": (columns, rows[:1])}) is None

    def test_a_few_long_visits_lift_the_average(self):
        assert said(self.part("durations")) == (
            "Half of the visits lasted less than 60 s, the middle half from 30 s to 140 s. The average, 120 "
            "s, is longer, because a few long visits lift it: the median says more about the usual visit."
        )

    def test_spending(self):
        assert said(self.part("spend")) == (
            "110 of the visitors are customers in your orders. Those who buy and return have spent €80.00 "
            "each in all their purchases, the others €40.00: 2.00 times as much, most likely 1.50 to 2.70 "
            "times (95% interval). Part of that lies in the grouping itself: nobody is in the first group "
            "without a purchase."
        )

    @pytest.mark.parametrize(
        ("low", "high", "others", "id"),
        [(0.4, 0.9, 60, "less"), (0.9, 2.7, 60, "none"), (1.5, 2.7, 29, "small")],
    )
    def test_whether_the_engaged_spend_more(self, low, high, others, id):
        spend = (("engaged", "customers", "spend"), (("high", 50, 80.0), ("others", others, 40.0)))
        numbers = {"spend_low": low, "spend_high": high}
        assert self.part("spend", numbers=numbers, tables={"spend": spend}).id == f"engagement.spend.{id}"

    def test_advice(self):
        told = story.advice(results.engagement(), EN)
        assert ids(told) == ["best_source", "best_days", "come_back", "first_visit", "ask_why"]
        assert "through mail, 60.0% of the visits lead to a purchase, through web 20.0%" in said(told[0])
        assert "the better half of the week has 42.0%, the other 35.0%" in said(told[1])
        assert said(told[3]).startswith("Make the first visit count: 40% of the visitors came once")

    def test_advice_without_visitors_times_and_sources(self):
        bare = replace(results.engagement(), tables=(), numbers={"bought": 400, "visits": 1000})
        assert ids(story.advice(bare, EN)) == ["ask_why", "judge"]
        few = replace(bare, overall=Estimate(0.4, 0.2, 0.6, 20))
        assert ids(story.advice(few, EN)) == ["more_visits", "judge"]

    def test_outcomes_by_orders_call_for_noting_them(self):
        made = results.engagement(notes=(Message("engagement.note.by_orders"),))
        assert ids(story.advice(made, EN))[0] == "outcome"

    def test_codes_are_words_in_the_tables(self):
        result = results.engagement()
        assert story.table(result, "lists", ZH)[0]["名单"] == "高：购买并再来"
        assert story.table(result, "hours", EN)[0]["Weekday"] == "Monday"
        assert [row["Source"] for row in story.table(result, "sources", EN)[2:]] == ["(blank)", "All others"]
        assert story.table(result, "spend", EN)[1]["Visitors"] == "Low and middle"
        assert story.table(result, "durations", EN)[0]["Median"] == "60 s"


class TestCohorts:
    CURVE = ((0, 900, 900, 1.0, 0.99, 1.0), (1, 800, 400, 0.5, 0.47, 0.53))

    def result(self, *ages, trend=(), **options):
        table = Table("curve", results.CURVE, (*self.CURVE, *ages))
        made = results.cohorts(trend=trend, options={"period": "month", "age": 1, **options})
        return replace(made, tables=(made.tables[0], table, made.tables[2]))

    def test_answer(self):
        assert said(story.answer(results.cohorts(), EN)).startswith(
            "33.3% of your customers were still buying one month on: of the 60 whose first purchase lies far "
            "enough back, 20 bought in that calendar month."
        )

    @pytest.mark.parametrize(
        ("t", "options", "words"),
        [
            (EN, {"age": 3}, "still buying 3 months on"),
            (EN, {"period": "quarter"}, "still buying one quarter on"),
            (EN, {"period": "year", "age": 2}, "still buying 2 years on"),
            (ZH, {"period": "quarter", "age": 6}, "6 个季度后，仍有 33.3% 的客户在购买"),
        ],
    )
    def test_the_age_is_said_in_its_periods(self, t, options, words):
        assert words in said(story.answer(self.result(**options), t), t)

    @pytest.mark.parametrize(
        ("last", "id"),
        [
            ((6, 500, 150, 0.3, 0.26, 0.34), "falls"),
            ((6, 500, 245, 0.49, 0.45, 0.53), "holds"),
            ((6, 500, 300, 0.6, 0.56, 0.64), "rises"),
        ],
    )
    def test_whether_the_share_goes_on_falling(self, last, id):
        message = story.part(self.result(last), "curve", EN)
        assert message.id == f"cohorts.curve.{id}"
        assert "After one month 50.0%" in said(message)
        assert "after 6 months" in said(message)

    def test_an_age_that_few_have_reached_is_no_end_of_the_course(self):
        """Of 800 at age 1 the oldest cohort alone is left at age 12, and it holds customers from before."""
        half, few = (6, 400, 200, 0.5, 0.45, 0.55), (12, 399, 40, 0.1, 0.07, 0.13)
        assert story.part(self.result(half, few), "curve", EN).id == "cohorts.curve.holds"
        assert story.part(self.result(few), "curve", EN) is None

    def test_what_a_customer_brings(self):
        assert said(story.part(results.cohorts(), "revenue", EN)) == (
            "In the month of the first purchase a customer paid €12.00 on average (95% interval €10.00 to "
            "€14.00), one month on €3.33 (€2.00 to €4.70); whoever did not come counts as nothing."
        )

    def test_the_best_cohort_is_not_the_first(self):
        """The first also holds customers from before the data begin."""
        trend = tuple(
            Estimate(value, value - 0.05, value + 0.05, 300, f"2025-0{month}")
            for month, value in ((1, 0.9), (2, 0.6), (3, 0.3))
        )
        told = story.advice(self.result(trend=trend), EN)
        [best] = [message for message in told if message.id.endswith("best_cohort")]
        assert said(best).startswith("Of those who first came in Feb 2025, 60.0% were still buying one month")
        assert "of those of Mar 2025 only 30.0%" in said(best)

    def test_advice_follows_the_curve(self):
        falls = ids(story.advice(self.result((6, 500, 150, 0.3, 0.26, 0.34)), EN))
        holds = ids(story.advice(self.result((6, 500, 245, 0.49, 0.45, 0.53)), EN))
        assert ("fading" in falls, "stayers" in falls) == (True, False)
        assert ("fading" in holds, "stayers" in holds) == (False, True)

    def test_most_are_lost_at_once_only_where_that_is_sure(self):
        assert "first_return" not in ids(story.advice(self.result(), EN))
        assert "first_return" in ids(story.advice(results.cohorts(), EN))  # up to 46%

    def test_codes_and_periods_are_words_in_the_table(self):
        first, *_, last = story.table(results.cohorts(), "cohorts", ZH)
        assert (first["首次购买"], first["该期"]) == ("2025年1月", "已结束")
        assert (last["首次购买"], last["该期"], last["收入"]) == ("2025年3月", "进行中", "€90.00")


class TestSegments:
    MOVES = (
        ("champions", "champions", 6),
        ("champions", "at_risk", 2),
        ("loyal", "champions", 5),
        ("hibernating", "promising", 3),
        ("need_attention", "cant_lose", 1),
        ("none", "new_customers", 9),
    )

    def test_what_the_number_is_worth(self):
        sentence = said(story.answer(results.rfm(n=100), EN))
        assert sentence.startswith("20.0% of your 10 customers are champions (1) or loyal (1).")
        assert "it would be 18.0% if buying lately had nothing to do with buying often" in sentence

    def test_with_money_the_top_has_no_bound(self):
        result = results.rfm(n=100, options={"axis": "both", "before": 90})
        assert "40%" not in said(story.answer(result, EN))

    def test_moves(self):
        """Up: loyal and hibernating; down: to at risk and to can't lose, because both lie further down."""
        sentence = said(story.part(results.rfm(moves=self.MOVES), "moves", EN))
        assert sentence == (
            "Of the 17 customers of 90 days ago, 8 stand in a better segment today, 3 in a worse one and 6 "
            "in the same; 9 have come since. Of the 13 who were champions or loyal then, 11 still are."
        )

    def test_those_who_are_nearly_lost_come_first(self):
        told = story.advice(results.rfm(moves=self.MOVES, n=100), EN)
        assert ids(told) == ["cant_lose", "slipping", "at_risk", "second", "thank"]
        assert "(customers: 1)" in said(told[0])
        assert "spent €200.00 in all" in said(told[0])
        assert "90 days ago and no longer are (customers: 2)" in said(told[1])

    def test_the_days_are_those_of_the_option_also_where_there_is_a_change(self):
        result = results.rfm(moves=self.MOVES, n=100, change=change(0.2, 0.1, -0.3, 0.1))
        told = {message.id: said(message) for message in story.advice(result, EN)}
        assert "loyal 90 days ago" in told["rfm.advice.slipping"]

    def test_lists_then_and_now_have_the_same_names(self):
        [line] = story.table(results.rfm(moves=(("none", "cant_lose", 1),)), "moves", EN)
        assert list(line.values()) == ["Not yet a customer", "Can't lose them", 1]
        [line] = story.table(results.rfm(moves=(("none", "cant_lose", 1),)), "moves", ZH)
        assert list(line.values()) == ["当时还不是客户", "不能失去", 1]


class TestTop:
    def test_the_top_is_named_in_percent(self):
        sentence = said(story.answer(results.top_customers(), EN))
        assert sentence.startswith(
            "The top 20% of your customers bring 50.0% of the revenue: €500.00 of €1,000.00"
        )

    def test_how_evenly_spending_is_spread(self):
        sentence = said(story.part(results.top_customers(), "tops", EN))
        assert sentence.startswith("80% of the revenue comes from 38.0% of the customers")
        assert "is 0.42 (95% interval: 0.30 to 0.55)" in sentence

    @pytest.mark.parametrize(
        ("low", "high", "id"), [(0.7, 0.8, "few_carry"), (0.22, 0.3, "widely_spread"), (0.5, 0.6, "person")]
    )
    def test_many_or_few(self, low, high, id):
        told = story.advice(results.top_customers(value=(low + high) / 2, low=low, high=high), EN)
        assert ids(told)[0] == id
        assert len(told) == (5 if id != "person" else 4)

    def test_the_silent_are_called(self):
        told = story.advice(results.top_customers(silent=7), EN)
        assert said(told[0]) == (
            "Call the top customers who have not bought for more than 90 days (7 of 20), before they are "
            "gone."
        )

    def test_the_top_stays_a_number_where_there_are_groups(self):
        groups = (Estimate(0.9, 0.8, 0.95, 60, "Old Town"), Estimate(0.6, 0.5, 0.7, 60, "Station"))
        result = results.top_customers(
            value=0.75, low=0.7, high=0.8, groups=groups, groups_differ=0.001, by="x"
        )
        told = {message.id.rpartition(".")[2]: said(message) for message in story.advice(result, EN)}
        assert "comes from 20% of the customers" in told["few_carry"]
        assert told["strongest"].startswith(
            "In Old Town the top customers bring 90.0% of the revenue, in Station"
        )


def test_why_the_methods_differ():
    # 6, 7, 8: 6 + 8 + 10 of 60 answers; two answers of 0 are not on the scale 1–10
    assert said(story.part(results.nps(), "methods", EN)) == (
        "The same answers give 30 by the standard method and 86 by the 1–10 version. The standard counts an "
        "answer of 6 against you and takes 7 and 8 as neither; the 1–10 version counts all of these in your "
        "favour, here 40% of the answers, and leaves out the answers of 0, here 2. Compare a score only with "
        "scores of the same method."
    )


class TestJourney:
    def steps(self, **more):
        return said(story.part(results.journey(**more), "steps", EN))

    def test_a_half_that_is_reached_and_one_that_is_not(self):
        assert self.steps() == (
            "From the first purchase to the second: within 180 days, 48.0% of the customers come back (95% "
            "interval: 38.0% to 58.0%). That is fewer than half, so it cannot be said how long half of them "
            "take. From the second purchase to loyalty: half of those who came back get there within 46 days "
            "(95% interval: 35 to 59 days), and 70.0% within 180 days (60.0% to 80.0%). Who has not gone on "
            "yet is no failure: everyone counts as long as they could be watched, and may still go on."
        )

    def test_an_open_end(self):
        assert "within 46 days (95% interval: 35 days or longer)" in self.steps(median_high=None)

    def test_advice_has_a_word_for_every_stage(self):
        told = story.advice(results.journey(), EN)
        assert ids(told) == ["complaints", "at_first_timed", "at_repeat_timed", "at_loyal"]
        # half of the 48 % who come back within 180 days are there after 30
        assert "Of those who come back within 180 days, half do so within 30 days" in said(told[1])

    def test_few_customers_take_no_time(self):
        few = replace(results.journey(), overall=Estimate(0.3, 0.1, 0.6, 20))
        tables = tuple(
            replace(table, rows=tuple((row[0], 20, *row[2:]) for row in table.rows))
            if table.name == "steps"
            else table
            for table in few.tables
        )
        told = ids(story.advice(replace(few, tables=tables), EN))
        assert told == ["more_customers", "complaints", "at_first", "at_repeat", "at_loyal"]

    def test_where_complaints_are_most_frequent(self):
        voices = story.part(results.journey(), "voices", EN)
        assert voices.id == "journey.voices.differ"
        assert said(voices).startswith(
            "Complaints are most frequent at the stage “First purchase”, 50.0% of 40 answers, and rarest at "
            "the stage “Loyal”, 10.0% of 40. Differences like these hardly come about by chance (p = 0.001)."
        )

    @pytest.mark.parametrize(
        ("voices", "p", "id"),
        [
            ((("first", 40, 20), ("loyal", 40, 4)), 0.4, "alike"),
            ((("first", 40, 20), ("loyal", limits.SMALL_SAMPLE - 1, 4)), 0.001, "small"),
            ((("first", 40, 20), ("unknown", 90, 4), ("others", 90, 4)), 0.001, "small"),
        ],
    )
    def test_no_stage_is_named_without_evidence(self, voices, p, id):
        result = results.journey(voices=voices, p=p)
        assert story.part(result, "voices", EN).id == f"journey.voices.{id}"
        assert "complaints" not in ids(story.advice(result, EN))

    def test_stages_in_the_words_of_the_file_are_harmless(self):
        strange = "![x](http://a.b) $5"
        result = results.journey(voices=((strange, 40, 20), ("loyal", 40, 4)))
        assert escape(strange) in EN.markdown(story.part(result, "voices", EN))
        assert story.table(result, "voices", EN)[0]["Stage"] == strange
        assert story.table(result, "voices", ZH)[1]["阶段"] == "忠诚"


MARKUP = re.compile(r"\\(?:begin|end)\{gathered\}|\\(?:text|left|right)\b|[{}\\]")
FRACTION = re.compile(r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")


def pixels(latex):
    """About how wide a line of LaTeX is; what stands upon each other counts as wide as the widest of it."""

    def width(text):
        plain = MARKUP.sub("", text.replace(r"\cdot", "·").replace(r"\approx", "≈"))
        return sum(20 if east_asian_width(character) in "WF" else 8.3 for character in plain)

    def widest(lines):
        return max(lines.split(r"\\"), key=width)

    return width(widest(FRACTION.sub(lambda halves: widest(r"\\".join(halves.groups())), latex)))


class TestFormula:
    def test_in_words(self):
        assert story.formula(results.nps(), ZH)[:2] == (
            r"\text{净推荐值}",
            r"= 100 \cdot \frac{\text{推荐者} - \text{贬损者}}{\text{全部回答}}",
        )

    def test_with_the_numbers_of_the_file(self):
        assert story.formula(results.nps(), EN)[2] == (
            r"= 100 \cdot \frac{\text{30} - \text{12}}{\text{60}} \approx \text{30}"
        )

    def test_money_is_escaped(self):
        result = results.order_value(formula=r"\frac{⟨revenue⟩}{⟨purchases⟩}", currency="USD")
        assert r"\text{\$500.00}" in story.formula(result, EN)[2]

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        "result", computed(), ids=lambda r: f"{r.metric}-{'-'.join(map(str, r.options.values()))}"
    )
    def test_it_fits_a_telephone(self, result, language):
        """On 390 pixels it has 358, of which spaces take some 25; a letter takes 8.3, a Chinese one 20."""
        lines = story.formula(result, Translator(language))
        assert max(map(pixels, lines)) <= 333

    @pytest.mark.parametrize(
        "result", computed(), ids=lambda r: f"{r.metric}-{'-'.join(map(str, r.options.values()))}"
    )
    def test_it_gives_the_value(self, result):
        fraction = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
        lines = re.sub(r"\\(?:begin|end)\{gathered\}|\\\\|\{\}", "", result.formula)
        filled = re.sub("⟨(.+?)⟩", lambda match: repr(result.numbers[match[1]]), lines)
        plain = filled.replace(r"\left", "").replace(r"\right", "").replace(r"\cdot", "*")
        assert eval(fraction.sub(r"((\1) / (\2))", plain)) == pytest.approx(result.overall.value)


class TestPython:
    def test_it_runs_and_gives_the_same(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        answers = pl.DataFrame(
            {"recommend": [10, 9, 8, 3, 10, 6], "Weather “A”": ["x", "x", "y", "y", "x", "y"]}
        )
        answers.write_csv("dear customers' 回答.csv")
        expected = nps(Dataset.from_frames(responses=answers), by="Weather “A”", method="one_to_ten")
        code = story.python(expected, "dear customers' 回答.csv")
        names = {}
        exec(code.replace("print(result.to_pandas())", ""), names)
        assert names["result"] == expected

    def test_a_period_and_roles(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        lines = pl.DataFrame(
            {
                "who": ["a", "a", "b", "c", "c", "c"],
                "when": ["2025-01-03", "2025-02-01", "2025-02-02", "2025-02-05", "2025-02-09", "2025-06-01"],
                "no": ["1", "2", "3", "4", "5", "6"],
            }
        )
        lines.write_csv("one.csv")
        roles = {"orders": {"customer": "who", "date": "when", "order": "no"}}
        whole = Dataset.from_frames(orders=lines, roles=roles)
        period = date(2025, 2, 1), date(2025, 2, 28)
        expected = repurchase(whole.between(*period))
        names = {}
        exec(
            story.python(expected, ["one.csv"], period, roles).replace("print(result.to_pandas())", ""), names
        )
        assert names["result"] == expected
        assert (expected.numbers["repeat"], expected.numbers["customers"]) == (1, 3)


class TestTable:
    def test_headers_codes_and_numbers_are_words(self):
        table = Table("groups", ("group", "promoters", "value"), (("Old Town", 3, 33.3), ("", 1, math.nan)))
        assert story.table(results.nps(tables=(table,)), "groups", EN) == [
            {"Group": "Old Town", "Promoters": 3, "Score": "33"},
            {"Group": "(blank)", "Promoters": 1, "Score": "–"},
        ]

    def test_groups_of_answers_are_translated(self):
        assert story.table(results.nps(), "scores", ZH)[10] == {"分数": 10, "回答数": 18, "组别": "推荐者"}

    def test_months_and_money(self):
        months = Table("months", ("month", "purchases", "median"), (("2025-05", 4, 10.0),))
        result = results.order_value(tables=(months,))
        assert story.table(result, "months", ZH) == [{"月份": "2025年5月", "购买次数": 4, "中位数": "€10.00"}]

    def test_counts_stay_numbers_unless_one_of_them_is_unknown(self):
        kinds = Table("kinds", ("customers", "purchases"), ((1200, None), (3, 1200)))
        assert story.table(results.upsell(tables=(kinds,)), "kinds", EN) == [
            {"Customers": 1200, "Purchases": "–"},
            {"Customers": 3, "Purchases": "1,200"},
        ]

    def test_a_table_without_rows(self):
        assert story.table(results.rfm(), "moves", EN) == []


class TestExperiment:
    def part(self, *arms, t=EN, **more):
        return said(story.part(results.experiment(*arms, **more), "differences", t), t)

    def test_what_is_settled_is_said_first(self):
        sentence = said(story.answer(results.experiment(), EN))
        assert sentence.startswith(
            "Groups that differ from the control “control” by more than chance: 1 of 4. The largest of these "
            "differences is that of “real”: +3 (+2 to +4), that is +30.0% of the control's mean (+20.0% to "
            "+41.0%; 95% intervals)."
        )
        assert sentence.endswith(
            "Over all groups the mean outcome is 11, most likely between 10 and 12 (95% interval; "
            "observations: 302)."
        )

    @pytest.mark.parametrize(
        ("arms", "id"),
        [
            (("real", "open"), "answer.real"),
            (("alone", "open"), "answer.none"),
            (("open",), "answer.none"),
            (("unknown",), "answer.unknown"),
            (("nobody",), "answer.single"),
        ],
    )
    def test_which_answer(self, arms, id):
        assert story.answer(results.experiment(*arms), EN).id == f"experiment.{id}"

    def test_of_what_is_not_settled_the_clearest_is_named(self):
        assert "“alone”" in said(story.answer(results.experiment("open", "alone"), EN))

    def test_settled(self):
        assert (
            "Settled: zero lies outside the interval (p < 0.001, corrected for 4 comparisons)." in self.part()
        )
        assert "Settled: zero lies outside the interval (p < 0.001)." in self.part("real")

    def test_not_settled_with_the_number_needed_and_how_uncertain_that_is(self):
        assert (
            "“open”: −0.5 (−2.5 to +1.5), that is −5.0% of the control's mean (−24.0% to +16.0%; "
            "95% intervals). Not settled: zero lies within the interval (p = 0.600). If the true difference "
            "is the one seen, some 1,300 more observations in this group and as many in the control would "
            "settle it, in four of five trials. That number is as uncertain as the difference: were it as "
            "large as −2.5, some 51 would do; the closer it is to zero, the more it takes."
        ) in self.part("open")

    def test_not_settled_in_chinese(self):
        told = self.part("open", t=ZH)
        assert "尚无定论：零在区间之内（p = 0.600）" in told
        assert "各再观察约 1,300 次" in told
        assert "大到 −2.5，各约 51 次就够" in told

    def test_among_several_comparisons_one_alone_is_no_proof(self):
        told = self.part("alone", "open")
        assert "among 2 comparisons one like it comes about by chance often enough (p = 0.090" in told

    def test_nothing_is_known_of_the_spread(self):
        assert "“unknown”: so far +1." in self.part("unknown")
        assert "∞" not in self.part("unknown")

    def test_few_observations_are_said_to_be_few(self):
        row = ("few", 12, *results.ARMS[0][2:])
        told = self.part(tables=(Table("differences", results.DIFFERENCES, (row,)),))
        assert "With so few observations (12 here, 100 in the control), be careful with it." in told
        assert "few observations" not in self.part("real")

    def test_every_arm_has_a_line(self):
        lines = [line for line in self.part().splitlines() if line.startswith("- ")]
        assert [line[3:].partition("”")[0] for line in lines] == ["real", "alone", "open", "unknown"]

    def test_shares_are_in_percentage_points(self):
        row = ("real", 100, 0.03, 0.01, 0.05, 0.3, 0.1, 0.5, 0.001, 0.001, None, None)
        told = self.part(unit="share", tables=(Table("differences", results.DIFFERENCES, (row,)),))
        assert "+3.0 percentage points (+1.0 to +5.0), that is +30.0%" in told

    def test_without_a_relative_effect(self):
        row = (*results.ARMS[0][:5], None, None, None, *results.ARMS[0][8:])
        told = self.part(tables=(Table("differences", results.DIFFERENCES, (row,)),))
        assert "“real”: +3 (+2 to +4; 95% interval)." in told

    def test_a_stranger_names_the_groups(self):
        row = ("$a$ *b* [c](http://d)", *results.ARMS[0][1:])
        result = results.experiment(tables=(Table("differences", results.DIFFERENCES, (row,)),))
        told = EN.markdown(story.part(result, "differences", EN))
        assert r"\$a\$ \*b\* \[c\]" in told
        assert told.count("\n- ") == 1

    @pytest.mark.parametrize(
        ("arms", "told"),
        [
            (("real",), ["adopt", "lot", "one_thing"]),
            (("alone",), ["again", "lot", "one_thing"]),
            (("open",), ["settle", "lot", "one_thing"]),
            (("unknown",), ["lot", "one_thing"]),
            ((), ["adopt", "again", "settle", "lot", "one_thing"]),
        ],
    )
    def test_advice(self, arms, told):
        assert ids(story.advice(results.experiment(*arms), EN)) == told

    def test_what_makes_it_worse_is_to_be_stopped(self):
        row = ("worse", 100, -3.0, -4.0, -2.0, -0.3, -0.4, -0.2, 0.0001, 0.0001, None, None)
        result = results.experiment(tables=(Table("differences", results.DIFFERENCES, (row,)),))
        [first, *_] = story.advice(result, EN)
        assert first.id == "experiment.advice.stop"
        assert "“worse” stands below the control: −3" in said(first)

    def test_the_known_effects_beside_ones_own(self):
        columns = ("treatment", "published", "arm", "relative", "relative_low", "relative_high")
        rows = (("mints", 0.03, "x", 0.05, 0.01, 0.09), ("second", 0.23, "y", 0.1, 0.05, 0.15))
        told = story.part(results.experiment(tables=(Table("published", columns, rows),)), "published", EN)
        assert "+3.0%. This lies within your interval for “x”, +1.0% to +9.0%." in said(told)
        assert (
            "+23.0%. Closest to it comes “y” with +10.0%; this lies outside its interval, +5.0% to +15.0%."
            in (said(told))
        )


def every(result, t):
    """Everything that can be said of a result."""
    told = [
        story.answer(result, t),
        story.change(result, t),
        story.groups(result, t),
        *story.advice(result, t),
    ]
    said = [t.say(message) for message in told if message]
    tables = [story.table(result, table.name, t) for table in result.tables]
    cells = [str(cell) for table in tables for line in table for pair in line.items() for cell in pair]
    return [*said, *cells, *(re.sub(r"\\text\{|[{}]", "", line) for line in story.formula(result, t))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "result", computed(), ids=lambda r: f"{r.metric}-{'-'.join(map(str, r.options.values()))}"
)
def test_everything_can_be_said_of_every_result(result, language):
    t = Translator(language)
    small = replace(result, overall=replace(result.overall, n=5))
    for sentence in every(result, t) + every(small, t):
        assert sentence.strip()
        assert not re.search(r"[{}⟨⟩]|\bnan\b|\binf\b|None", sentence)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_every_text_of_a_metric_is_there(metric, language):
    t = Translator(language)
    names = ["title", "short", "question", "what", "unlock", "basis", "trend.months"]
    names += [f"change.{verdict}" for verdict in ("up", "down", "none", "small")]
    names += [f"groups.{verdict}" for verdict in ("differ", "alike", "small")]
    for option in metric.options:
        names += [f"option.{option.name}.{part}" for part in ("label", "help", *map(str, option.choices))]
    assert [name for name in names if not t.has(f"{metric.id}.{name}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_no_sentence_of_a_metric_names_what_no_result_knows(metric, language):
    """Every hole of every answer and advice is filled for some result of the metric."""
    known = {
        "answer": set().union(*(story.answer(r, EN).holes for r in computed() if r.metric == metric.id)),
        "change": {
            "before",
            "after",
            "before_month",
            "after_month",
            "n_before",
            "n_after",
        },
        "groups": {"by", "top", "top_value", "bottom", "bottom_value", "p", "needed"},
    }
    known["small"] = known["answer"]
    known["change"] |= known["answer"]
    wanted = {
        (part, name)
        for id, sentence in sentences(language).items()
        for part in known
        if id.startswith(f"{metric.id}.{part}.")
        for _, name, _, _ in string.Formatter().parse(sentence)
        if name
    }
    assert {(part, name) for part, name in wanted if name not in known[part]} == set()


def test_choices_are_all_there():
    """Every value of every option, in some combination that can be answered."""
    told = {(r.metric, name, value) for r in computed() for name, value in r.options.items()}
    asked = {(m.id, name, value) for m in METRICS for each in choices(m) for name, value in each.items()}
    assert {each for each in asked if each[2] is not None} <= told
