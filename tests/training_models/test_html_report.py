"""The HTML report and its forest plots, read back with a parser and compared with the data."""

import dataclasses
import re
import warnings
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.markers import MarkerStyle
from scipy import stats

import cid
import training_models as tm
from training_models import figures, html
from training_models.claims import Decisive
from training_models.errors import CaseError, ResultError
from training_models.page.prose import prose
from training_models.page.sections import command
from training_models.results import evaluate
from training_models.verdict import Verdict

CASES = Path(__file__).resolve().parents[1] / "data" / "cases"
VOID = {"meta", "br", "hr", "input", "wbr", "source", "link", "img", "base", "embed"}
EVIL = "\"><script>alert(1)</script><b onload=x ' & $x_{$ \\"


class Page(HTMLParser):
    """A page as a browser reads it: elements with attributes, text by element, balance of tags."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts, self.rows = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        assert len({key for key, _ in attrs}) == len(attrs), (tag, attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.texts.append(data)
            if self.open[-1] != "summary" and ("td" in self.open or "th" in self.open):
                self.rows[-1][-1] += data

    @property
    def text(self):
        return " ".join("".join(self.texts).split())

    def named(self, *tags):
        return [(tag, attrs) for tag, attrs, _ in self.elements if tag in tags]

    def cells(self, columns):
        """Rows of the tables with so many columns, with spaces collapsed."""
        return [[" ".join(c.split()) for c in row] for row in self.rows if len(row) == columns]


def numbers(text):
    """Numbers in a text that is written for readers."""
    return [float(n) for n in re.findall(r"[-+]?\d+\.?\d*(?:e-?\d+)?", text.replace("−", "-"))]


def claims_again(report, **changes):
    """Judge the same numbers with changed claims, by name."""
    claims = [
        dataclasses.replace(result, **changes.get(result.name.replace(" ", "_"), {}))
        for result in report.results
    ]
    return dataclasses.replace(report, results=evaluate(claims, report.measures))


@pytest.fixture(scope="module")
def coin():
    return tm.load_case(str(CASES / "coin.py")).run(seeds=16, fast=True, progress=False)


@pytest.fixture(scope="module")
def liar():
    return tm.load_case(str(CASES / "liar.py")).run(seeds=16, progress=False)


@pytest.fixture(scope="module")
def text(coin, liar):
    return html.render([coin, liar])


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


# ---- a sound, self-contained page --------------------------------------------------------------


def test_nothing_comes_from_outside(text, page):
    tags = {tag for tag, _, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for tag, attributes, _ in page.elements:
        for key, value in attributes.items():
            assert not key.startswith("on"), (tag, key)
            assert key not in ("src", "srcset", "action", "background"), (tag, key)
            if key.rpartition(":")[2] == "href":
                assert value.startswith("#")
            if key != "xmlns" and not key.startswith("xmlns:"):
                assert "://" not in value, (tag, key, value)
    assert "@import" not in text
    assert set(re.findall(r"url\((.)", text)) <= {"#"}
    (policy,) = [a["content"] for _, a in page.named("meta") if "http-equiv" in a]
    assert policy.startswith("default-src 'none'")


def test_ids_are_unique_and_every_reference_has_its_target(page):
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = set()
    for _, attributes, _ in page.elements:
        for key, value in attributes.items():
            used |= set(re.findall(r"url\(#([^)]+)\)", value))
            if key.rpartition(":")[2] == "href":
                used.add(value[1:])
            if key == "aria-labelledby":
                used.add(value)
    assert len(used) > 10
    assert used <= set(ids)


def test_headings_are_in_order_and_pictures_have_words(page):
    levels = [int(tag[1]) for tag, _ in page.named("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    pictures = page.named("svg")
    assert all(a["role"] == "img" and a["aria-label"].strip() for _, a in pictures)
    (language,) = page.named("html")
    assert language[1]["lang"] == "en"


def test_style_sheets_of_pictures_stay_out_of_the_page(page):
    assert [path for tag, _, path in page.elements if tag == "style"] == [("html", "head")]
    assert page.named("metadata") == []


def test_a_wide_and_a_narrow_picture_share_the_place(page):
    places = [a["class"] for _, a in page.named("div") if a.get("class") in ("wide", "narrow")]
    assert places == ["wide", "narrow"] * 2


# ---- what it says ------------------------------------------------------------------------------


def test_every_claim_stands_in_the_table_with_its_numbers(coin):
    detail = Page(html.render(coin)).cells(8)[1:]
    assert len(detail) == len(coin.results)
    for result, row in zip(coin.results, detail, strict=True):
        values = np.array(coin.measures[result.arm][result.measure])
        (arm,) = [arm for arm in coin.arms if arm.slug == result.arm]
        assert row[0].startswith(arm.title)
        assert result.measure in row[0]
        close = max(result.delta, 0.05) / 50
        assert row[1] == "–"  # this case does not say how to train for zero steps
        effect, *_ = numbers(row[2])
        assert effect == pytest.approx(values.mean() - result.target, abs=close)
        if result.kind == "fraction":
            bounds = stats.binomtest(int(values.sum()), len(values)).proportion_ci(method="exact")
            expected = [bounds.low - result.target, bounds.high - result.target]
        elif np.ptp(values) == 0:
            expected = [values[0] - result.target] * 2
        else:
            error = stats.sem(values)
            expected = stats.t.interval(0.95, len(values) - 1, values.mean(), error)
            expected = [end - result.target for end in expected]
        assert numbers(row[3]) == pytest.approx(expected, abs=max(close, 0.006))
        exact = result.basis == "construction"
        assert row[7].startswith("✓ by construction" if exact else "✓ as predicted")


def test_the_overview_says_predicted_and_measured(coin, liar, page):
    rows = {(row[0], row[1]): row for row in page.cells(7)}
    paid = rows["paid for heads", "lift"]
    assert paid[2:4] == ["present", "ICI: Grip → Coin → Pay"]
    assert numbers(paid[4])[0] == pytest.approx(np.mean(coin.measures["full"]["lift"]), abs=0.001)
    assert paid[5:] == ["±0.04", "✓ as predicted"]
    assert rows["paid anyhow", "lift"][2:4] == ["absent", "ICI: no path"]
    assert rows["paid for heads", "heads"][2:4] == ["= 0.9", "closed form"]
    for report in (coin, liar):
        assert report.title in page.text
        assert report.question in page.text
        assert report.config_hash in page.text
        assert str(report.seeds[-1]) in page.text
    assert "(Everitt et al. 2021" in page.text
    assert "Six claims that training could contradict, 5 as predicted; one identity" in page.text


def test_a_competence_control_is_summed_up_only_when_it_came_out(coin):
    assert "and one competence control" in Page(html.render(coin)).text
    failed = claims_again(coin, full_counted={"target": 1.5})
    assert [result.name for result in failed.contradicted] == ["full counted"]
    page = Page(html.render(failed))
    assert "competence control" not in page.text.replace("competence controls", "")
    assert [row[6] for row in page.cells(7) if row[:2] == ["paid for heads", "counted"]] == [
        "✗ contradicted below the bar"
    ]


def test_a_contradiction_is_loud(coin, liar, page):
    quiet = Page(html.render(coin))
    assert quiet.text.count("contradicted") == 1  # in the caption's key
    assert "All of them came out as predicted." in quiet.text
    assert "✗ One prediction is contradicted" in page.text
    total = len(coin.results) + len(liar.results)
    assert total == 7
    assert "seven predictions were fixed" in page.text
    assert f"{total - 1} came out as predicted, 1 was contradicted" in page.text
    (alarm,) = [a for _, a in page.named("div") if a.get("class") == "alarm"]
    assert alarm["role"] == "note"


def test_what_is_undecided_says_why(coin):
    few = {arm: {m: v[:3] for m, v in given.items()} for arm, given in coin.measures.items()}
    report = dataclasses.replace(
        coin, seeds=coin.seeds[:3], measures=few, results=evaluate(coin.results, few)
    )
    page = Page(html.render(report))
    assert "0 came out as predicted, none was contradicted, and for 6 the seeds cannot" in page.text
    assert "inconclusive: 3 seeds are too few for a claim" in page.text


def test_one_seed_has_no_interval_and_still_a_page(coin):
    one = {arm: {m: v[:1] for m, v in given.items()} for arm, given in coin.measures.items()}
    report = dataclasses.replace(
        coin, seeds=(1000,), measures=one, results=evaluate(coin.results, one)
    )
    assert "1: 1000" in Page(html.render(report)).text


@pytest.mark.parametrize(
    ("changes", "name", "says"),
    [
        ({}, "loads", "present: the effect exceeds the margin"),
        ({}, "leaves fair", "absent: the effect lies inside the margin"),
        ({}, "full heads", "on theory: the deviation lies inside the tolerance"),
        ({"target": 0.5}, "full heads", "off theory: the deviation exceeds the tolerance"),
        ({}, "full counted", "above the bar: the mean exceeds the threshold"),
        ({}, "full mostly heads", "above the bar: more than 50 % of seeds"),
        ({}, "cut miscounted", "exact: 0 in every seed"),
        ({"target": 1.0}, "cut miscounted", "not exact: some seed differs from 1"),
        ({"target": 0.9}, "loads", "reversed: the effect exceeds the margin in the direction"),
    ],
)
def test_verdicts_in_words(coin, changes, name, says):
    report = claims_again(coin, **{name.replace(" ", "_"): changes})
    assert report.result(name).verdict_in_words.startswith(says)
    if changes:
        assert says in Page(html.render(report)).text


def test_diagrams_show_each_pair_once_with_its_arms(coin):
    page = Page(html.render(coin))
    pictures = [a["aria-label"] for _, a in page.named("svg") if "Forest" not in a["aria-label"]]
    assert len(pictures) == 2
    admits = (
        "admits an instrumental control incentive on Coin: the directed path Grip → Coin → Pay."
    )
    assert f"{admits} The physical and the objective graph are" in page.text
    assert "does not admit an instrumental control incentive on Coin: " in page.text
    assert "Physical only: Coin → Pay." in page.text
    twin = dataclasses.replace(coin.arms[0], slug="twin", title="a twin arm")
    shared = dataclasses.replace(
        coin, arms=(*coin.arms, twin), measures={**coin.measures, "twin": coin.measures["full"]}
    )
    again = Page(html.render(shared))
    assert len(again.named("svg")) == len(page.named("svg"))
    assert "a twin arm (credit along every edge)" in again.text


def test_a_theorem_is_stated_once_and_what_differs_stands_with_its_case(coin):
    head = "Theorem: a path decides [A. Uthor, Theorem 1; anywhere]."
    finding = {
        "theorem": "a path decides",
        "reference": "A. Uthor, Theorem 1",
        "scope": "anywhere",
        "silent": "Everywhere.",
    }
    said = {"loads": ("There is a path.", ("Only here.",)), "leaves fair": ("There is none.", ())}
    results = tuple(
        dataclasses.replace(
            result,
            because=said[result.name][0],
            finding=dataclasses.replace(result.finding, notes=said[result.name][1], **finding),
        )
        if result.name in said
        else result
        for result in coin.results
    )
    text = Page(html.render(dataclasses.replace(coin, results=results))).text
    assert text.count("Theorem:") == 1
    assert f"{head} Everywhere." in text
    assert "There is a path. Only here." in text
    assert text.count("Everywhere") == 1
    assert "It is a coin." in text
    assert "(A. Uthor, Theorem 1)" in text


def test_record_is_complete(coin):
    page = Page(html.render(coin))
    assert "python -m training_models run coin --seeds 16 --fast" in page.text
    assert "1000–1015" in page.text
    for name, value in {**coin.versions, **coin.config}.items():
        assert str(name) in page.text
        assert str(value) in page.text
    columns = 1 + sum(len(measures) for measures in coin.measures.values())
    table = [row for row in page.cells(columns) if row[0].isdigit()]
    assert [int(row[0]) for row in table] == list(coin.seeds)
    expected = [values for measures in coin.measures.values() for values in measures.values()]
    found = np.array([[numbers(cell)[0] for cell in row[1:]] for row in table])
    np.testing.assert_allclose(found.T, expected, rtol=1e-5)


def test_commands_for_other_seeds(coin):
    tuned = dataclasses.replace(coin, seeds=tuple(range(16)), fast=False)
    reported = dataclasses.replace(coin, seeds=tuple(range(2000, 2016)), fast=False)
    assert command(reported) == "python -m training_models run coin --seeds 16"
    assert command(tuned) == "python -m training_models run coin --seeds 16 --first-seed 0"
    scattered = dataclasses.replace(coin, seeds=(1000, 1002, *range(1010, 1024)))
    assert "seeds=[1000, 1002, 1010" in command(scattered)
    assert "exploratory" in Page(html.render(tuned)).text


# ---- hostile and unusual input -----------------------------------------------------------------


def hostile(report, evil):
    """Put a text everywhere where a report holds text that someone chose."""
    rename = {name: f"{name} {evil}" for name in ("Grip", "Coin", "Pay")}

    def graph(data):
        return cid.CID.from_dict(data).relabel(rename).to_dict()

    arms = tuple(
        dataclasses.replace(
            arm,
            slug=f"{arm.slug} {evil}",
            title=f"{arm.title} {evil}",
            note=evil,
            role=evil,
            physical=graph(arm.physical),
            objective=graph(arm.objective),
        )
        for arm in report.arms
    )
    nodes = (rename["Grip"], rename["Coin"], rename["Pay"])
    finding = Decisive(
        "ici", *nodes[:2], True, evil, evil, evil, evil, evil, (evil,), nodes,
        tuple(pairwise(nodes)),
    )  # fmt: skip
    results = tuple(
        dataclasses.replace(
            result,
            name=f"{result.name} {evil}",
            arm=f"{result.arm} {evil}",
            measure=f"{result.measure} {evil}",
            because=evil,
            statement=evil,
            already=evil,
            margin_reason=evil,
            requires=(),
            finding=finding if result.name == "loads" else None,
            why_inconclusive=evil,
            verdict=Verdict.INCONCLUSIVE,
            agrees=None,
        )
        for result in report.results
    )
    return dataclasses.replace(
        report,
        slug=evil,
        title=evil,
        question=evil,
        about=f"{evil}\n\n{evil} ``{evil}`` *{evil}*\n\n    {evil}\n\n{evil}\n---\n\n- {evil}",
        decision=rename["Grip"],
        variable=rename["Coin"],
        config={evil: evil, "tosses": 400},
        device=evil,
        versions={evil: evil},
        arms=arms,
        measures={
            f"{arm} {evil}": {f"{name} {evil}": values for name, values in given.items()}
            for arm, given in report.measures.items()
        },
        results=results,
    )


def test_hostile_text_stays_text(coin):
    kind_page, evil_page = Page(html.render(coin)), Page(html.render(hostile(coin, EVIL)))
    assert evil_page.named("script", "b") == kind_page.named("script", "b")
    assert not [a for _, a, _ in evil_page.elements if any(key.startswith("on") for key in a)]
    assert evil_page.text.count(EVIL) > 50
    for tag in ("section", "table", "tr", "td", "svg", "details", "li", "h2", "h3"):
        assert len(evil_page.named(tag)) >= len(kind_page.named(tag)), tag


@pytest.mark.parametrize("script", ["预测与结果", "نموذج العالم", "мир — тест", "🎲 λ"])
def test_other_scripts(coin, script):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page = Page(html.render(hostile(coin, script)))
    assert page.text.count(script) > 50


def test_prose():
    cases = {
        "2*x and 3*y": "<p>2*x and 3*y</p>",
        "*all* of **it**": "<p><em>all</em> of <em>it</em></p>",
        ":class:`~cid.CID`, ``*a*``": "<p><code>cid.CID</code>, <code>*a*</code></p>",
        "    a < b\n      c": "<pre>a &lt; b\n  c</pre>",
        "Arms\n----\n- one\n  more\n- two": "<h4>Arms</h4>\n<ul><li>one more</li><li>two</li></ul>",
        "": "",
    }
    assert {text: str(prose(text)) for text in cases} == cases


def test_the_lead_keeps_its_formula_and_the_rest_is_folded(coin):
    about = "Summary.\n\nThe rate is\n\n    r = 1\n\nMuch more."
    text = html.render(dataclasses.replace(coin, about=about))
    shown, folded = text.split("<summary>More about this experiment</summary>")
    assert "<p>The rate is</p>\n<pre>r = 1</pre>" in shown
    assert "<p>Much more.</p>" in folded
    for short in ("", "Summary.", "Summary.\n\nLead."):
        page = Page(html.render(dataclasses.replace(coin, about=short)))
        assert "More about" not in page.text


def test_an_arm_without_the_variable_has_its_picture_all_the_same(coin):
    other = cid.CID([("Grip", "Pay")], ["Grip"], ["Pay"]).to_dict()
    arms = (coin.arms[0], dataclasses.replace(coin.arms[1], physical=other, objective=other))
    results = tuple(dataclasses.replace(result, finding=None) for result in coin.results)
    page = Page(html.render(dataclasses.replace(coin, arms=arms, results=results)))
    assert len(page.named("svg")) == 4


def test_many_seeds_keep_the_pictures_small(coin):
    report = tm.load_case(str(CASES / "coin.py")).run(seeds=1000, fast=True, progress=False)
    page = Page(html.render(report))
    small = Page(html.render(coin))
    limit = 2 * figures.MAX_DOTS * len(report.results)
    assert len(page.named("use")) - len(small.named("use")) < limit
    assert sum(row[0].isdigit() for row in page.rows if row) == 1000


# ---- the same bytes, and files -----------------------------------------------------------------


def test_equal_reports_give_equal_text(text, coin, liar):
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert html.render(iter([coin, liar])) == text


def test_write_is_atomic(coin, tmp_path):
    target = tmp_path / "page.html"
    target.write_text("old")
    assert html.write([coin], target) == target
    written = target.read_bytes()
    assert written.decode() == html.render(coin)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(ResultError, match="There are no reports"):
        html.write([], target)
    assert target.read_bytes() == written


def test_bad_places_and_bad_reports(coin, tmp_path):
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "no" / "page.html", tmp_path / "folder"):
        with pytest.raises(ResultError, match=f"Cannot write {re.escape(str(place))}"):
            html.write(coin, place)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(ResultError, match="Run an experiment first"):
        html.render([])
    for wrong in (None, 3, "coin", ["coin"], [coin, None]):
        with pytest.raises(cid.errors.CIDTypeError, match="A page is made of"):
            html.render(wrong)


# ---- forest plots ------------------------------------------------------------------------------


def marks(ax):
    """The large marks of a panel, from top to bottom: (x, shape, edge colour)."""
    found = [line for line in ax.lines if line.get_marker() not in ("None", None, "")]
    return [(line.get_xdata()[0], line.get_marker(), to_hex(line.get_mec())) for line in found]


def dots(ax):
    return [np.asarray(collection.get_offsets())[:, 0] for collection in ax.collections
            if len(collection.get_offsets()) > 1]  # fmt: skip


def test_forest_draws_the_data(coin):
    ax = figures.forest(coin)
    assert ax.figure in map(plt.figure, plt.get_fignums())
    paid, unpaid, exact = marks(ax)
    lift = {arm: np.array(coin.measures[arm]["lift"]) for arm in ("full", "cut")}
    assert paid[0] == pytest.approx(lift["full"].mean())
    assert unpaid[0] == pytest.approx(lift["cut"].mean())
    assert exact[0] == 0
    assert paid[1] != unpaid[1]
    assert paid[2] != unpaid[2]
    np.testing.assert_allclose(dots(ax)[0], lift["full"])
    np.testing.assert_allclose(dots(ax)[1], lift["cut"])
    words = [text.get_text() for text in ax.texts]
    assert [word for word in words if word.startswith("✓")] == ["✓ present", "✓ absent", "✓ exact"]
    bands = [c.get_datalim(ax.transData) for c in ax.collections if len(c.get_offsets()) <= 1]
    assert [band.x0 for band in bands][:2] == pytest.approx([-0.04, -0.04])
    assert [band.x1 for band in bands][:2] == pytest.approx([0.04, 0.04])
    expected = [line for line in ax.lines if np.allclose(line.get_xdata(), 0.4)]
    assert len(expected) == 1


def test_closed_forms_are_in_units_of_the_tolerance(coin):
    ax = figures.forest(coin, group="closed forms")
    heads = np.array(coin.measures["full"]["heads"])
    ((x, _, _),) = marks(ax)
    assert x == pytest.approx((heads.mean() - 0.9) / 0.02)
    np.testing.assert_allclose(dots(ax)[0], (heads - 0.9) / 0.02)


def test_controls_are_levels(coin):
    ax = figures.forest(coin, group="controls")
    assert [x for x, _, _ in marks(ax)] == pytest.approx([1.0, 1.0], abs=1e-3)
    low, high = ax.get_xlim()
    assert low < 0.5
    assert high > 1


def test_a_given_axes_is_used_and_pyplot_left_alone(coin):
    _, ax = plt.subplots()
    before = plt.get_fignums()
    assert figures.forest(coin, ax) is ax
    figures.panels(coin)
    assert plt.get_fignums() == before


def test_a_contradiction_differs_in_colour_and_words(liar):
    (mark,) = marks(figures.forest(liar))[:1]
    words = [text.get_text() for text in plt.gca().texts]
    assert mark[2] == figures.WRONG
    assert "✗ contradicts: absent" in words


def test_no_such_panel(coin):
    for options in ({"group": "efects"}, {"measures": ["lyft"]}):
        with pytest.raises(CaseError, match="Its groups: 'effects', 'closed forms', 'controls'"):
            figures.forest(coin, **options)


def ticks(ax):
    low, high = ax.get_xlim()
    return [label for label in ax.get_xticklabels() if low <= label.get_position()[0] <= high]


@pytest.mark.parametrize("stacked", [False, True])
def test_words_do_not_overlap(coin, liar, stacked):
    """Long titles, contradictions and all panels, measured with the widest font in use."""
    long = tuple(
        dataclasses.replace(arm, title=f"{arm.title}, with MUCH more to be said about it than fits")
        for arm in coin.arms
    )
    wrong = claims_again(coin, loads={"target": 0.9}, full_heads={"target": 0.5})
    for report in (coin, liar, dataclasses.replace(wrong, arms=long)):
        figure = figures.panels(report, stacked)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        boxes = [
            text.get_window_extent(renderer)
            for ax in figure.axes
            for text in (*ax.texts, ax._left_title, ax.xaxis.label, *ticks(ax))
        ]
        assert len(boxes) > 5
        for a, b in combinations(boxes, 2):
            assert not (
                min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
            )
        width = figure.bbox.width
        assert all(box.x0 >= 0 and box.x1 <= width for box in boxes)


def test_measures_of_different_scales_get_axes_of_their_own(coin):
    small = {
        arm: {**given, "tiny": tuple(0.001 * x for x in given["lift"])}
        for arm, given in coin.measures.items()
    }
    tiny = dataclasses.replace(coin.result("loads"), name="tiny", measure="tiny", delta=0.00004)
    claims = (*coin.results, dataclasses.replace(tiny, expected=0.0004))
    report = dataclasses.replace(coin, measures=small, results=evaluate(claims, small))
    assert len(figures.panels(report).axes) == len(figures.panels(coin).axes) + 1


def test_shapes_and_colours_tell_verdicts_apart():
    assert len({MarkerStyle(shape).get_marker() for shape in figures.SHAPES.values()}) == 3
    colours = [*figures.COLOURS.values(), figures.WRONG]
    assert len(set(colours)) == 4
    for colour in (*colours, figures.INK, figures.MUTED):  # on white, as WCAG AA asks of text
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        luminance = np.dot([0.2126, 0.7152, 0.0722], linear)
        assert 1.05 / (luminance + 0.05) >= 4.5, colour
