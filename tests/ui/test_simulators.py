"""The pages of the models: exercises, sliders, guesses, many draws, and the visitor's own data."""

import contextlib
import io

import pytest

from loyalty.models import terms
from loyalty.models.rehearsal import lives, outcome
from loyalty.story.formulas import FORMULAS, REFERENCES
from loyalty.texts import LANGUAGES, sentences
from loyalty.ui import navigation, state
from loyalty.ui.exercises import EXERCISES, EXTENT, KNOBS
from loyalty.views.fits import fitted
from loyalty.views.parameters import monthly
from loyalty.views.subscriptions import subscriptions
from loyalty.words import Translator
from tests.samples import opened
from tests.screen import app, texts

EN = Translator("en")
MODELS = list(navigation.SECTIONS["models"])
PURCHASES = [model for model in MODELS if model.endswith("_nbd")]
EVERY_EXERCISE = [(model, name) for model in MODELS for name in EXERCISES[model]]
LIKE_ANOTHER = ("mbg_nbd", "pareto_nbd")  # pages that are those of BG/NBD in all but the model
every_model = pytest.mark.parametrize("model", MODELS)
every_page = pytest.mark.parametrize(
    "model",
    [pytest.param(model, marks=[pytest.mark.slow] * (model in LIKE_ANOTHER)) for model in MODELS],
)


def shop(at):
    """The shop that was drawn last."""
    known = at.session_state[state.RESULTS]
    return [made for key, made in known.items() if key[0] == "rehearsal"][-1]


def choose(at, model, exercise):
    at.button_group(key=f"{model}.exercise").set_value(exercise).run()


def of_draw(at, model, name):
    """The key of what is guessed of the shop that was drawn last."""
    return f"{model}.{name}.{at.session_state[f'{model}.exercise']}.{shop(at).seed}"


def told(at):
    return [each.value for each in at.markdown]


def tables(at):
    return [each.value for each in at.table]


def test_every_model_has_all_it_needs():
    assert set(MODELS) == set(KNOBS) == set(EXTENT) == set(EXERCISES) == set(FORMULAS) == set(REFERENCES)
    for model in MODELS:
        assert list(KNOBS[model]) == list(terms.TERMS[model])


@pytest.mark.parametrize("language", LANGUAGES)
@every_model
def test_everything_has_its_words(model, language):
    known = sentences(language)
    wanted = [f"{model}.{part}.{name}" for name in KNOBS[model] for part in ("term", "help")]
    wanted += [f"simulator.{part}{name}" for name in EXTENT[model] for part in ("", "help.")]
    wanted += [
        f"{model}.exercise.{name}.{p}" for name in EXERCISES[model] for p in ("name", "task", "answer")
    ]
    wanted += [f"simulator.formula.{name}" for name in FORMULAS[model]]
    assert not [id for id in wanted if id not in known]
    left_over = [id for id in known if id.startswith((f"{model}.exercise.", f"{model}.term."))]
    assert set(left_over) <= set(wanted)


@pytest.mark.parametrize(("model", "exercise"), EVERY_EXERCISE)
def test_every_exercise_can_be_set_and_is_among_the_choices(model, exercise):
    for name, value in EXERCISES[model][exercise].items():
        assert name == "seed" or value in {**KNOBS[model], **EXTENT[model]}[name]


@every_page
def test_exercises_set_the_sliders(model):
    at = app(model)
    for exercise in EXERCISES[model]:
        choose(at, model, exercise)
        assert not at.exception
        set_to = EXERCISES[model][exercise]
        for name in (*KNOBS[model], *EXTENT[model]):
            assert at.select_slider(key=f"{model}.{name}").value == set_to[name]
        assert shop(at).truth == terms.params(model, set_to)
        assert shop(at).seed == set_to["seed"]
        assert EN(f"{model}.exercise.{exercise}.task") in told(at)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "exercise"), EVERY_EXERCISE)
def test_every_exercise_is_drawn_in_chinese_and_revealed(model, exercise):
    at = app(model, "zh")
    choose(at, model, exercise)
    at.toggle[0].set_value(True).run()
    assert not at.exception


@every_page
def test_a_slider_draws_another_shop(model):
    at = app(model)
    before = shop(at)
    at.select_slider(key=f"{model}.customers").set_value(30).run()
    assert not at.exception
    assert shop(at) is not before
    assert len(shop(at).fit.params) == len(before.fit.params)
    assert shop(at).fit.n <= 30


@every_page
def test_another_draw_is_hidden_again(model):
    at = app(model)
    seed = shop(at).seed
    at.toggle[0].set_value(True).run()
    assert at.toggle[0].value
    at.button(key=f"{model}.again").click().run()
    assert shop(at).seed == seed + 1
    assert not at.toggle[0].value


def test_another_exercise_is_hidden_again():
    """Two exercises may begin with the same draw."""
    at = app("bg_nbd")
    choose(at, "bg_nbd", "cafe")
    at.button_group(key=of_draw(at, "bg_nbd", "gone")).set_value([1]).run()
    at.toggle[0].set_value(True).run()
    choose(at, "bg_nbd", "rare")
    assert EXERCISES["bg_nbd"]["cafe"]["seed"] == EXERCISES["bg_nbd"]["rare"]["seed"]
    assert not at.toggle[0].value
    assert not at.button_group(key=of_draw(at, "bg_nbd", "gone")).value


@every_page
def test_what_was_chosen_guessed_and_revealed_is_there_when_one_comes_back(model):
    at = app(model)
    at.select_slider(key=f"{model}.customers").set_value(30).run()
    at.toggle[0].set_value(True).run()
    if model == "shifted_beta_geometric":
        at.slider(key=f"{model}.guess").set_value(55).run()
    elif model in PURCHASES:
        at.button_group(key=of_draw(at, model, "gone")).set_value([2, 3]).run()
    before = shop(at)
    at.switch_page(str(navigation.path("learn"))).run()
    at.switch_page(str(navigation.path(model))).run()
    assert not at.exception
    assert shop(at) is before
    assert at.toggle[0].value
    if model == "shifted_beta_geometric":
        assert at.slider(key=f"{model}.guess").value == 55
    elif model in PURCHASES:
        assert at.button_group(key=of_draw(at, model, "gone")).value == [2, 3]


def test_those_looked_at_are_counted():
    """Of thirty rare buyers hardly anybody comes back."""
    at = app("bg_nbd")
    for name, value in (("customers", 30), ("rate", 0.05), ("months", 3)):
        at.select_slider(key=f"bg_nbd.{name}").set_value(value).run()
    back = sum(shop(at).frequency > 0)
    assert back < 8
    assert [
        text for text in told(at) if text.startswith(f"{back + 2} customers of this shop, of whom {back} ")
    ]


@pytest.mark.parametrize("model", PURCHASES)
def test_a_guess_is_held_against_what_happened(model):
    at = app(model)
    people = lives(shop(at))
    gone = [place for place, life in enumerate(people, 1) if not life.alive]
    at.button_group(key=of_draw(at, model, "gone")).set_value(gone).run()
    assert not [text for text in told(at) if "You were right" in text]
    at.toggle[0].set_value(True).run()
    [said] = [text for text in told(at) if "You were right" in text]
    assert f"about {len(people)} of {len(people)}" in said
    found = outcome(shop(at))
    assert EN("simulator.told", left=found.left, told=found.told, right=found.right) in told(at)


def test_a_guess_at_who_spends_most():
    at = app("gamma_gamma")
    at.button_group(key=of_draw(at, "gamma_gamma", "most")).set_value(0).run()
    at.toggle[0].set_value(True).run()
    assert [text for text in told(at) if text.startswith(("Right: customer 1", "You named customer 1;"))]


def test_a_guess_at_who_is_still_there():
    at = app("shifted_beta_geometric")
    at.slider(key="shifted_beta_geometric.guess").set_value(55).run()
    at.toggle[0].set_value(True).run()
    assert [text for text in told(at) if "You said 55 of 100" in text]


@every_model
def test_the_table_shows_truth_and_estimate(model):
    at = app(model)
    table, found = tables(at)[0], terms.estimates(shop(at).fit)
    assert list(table.iloc[:, 0]) == [EN(f"{model}.term.{name}") for name in KNOBS[model]]
    first = next(iter(found.values()))
    unit = next(iter(terms.TERMS[model].values())).unit
    shown = EN.percent(first.value) if unit == "share" else EN.number(first.value)
    assert table.iloc[0, 2] == shown


@every_page
def test_the_code_on_the_page_finds_what_the_page_shows(model):
    """The shop drawn is not the one that a visitor finds, so that the code has to follow what is chosen."""
    at = app(model)
    at.select_slider(key=f"{model}.customers").set_value(300).run()
    at.button(key=f"{model}.again").click().run()
    names = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(at.code[0].value, names)
    found = shop(at).fit
    assert (names["fit"].params, names["fit"].loglik) == (found.params, found.loglik)
    assert printed.getvalue().startswith(f"{found.state} ")


def test_without_parameters_none_is_shown():
    at = app("bg_nbd")
    choose(at, "bg_nbd", "faithful")
    assert shop(at).fit.simpler == "no_dropout"
    assert set(tables(at)[0]["Found"]) == {"–"}
    assert EN("simulator.held.unknown") in told(at)
    notes = [each.value for each in at.caption]
    assert EN("simulator.spread.note_alone") in notes
    assert EN("simulator.spread.note") not in notes


# The visitor's own data


@every_page
def test_without_data_there_is_a_way_to_them(model):
    at = app(model)
    assert EN("simulator.own.nothing") in told(at)
    at.button(key="needs.sample").click().run()
    assert not at.exception
    assert EN("simulator.own.nothing") not in told(at)


@pytest.mark.parametrize("model", PURCHASES)
def test_own_purchases_are_told_in_months(model):
    now = opened("clv")
    at = app(model, **{state.OPENED: now})
    assert not at.exception
    fit = fitted(now.data).fits[model]
    rate = fit.params["r"] / fit.params["alpha"] * 365.25 / 12
    assert monthly(fit).params["r"] == fit.params["r"]
    assert fit.shown
    assert tables(at)[1].iloc[0, 1] == EN.number(rate)
    assert list(tables(at)[1].columns) == ["What differs from shop to shop", "Found", "95% interval"]


def test_own_amounts():
    now = state.sample("shop", "tidy")
    at = app("gamma_gamma", **{state.OPENED: now})
    fit = fitted(now.data).money
    p, q, v = fit.params.values()
    assert tables(at)[1].iloc[0, 1] == EN.number(p * v / (q - 1))


def test_own_subscriptions_wait_for_the_term():
    now = state.sample("studio", "tidy")
    at = app("shifted_beta_geometric", **{state.OPENED: now})
    assert len(tables(at)) == 1
    at.button_group(key="shifted_beta_geometric.own_term").set_value(30).run()
    assert not at.exception
    alpha, beta = subscriptions(now.data, 30).fit.params.values()
    assert tables(at)[1].iloc[0, 1] == EN.percent(alpha / (alpha + beta))


@every_page
def test_too_little_is_a_sentence(model):
    at = app()
    rows = [f"c{n},2025-0{1 + n % 9}-11,{5 + n}" for n in range(8)]
    file = "\n".join(["Customer,Date,Amount", *rows]).encode()
    at.file_uploader[0].upload("few.csv", file).run()
    at.switch_page(str(navigation.path(model))).run()
    assert not at.exception
    if model == "shifted_beta_geometric":
        at.button_group(key="shifted_beta_geometric.own_term").set_value(30).run()
        assert not at.exception
    assert at.error


@every_page
def test_data_of_another_kind_lead_to_what_is_missing(model):
    at = app(model, **{state.OPENED: state.sample("mint", "tidy")})
    assert not at.exception
    assert [text for text in texts(at) if sentences("en")["cell.needs.table"] in text]


@every_page
def test_twenty_draws_wait_until_they_are_asked_for(model):
    at = app(model)
    asked_for = [key for key in at.session_state[state.RESULTS] if key[0] == "draws"]
    assert not asked_for
    at.session_state[f"{model}.draws"] = True
    at.run()
    assert not at.exception
    [fits] = [made for key, made in at.session_state[state.RESULTS].items() if key[0] == "draws"]
    assert len(fits) == 20
    first = next(iter(KNOBS[model]))
    found = [terms.estimates(fit)[first] for fit in fits if fit.shown]
    true = terms.TERMS[model][first].of(shop(at).truth)
    inside = sum(each.low <= true <= each.high for each in found)
    assert [text for text in told(at) if f" intervals, {inside} hold the truth" in text]
