"""Tries the page in a real browser, as people use it: with a script and without, with the keyboard alone, narrow, dark.

    browser.py ADDRESS FOLDER-FOR-PICTURES AXE.js
"""
import pathlib
import re
import sys
import time
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

address, pictures, axe = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).read_text()
failures = []


def expect(holds, sentence):
    print(f"  {'ok' if holds else 'FAILED'}: {sentence}", flush=True)
    if not holds:
        failures.append(sentence)


def browser(*, script=True, dark=False, width=1280):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.add_argument(f"--window-size={max(width, 500)},900")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(60)
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    if dark:
        features = [{"name": "prefers-color-scheme", "value": "dark"}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    return driver


def picture(driver, name):
    height = driver.execute_script("return document.documentElement.scrollHeight") if name != "no-script" else 900
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": driver.execute_script("return innerWidth"), "height": min(height, 6000), "deviceScaleFactor": 1, "mobile": False})
    driver.save_screenshot(str(pictures / f"{name}.png"))


def leave(driver, element, go):
    """Goes to another page by an element of this one, and waits until this one is gone: it may have what is waited for there."""
    go(element)
    WebDriverWait(driver, 40, poll_frequency=0.05).until(staleness_of(element))


def grade(driver, domain):
    driver.get(address)
    field = driver.find_element(By.NAME, "domain")
    field.send_keys(domain)
    leave(driver, field, lambda field: field.submit())


def is_report(driver):
    return bool(driver.find_elements(By.ID, "report"))


def wait_for_report(driver, seconds=40):
    WebDriverWait(driver, seconds, poll_frequency=0.05).until(is_report)


def letter(driver):
    return driver.find_element(By.CSS_SELECTOR, ".letter").text.split()[-1]


def check_page(driver, name):
    """Nothing that axe knows, nothing wider than the screen, nothing that the policy has stopped."""
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
    result = driver.execute_async_script("const done = arguments[0]; axe.run().then(done)")
    for violation in result["violations"]:
        print("   ", violation["id"], violation["help"], violation["nodes"][0]["html"][:200])
    expect(not result["violations"], f"{name}: axe-core finds nothing")
    wide = driver.execute_script("return document.documentElement.scrollWidth > innerWidth")
    expect(not wide, f"{name}: nothing is wider than the screen")
    log = [entry["message"] for entry in driver.get_log("browser") if "favicon" not in entry["message"]]
    expect(not log, f"{name}: the browser complains of nothing {log[:2]}")


def live():
    print("A domain is graded while one watches")
    driver = browser()
    grade(driver, "tls-all.test")
    expect(re.search(r"/runs/[a-z2-7]{26}\?key=", driver.current_url), "the form leads to an address of 128 random bits")
    wait_for_report(driver)
    expect(letter(driver) == "B", "the report has the letter of the lab's table")
    expect("Delete this result" in driver.page_source, "whoever asked can delete it")
    check_page(driver, "report")
    picture(driver, "report")
    shared = driver.current_url.split("?")[0]
    driver.get(shared)
    expect("Delete this result" not in driver.page_source, "whoever has the shared address cannot")
    leave(driver, driver.find_element(By.LINK_TEXT, "rfc-strict"), lambda link: link.click())
    wait_for_report(driver)
    expect("profile=rfc-strict" in driver.current_url, "another profile judges the same evidence")
    driver.get(shared)
    driver.find_element(By.CSS_SELECTOR, "#what-if summary").click()
    for box in driver.find_elements(By.NAME, "fix"):
        box.click()
    leave(driver, driver.find_element(By.CSS_SELECTOR, "#what-if button"), lambda button: button.click())
    wait_for_report(driver)
    said = driver.find_element(By.CSS_SELECTOR, "#what-if [role=status]").text
    expect(re.search(r"would be A", said), f"boxes that are ticked tell the grade: {said!r}")
    driver.quit()
    return shared


def slow(domain):
    print("A run is reloaded half-way, and watched in two tabs")
    driver = browser()
    grade(driver, domain)
    first = driver.current_window_handle
    run = driver.current_url.split("?")[0]
    expect(not is_report(driver), "the run goes on")
    expect(driver.find_element(By.CSS_SELECTOR, "[role=status]"), "there is a region that speaks")
    check_page(driver, "run")
    picture(driver, "run")
    driver.refresh()
    expect(not is_report(driver) and driver.find_elements(By.CSS_SELECTOR, "#board li"), "after a reload it shows what is known")
    driver.switch_to.new_window("tab")
    driver.get(run)
    expect(not is_report(driver), "another tab watches the same run")
    wait_for_report(driver, 60)
    one = letter(driver)
    driver.switch_to.window(first)
    wait_for_report(driver, 10)
    expect(letter(driver) == one, "both tabs end with the same report")
    driver.quit()


def without_script():
    print("Without JavaScript")
    driver = browser(script=False)
    grade(driver, "modern.test")
    wait_for_report(driver)
    expect(driver.find_elements(By.CSS_SELECTOR, ".letter"), "the page asks again by itself until the report is there")
    picture(driver, "no-script")
    driver.quit()


def keyboard():
    print("With the keyboard alone")
    driver = browser()
    driver.get(address)
    active = driver.switch_to.active_element
    expect(active.get_attribute("name") == "domain", "the field has the focus")
    active.send_keys("expired.test", Keys.ENTER)
    wait_for_report(driver)
    body = driver.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    expect("Skip" in driver.switch_to.active_element.text, "the first stop skips to the report")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    reached = set()
    for _ in range(40):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        active = driver.switch_to.active_element
        reached.add(active.tag_name)
        outline = driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", active)
        if active.tag_name in ("a", "button", "summary") and outline == "none":
            expect(False, f"the focus is seen on {active.text[:30]!r}")
            break
    expect({"a", "summary"} <= reached, "links and folds are reached")
    driver.quit()


def narrow_and_dark(shared):
    print("Narrow, and dark")
    for name, settings in {"narrow": {"width": 390}, "dark": {"dark": True}, "narrow-dark": {"width": 390, "dark": True}}.items():
        driver = browser(**settings)
        driver.get(address)
        check_page(driver, f"{name} start")
        picture(driver, f"{name}-start")
        driver.get(shared)
        check_page(driver, f"{name} report")
        picture(driver, f"{name}-report")
        driver.quit()


def other_pages():
    print("The other pages")
    driver = browser()
    signed_in = address.replace("http://", "http://me:browser@")
    for path in ("", "/about", "/problems", "/lists", "/lists/lab", "/domains/tls-all.test?signin=1", "/alerts"):
        driver.get(signed_in + path)
        check_page(driver, path or "/")
    picture(driver, "alerts")
    driver.get(signed_in + "/lists/lab")
    picture(driver, "list")
    driver.get(signed_in + "/domains/tls-all.test?signin=1")
    picture(driver, "history")
    driver.quit()


def wrong_input():
    print("What is typed wrong")
    driver = browser()
    grade(driver, "not a domain")
    alert = driver.find_element(By.CSS_SELECTOR, "[role=alert]").text
    expect("space" in alert, f"the page says what is wrong: {alert!r}")
    expect(driver.find_element(By.NAME, "domain").get_attribute("value") == "not a domain", "what was typed is still there")
    driver.quit()


shared = live()
without_script()
keyboard()
narrow_and_dark(shared)
other_pages()
wrong_input()
slow("late-greeting.test")
print(f"{len(failures)} failures")
sys.exit(1 if failures else 0)
