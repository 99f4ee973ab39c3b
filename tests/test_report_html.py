"""The HTML report: what it holds, and how it behaves in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from collate.model import (
    Box,
    Collation,
    Coverage,
    Difference,
    DifferenceClass,
    Link,
    Page,
    PageCoverage,
    Span,
    Step,
    Support,
    Token,
    Transcript,
    Verdict,
)
from collate.report import html

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

TEXT = (
    "TOP SECRET\n\n"
    "It would be needed to set up some liaison whereby very great plans\nbecame known."
)
PAGE = Page(1, Path("scan-1.png"), 0, 800, 1000, 150.0, "ab" * 32)


def paper(page: Page) -> NDArray[np.uint8]:
    """White paper with a grey word at every 100 pixels."""
    image = np.full((page.height, page.width), 245, np.uint8)
    for y in range(100, page.height - 60, 60):
        for x in range(60, page.width - 100, 100):
            image[y : y + 20, x : x + 70] = 60
    return image


def transcript(text: str) -> Transcript:
    tokens = tuple(
        Token(word[0], word.start(), word.end(), 1, 1) for word in re.finditer(r"\S+", text)
    )
    return Transcript(Path("letter.txt"), "cd" * 32, "utf-8", text, tokens, ())


def difference(
    cls: DifferenceClass, start: int, end: int, *, text: str = TEXT, **changes: Any
) -> Difference:
    usual = Difference(
        id=f"{cls}-{start}",
        cls=cls,
        kind="for example",
        verdict=Verdict.DEPARTS,
        probability=0.9,
        gravity=0.5,
        page=1,
        line=3,
        box=Box(160, 220, 70, 20),
        transcript=Span(text[start:end], start, end),
        before=text[max(start - 20, 0) : start],
        after=text[end : end + 20],
        scan="as scanned",
        explanation="Because of the ink.",
    )
    return replace(usual, **changes)


def collation(text: str = TEXT, *differences: Difference) -> Collation:
    """One page; the words of the text stand on it in rows of six."""
    published = transcript(text)
    links = tuple(
        Link(index, 1, Box(60 + 100 * (index % 6), 100 + 60 * (index // 6), 70, 20))
        for index in range(min(len(published.tokens), 80))
    )
    return Collation(
        pages=(PAGE,),
        transcript=published,
        links=links,
        differences=differences,
        coverage=Coverage(1000, 999, (PageCoverage(1, 18, 17),)),
        tool="collate 0.1.0",
        steps=(Step("read", "tesseract 5.3.0", (("language", "eng"),)),),
    )


AT = TEXT.index("liaison")
GREAT = TEXT.index("very")
EXAMPLES = (
    difference(
        DifferenceClass.OMISSION,
        AT,
        AT,
        scan="close",
        kind="word dropped",
        probability=0.996,
        witnesses=(Support("second copy", "close", "scan"),),
    ),
    difference(DifferenceClass.ADDITION, GREAT, GREAT + 4, scan="", box=Box(360, 220, 0, 20)),
    difference(DifferenceClass.SUBSTITUTION, 4, 10, verdict=Verdict.SLIPPED, probability=0.02),
    difference(DifferenceClass.FURNITURE, 0, 0, line=0, box=Box(0, 0, 800, 40)),
)


def test_a_card_shows_the_place_the_readings_and_the_evidence() -> None:
    report = html.render(collation(TEXT, *EXAMPLES), paper)
    card = re.search(r'<li class="card" data-rank="1".*?</li>', report, re.DOTALL)
    assert card
    assert "to set up some <span" in card[0]
    assert "‸</span>liaison whereby" in card[0]
    assert "<mark>close</mark>" in card[0]
    assert 'alt="Scan, page 1, line 3: close"' in card[0]
    assert "<strong>99%</strong>" in card[0]
    assert "almost certain" in card[0]
    assert "second copy" in card[0]


def test_the_order_of_the_collation_is_kept() -> None:
    report = html.render(collation(TEXT, *reversed(EXAMPLES)), paper)
    assert re.findall(r'data-id="([a-z]+)', report) == [
        "furniture",
        "substitution",
        "addition",
        "omission",
    ]


def test_coverage_inputs_and_steps_stand_in_the_report() -> None:
    report = html.render(collation(TEXT, *EXAMPLES), paper)
    assert "<strong>99.9%</strong>" in report
    assert "<td>94.4%</td>" in report
    assert f'<code title="{"ab" * 32}">abababababab</code>' in report
    assert "read: tesseract 5.3.0; language eng" in report


def test_without_differences_the_report_says_so_and_how_much_was_verified() -> None:
    report = html.render(collation(), paper)
    assert "Nothing to look at." in report
    assert "99.9% of the transcript’s words" in report


@pytest.mark.parametrize(
    "box", [Box(0, 0, 800, 1000), Box(0, 0, 1, 1), Box(799, 999, 1, 1), Box(800, 1000, 0, 0)]
)
def test_a_box_at_the_edge_of_the_page_has_a_crop(box: Box) -> None:
    example = difference(DifferenceClass.OMISSION, 5, 5, box=box)
    assert html.render(collation(TEXT, example), paper).count("data:image/jpeg;base64,/9j/") == 2


def test_a_page_is_decoded_once() -> None:
    decoded: list[int] = []

    def pixels(page: Page) -> NDArray[np.uint8]:
        decoded.append(page.number)
        return paper(page)

    html.render(collation(TEXT, *EXAMPLES), pixels)
    assert decoded == [1]


def test_a_long_transcript_is_complete() -> None:
    text = "word & more\n<words> " * 5_000
    report = html.render(
        collation(text, difference(DifferenceClass.MARK, 7, 99_000, text=text)), paper
    )
    assert report.count("&amp;") >= 5_000
    assert "<words>" not in report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Opened:
    """A report in a browser tab, with what the tab asked for and complained of."""

    def __init__(self, tab: Tab, report: str, path: Path) -> None:
        self.tab = tab
        self.requests: list[str] = []
        self.complaints: list[str] = []
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.on("console", lambda message: self.complaints.append(message.text))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        path.write_text(report, encoding="utf-8")
        tab.goto(path.as_uri())

    def current(self) -> list[str]:
        """The selected card, box and place, by id."""
        found: list[str] = self.tab.eval_on_selector_all(
            "a[aria-current=true]", "each => each.map(a => a.id)"
        )
        return found

    def text(self) -> str:
        """The transcript as the page shows it, without the numbers of the differences."""
        found: str = self.tab.evaluate(
            """() => {
              const copy = document.querySelector(".transcript").cloneNode(true);
              copy.querySelectorAll(".flag").forEach((flag) => flag.remove());
              return copy.textContent;
            }"""
        )
        return found

    def shown(self, selector: str = ".card") -> list[str]:
        return [
            each.get_attribute("data-rank") or ""
            for each in self.tab.locator(selector).all()
            if each.is_visible()
        ]


def opened(browser: Browser, path: Path, value: Collation | None = None, **context: Any) -> Opened:
    context = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"} | context
    report = html.render(value or collation(TEXT, *EXAMPLES), paper)
    return Opened(browser.new_context(**context).new_page(), report, path / "report.html")


HOSTILE = (
    "</script><script>window.ran = 1</script> <img src=x onerror='window.ran = 2'> "
    "{{ 7 * 7 }} </style> <a href='javascript:window.ran=3'>x</a> "
    'שלום עולם \u202egnirts\u202c &amp; <!-- ]]> "quoted"'
)


def test_nothing_in_a_transcript_can_run(browser: Browser, tmp_path: Path) -> None:
    example = difference(
        DifferenceClass.SUBSTITUTION,
        0,
        9,
        text=HOSTILE,
        scan=HOSTILE,
        explanation=HOSTILE,
        kind=HOSTILE,
        witnesses=(Support(HOSTILE, HOSTILE, "scan"),),
    )
    report = opened(browser, tmp_path, collation(HOSTILE, example))
    report.tab.wait_for_timeout(100)
    assert report.tab.evaluate("window.ran") is None
    assert report.text() == HOSTILE
    assert report.complaints == []
    assert all(url.startswith(("file:", "data:")) for url in report.requests)
    assert report.tab.locator("header img, a[href^=javascript]").count() == 0


def test_the_text_is_shown_whole(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    assert report.text() == TEXT


def test_the_policy_stops_a_script_that_gets_in(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    report.tab.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = 1";
          document.body.append(script);
        }"""
    )
    assert report.tab.evaluate("window.ran") is None
    assert "Content Security Policy" in report.complaints[0]


def test_a_click_on_one_finds_the_other(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    both = ["difference-1", "box-1", "place-1"]
    report.tab.click("#box-1", position={"x": 5, "y": 5})
    assert report.current() == both
    report.tab.click("#difference-2")
    assert report.current() == ["difference-2", "box-2", "place-2"]
    report.tab.click("#place-1")
    assert report.current() == both
    report.tab.click(".transcript ins")
    assert report.current() == ["difference-2", "box-2", "place-2"]


def test_a_word_finds_its_ink_and_the_ink_its_word(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    report.tab.get_by_text("whereby").last.click()
    spot = report.tab.locator(".spot").bounding_box()
    sheet = report.tab.locator(".paper").bounding_box()
    assert spot
    assert sheet
    index = TEXT.split().index("whereby")
    scale = sheet["width"] / PAGE.width
    assert spot["x"] - sheet["x"] == pytest.approx((60 + 100 * (index % 6)) * scale, abs=1.5)
    assert spot["y"] - sheet["y"] == pytest.approx((100 + 60 * (index // 6)) * scale, abs=1.5)

    report.tab.mouse.click(sheet["x"] + 90 * scale, sheet["y"] + 110 * scale)
    assert report.tab.locator(".here").inner_text() == "TOP"
    report.tab.focus(".transcript")
    report.tab.keyboard.press("ArrowRight")
    assert report.tab.locator(".here").inner_text() == "SECRET"


def test_keys_go_from_difference_to_difference(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    focused = "document.activeElement.id"
    for key, rank in (("j", 1), ("j", 2), ("ArrowDown", 4), ("k", 2), ("ArrowUp", 1), ("k", 1)):
        report.tab.keyboard.press(key)
        assert report.tab.evaluate(focused) == f"difference-{rank}"
    report.tab.keyboard.press("Enter")
    assert report.tab.evaluate(focused) == "box-1"
    report.tab.keyboard.press("Enter")
    assert report.tab.evaluate(focused) == "difference-1"
    report.tab.keyboard.press("t")
    assert report.tab.evaluate(focused) == "place-1"
    report.tab.keyboard.press("f")
    assert report.tab.evaluate(focused) == "show-omission"
    report.tab.keyboard.press("?")
    assert report.tab.locator("#help").is_visible()
    report.tab.keyboard.press("Escape")
    assert not report.tab.locator("#help").is_visible()


def test_everything_is_reached_by_tab(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    reached = set()
    for _ in range(60):
        report.tab.keyboard.press("Tab")
        reached.add(report.tab.evaluate("document.activeElement.id"))
    parts = {f"{part}-{rank}" for part in ("difference", "box", "place") for rank in (1, 2, 4)}
    assert reached >= parts | {"keys", "show-omission", "show-slips", "enlarge"}
    assert "box-3" not in reached


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_filters_hide_a_class_everywhere(browser: Browser, tmp_path: Path, script: bool) -> None:
    report = opened(browser, tmp_path, java_script_enabled=script)
    assert report.shown(".card") == report.shown(".box") == ["1", "2", "4"]
    report.tab.uncheck("#show-addition")
    assert report.shown(".card") == report.shown(".box") == ["1", "4"]
    assert report.shown(".flag") == ["4", "1"]
    assert report.tab.get_by_text("very").last.is_visible()
    report.tab.check("#show-slips")
    assert report.shown(".card") == ["1", "3", "4"]


def test_without_script_the_report_is_all_there(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path, java_script_enabled=False)
    for selector in ("#difference-1", ".card img", ".paper img", "#box-1", ".transcript"):
        assert report.tab.locator(selector).first.is_visible()
    report.tab.click("#difference-1")
    assert report.tab.url.endswith("#box-1")


@pytest.mark.parametrize("text", [TEXT, "longword" * 400, HOSTILE], ids=["usual", "long", "rtl"])
def test_no_horizontal_scroll_at_360_pixels(browser: Browser, tmp_path: Path, text: str) -> None:
    example = difference(DifferenceClass.SUBSTITUTION, 0, 9, text=text, scan=text, after=text[9:])
    value = collation(text, example, *(EXAMPLES if text is TEXT else ()))
    report = opened(browser, tmp_path, value, viewport={"width": 360, "height": 740})
    assert report.tab.evaluate("document.documentElement.scrollWidth") == 360


def test_dark_mode_is_dark(browser: Browser, tmp_path: Path) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    for scheme, expected in (("light", "rgb(244, 244, 241)"), ("dark", "rgb(20, 21, 22)")):
        report = opened(browser, tmp_path, color_scheme=scheme)
        assert report.tab.evaluate(shade) == expected


def test_print_has_no_controls(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    report.tab.emulate_media(media="print")
    assert (
        not report.tab.locator("#keys, .links, .enlarge, .chip input").filter(visible=True).count()
    )
    assert report.shown(".card") == ["1", "2", "4"]
    assert (
        report.tab.evaluate("getComputedStyle(document.querySelector('.pane')).overflowY")
        == "visible"
    )


def test_the_links_are_data(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path)
    assert json.loads(report.tab.locator("#links").inner_text())[0] == [0, 1, 60, 100, 70, 20]
