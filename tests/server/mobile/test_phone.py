"""The ticket's page on a phone: a real browser, a real server, nothing between them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By

from shared.domain.tickets import Step
from shared.schemas.hall import ServiceEdit
from shared.ui.theme.tokens import colours
from tests.fakes.browser import WIDTH, Phone
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import OwnLine, code_of

# Set in the page; gone when the page was loaded again.
SCRATCH = "window.scratch = 'still here'"
KEPT = "return window.scratch === 'still here'"


@pytest.fixture(autouse=True)
def calm_console(browser: Phone) -> Iterator[None]:
    """Nothing a page may not do was tried: no refused script or style, no error."""
    browser.complaints()
    yield
    left = [
        complaint for complaint in browser.complaints() if "ERR_" not in complaint and "status of 4" not in complaint
    ]
    assert left == []


def open_ticket(browser: Phone, address: str) -> None:
    browser.open(address)
    browser.wait(lambda: browser.run("return document.body.className") == "live", "the stream is open")


def test_the_line_moves_before_ones_eyes(browser: Phone, line: OwnLine) -> None:
    line.open()
    line.take()
    line.take()
    mine = line.take()
    open_ticket(browser, mine.qr)
    assert browser.text("#number") == mine.number
    assert browser.text("#ahead") == "2"
    browser.run(SCRATCH)
    line.serve()
    browser.wait_text("#ahead", "1")
    assert browser.driver.title == f"前面1人 · {mine.number}"
    assert "前面还有1人" in browser.run("return document.getElementById('say').textContent")
    line.serve()
    browser.wait_text("#ahead", "下一位就是您")
    assert browser.run(KEPT)


def test_ones_own_call_turns_the_page_red(browser: Phone, line: OwnLine) -> None:
    line.open()
    mine = line.take()
    open_ticket(browser, mine.qr)
    browser.run(SCRATCH)
    line.call()
    browser.wait_text("#go", "请到")
    assert browser.text("#counter") == line.label
    assert browser.driver.title == f"请到{line.label}窗口 · {mine.number}"
    assert (
        browser.run("return document.getElementById('shout').textContent") == f"{mine.number}，请到{line.label}窗口。"
    )
    assert browser.driver.find_element(By.ID, "shout").get_attribute("role") == "alert"
    assert browser.run("return window.vibrations") == 1
    red = browser.driver.find_element(By.ID, "go").value_of_css_property("background-color")
    assert red == "rgba({}, {}, {}, 1)".format(*bytes.fromhex(colours("day")["call"][1:]))
    line.step(Step.RECALL)
    browser.wait(lambda: browser.run("return window.vibrations") == 2, "a recall vibrates again")
    line.step(Step.START)
    browser.wait_text("#state", "办理中")
    assert browser.text("#go") == ""
    assert browser.run(KEPT)


def test_rating_by_touch(browser: Phone, line: OwnLine) -> None:
    line.open()
    mine = line.take()
    open_ticket(browser, mine.qr)
    line.serve()
    browser.wait_text("#rating", "您对这次服务满意吗")
    assert not browser.driver.find_element(By.CSS_SELECTOR, ".why").is_displayed()
    browser.tap("label[for=level-2]")
    assert browser.driver.find_element(By.CSS_SELECTOR, ".why").is_displayed()
    browser.tap(".reason:nth-of-type(2)")
    browser.tap("#send")
    browser.wait_text("#thanks", "感谢您的评价")
    assert urlsplit(browser.driver.current_url).path == urlsplit(mine.qr).path
    assert line.client.ticket(mine.id).rated


def test_touching_send_without_a_choice_sends_nothing(browser: Phone, line: OwnLine) -> None:
    line.open()
    mine = line.take()
    line.serve()
    open_ticket(browser, mine.qr)
    browser.tap("#send")
    assert browser.text("#rating")
    assert browser.run("return document.getElementById('send').disabled") is False
    assert not line.client.ticket(mine.id).rated


def test_rated_at_the_counter_meanwhile(browser: Phone, line: OwnLine) -> None:
    line.open()
    mine = line.take()
    line.serve()
    open_ticket(browser, mine.qr)
    browser.tap("label[for=level-2]")
    # Half-filled on this phone, sent from another one.
    browser.run(
        "return fetch(document.getElementById('rating').action,"
        " {method: 'POST', body: new URLSearchParams({level: '5'})})"
        ".then(function (answer) { return answer.status; })"
    )
    browser.wait_text("#thanks", "感谢您的评价")


def test_a_second_rating_is_refused_nicely(browser: Phone, plain_browser: Phone, line: OwnLine) -> None:
    line.open()
    mine = line.take()
    line.serve()
    # Two phones of one family; on the one without scripts the form stays open.
    plain_browser.open(mine.qr)
    open_ticket(browser, mine.qr)
    browser.tap("label[for=level-5]")
    browser.tap("#send")
    browser.wait_text("#thanks", "感谢")
    plain_browser.tap("label[for=level-4]")
    plain_browser.tap("#send")
    plain_browser.wait_text("#notice", "已经评价过了")
    assert "感谢您的评价" in plain_browser.text("#thanks")


def test_without_javascript_everything_but_live_works(plain_browser: Phone, line: OwnLine) -> None:
    line.open()
    line.take()
    mine = line.take()
    plain_browser.open(mine.qr)
    assert plain_browser.text("#ahead") == "1"
    assert plain_browser.text("#number") == mine.number
    assert plain_browser.driver.find_elements(By.CSS_SELECTOR, "noscript meta[http-equiv=refresh][content='20']")
    assert "每20秒自动刷新" in plain_browser.text("footer")
    assert plain_browser.text("#line") == "更新于", "no script has run"
    line.serve()
    line.serve()
    plain_browser.open(mine.qr)
    plain_browser.tap("label[for=level-2]")
    assert plain_browser.driver.find_element(By.CSS_SELECTOR, ".why").is_displayed()
    plain_browser.tap(".reason:nth-of-type(1)")
    plain_browser.tap("#send")
    plain_browser.wait_text("#thanks", "感谢您的评价")


def test_unknown_code_and_the_last_ticket(browser: Phone, shared_hall: RunningHall, line: OwnLine) -> None:
    browser.open(shared_hall.url + "/t/")
    browser.run("localStorage.clear()")
    browser.open(shared_hall.url + "/t/")
    assert "请用微信或相机扫描" in browser.text("#scan")
    mine = line.take()
    open_ticket(browser, mine.qr)
    browser.open(shared_hall.url + "/t/" + "A" * 22)
    assert "没有找到这张号票" in browser.text("#unknown")
    assert "We can't find this ticket" in browser.text("main")
    browser.open(shared_hall.url + "/t/")
    browser.wait(lambda: browser.driver.current_url == mine.qr, "the last ticket is open again")
    browser.run("localStorage.setItem('zhiting.ticket', 'https://evil.example/')")
    browser.open(shared_hall.url + "/t/")
    assert "请用微信或相机扫描" in browser.text("#scan")


def test_english_by_one_touch(browser: Phone, line: OwnLine) -> None:
    line.open()
    line.take()
    mine = line.take()
    open_ticket(browser, mine.qr)
    browser.tap("nav a")
    browser.wait_text("#state", "Waiting")
    browser.wait(lambda: browser.run("return document.body.className") == "live")
    line.serve()
    browser.wait_text("#ahead", "You are next")
    assert browser.run("return document.documentElement.lang") == "en"
    browser.tap("nav a")
    browser.wait_text("#state", "等候中")


def test_hostile_names_do_nothing_even_live(browser: Phone, line: OwnLine) -> None:
    mine = line.take()
    open_ticket(browser, mine.qr)
    bad = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"
    line.client.edit_service(line.service_id, ServiceEdit(name=bad, hint=bad))
    browser.wait_text("#service", bad)
    assert browser.text("#hint") == bad
    browser.open(mine.qr)
    assert browser.text("#service") == bad
    assert browser.run("return window.ran || 0") == 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_fits_the_hand(browser: Phone, line: OwnLine, language: str) -> None:
    """Nothing hangs over the side, and what is touched is large enough and apart."""
    long = "城乡居民基本养老保险参保登记信息变更及待遇领取资格认证综合受理" * 2
    line.client.edit_service(line.service_id, ServiceEdit(name=long, name_en="Unemployment " * 12))
    line.open()
    mine = line.take()
    for prepare in (lambda: "", line.call, lambda: line.step(Step.FINISH)):
        prepare()
        browser.open(f"{mine.qr}?lang={language}")
        assert browser.run("return document.documentElement.scrollWidth") <= WIDTH
    browser.tap("label[for=level-2]")
    assert browser.run("return document.documentElement.scrollWidth") <= WIDTH
    for element in browser.driver.find_elements(By.CSS_SELECTOR, "nav a, .faces > label, .reason, #send"):
        assert min(element.size["height"], element.size["width"]) >= 44, element.text
    assert code_of(mine) not in browser.text("body")


def test_a_restarted_server_is_found_again(browser: Phone, shared_hall: RunningHall, line: OwnLine) -> None:
    line.open()
    line.take()
    mine = line.take()
    open_ticket(browser, mine.qr)
    browser.run(SCRATCH)
    shared_hall.kill()
    browser.wait_text("#lost", "您的号码仍然有效")
    assert browser.text("#line") == "正在重新连接"
    shared_hall.start()
    line.serve()
    browser.wait_text("#ahead", "下一位就是您", seconds=30)
    assert browser.text("#lost") == ""
    assert browser.text("#line") == "实时更新"
    line.call()
    browser.wait_text("#go", line.label)
    assert browser.run(KEPT)
