package dev.haul.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ErrorCode;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;

/** The page in a real browser: Chromium without a window, if this machine has it. */
@ExtendWith(VertxExtension.class)
class PageTest {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private final PageFixture page = new PageFixture();

  @TempDir Path folder;
  private ChromeDriver browser;

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    assumeThat(Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER))
        .as("chromium and chromedriver are installed")
        .isTrue();
    page.start(vertx, Files.writeString(folder.resolve("token"), PageFixture.TOKEN));
    page.running("film", "files.test", 300, 1000);
    page.waiting("late", "slow.test", "answered 503");
    page.failed("gone", ErrorCode.HTTP_STATUS, "answered 404");
    browser = open();
    browser.get("http://127.0.0.1:" + page.port() + "/");
  }

  private ChromeDriver open() {
    var options = new ChromeOptions();
    options.setBinary(BROWSER.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + folder.resolve("profile"));
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.WARNING);
    options.setCapability("goog:loggingPrefs", logs);
    var service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    return new ChromeDriver(service, options);
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.quit();
    }
    page.close();
  }

  @Test
  void shows_what_runs_what_waits_and_why_and_what_has_failed() {
    await().untilAsserted(() -> assertThat(text("link")).isEqualTo("live"));

    assertThat(text("t-running")).isEqualTo("1");
    assertThat(text("t-failed")).isEqualTo("1");
    WebElement bar = browser.findElement(By.cssSelector("#running progress"));
    assertThat(bar.getDomProperty("value")).isEqualTo("300");
    assertThat(bar.getDomProperty("max")).isEqualTo("1000");
    assertThat(text("running")).contains("film.mp4", "30 %", "100 B/s", "7 s left", "files.test");
    assertThat(text("waiting")).contains("late.mp4", "http-status: answered 503");
    assertThat(text("failures")).contains("gone.mp4", "http-status", "answered 404");
    assertThat(text("codes")).isEqualTo("http-status 1");
    await().untilAsserted(() -> assertThat(text("workers")).startsWith("w-2 1"));
    assertThat(text("fleet-sum")).contains("2 completed, 1 failed");
  }

  @Test
  void follows_what_happens() {
    await().untilAsserted(() -> assertThat(text("running")).contains("30 %"));

    page.running("film", "files.test", 900, 1000);
    await().untilAsserted(() -> assertThat(text("running")).contains("90 %"));
    page.completed("film", 1000);

    await().untilAsserted(() -> assertThat(text("t-completed")).isEqualTo("1"));
    assertThat(browser.findElements(By.cssSelector("#running li"))).isEmpty();
    assertThat(browser.findElement(By.id("running-none")).isDisplayed()).isTrue();
  }

  @Test
  void changes_nothing_without_the_token_and_pauses_with_it_by_keyboard() {
    await().untilAsserted(() -> assertThat(text("mode")).isEqualTo("locked"));
    assertThat(browser.findElements(By.cssSelector("#running button")))
        .allMatch(button -> !button.isDisplayed());

    WebElement unlock = browser.findElement(By.id("unlock"));
    unlock.sendKeys(Keys.ENTER);
    browser.switchTo().activeElement().sendKeys(PageFixture.TOKEN);
    browser.findElement(By.id("ask-yes")).sendKeys(Keys.ENTER);
    await().untilAsserted(() -> assertThat(text("mode")).isEqualTo("may change"));
    await().until(() -> button("pause job film").isDisplayed());
    button("pause job film").sendKeys(Keys.ENTER);

    await().untilAsserted(() -> assertThat(page.commands()).containsExactly("pause job film"));
    await().untilAsserted(() -> assertThat(text("toast")).contains("pause job film"));
  }

  @Test
  void asks_before_it_cancels() {
    await().untilAsserted(() -> assertThat(text("link")).isEqualTo("live"));
    browser.executeScript("sessionStorage.setItem('haul-token', arguments[0])", PageFixture.TOKEN);
    browser.navigate().refresh();
    await().until(() -> button("cancel job film").isDisplayed());

    button("cancel job film").click();
    await().until(() -> browser.findElement(By.id("ask")).isDisplayed());
    browser.findElement(By.cssSelector("#ask button[value=no]")).click();
    button("cancel job film").click();
    await().until(() -> browser.findElement(By.id("ask")).isDisplayed());
    assertThat(page.commands()).isEmpty();
    browser.findElement(By.id("ask-yes")).click();

    await().untilAsserted(() -> assertThat(page.commands()).containsExactly("cancel job film"));
  }

  @Test
  void lists_dead_letters_and_drives_those_again_that_are_chosen() {
    page.dead("lost", "dns", "files.test");
    page.dead("gone", "http-status", "files.test");
    page.dead("gone-2", "http-status", "other.test");
    browser.navigate().refresh();
    await().untilAsserted(() -> assertThat(text("dead-sum")).isEqualTo("3 of 3 shown, 3 open"));
    assertThat(browser.findElement(By.id("dead-redrive")).isDisplayed())
        .as("without the token")
        .isFalse();
    browser.findElement(By.cssSelector("#dead summary")).sendKeys(Keys.ENTER);
    assertThat(text("dead")).contains("why lost failed", "Attempt 1 at", "haul.dead-0-0");

    browser.executeScript("sessionStorage.setItem('haul-token', arguments[0])", PageFixture.TOKEN);
    browser.navigate().refresh();
    await().until(() -> button("redrive job lost").isDisplayed());
    button("redrive job lost").sendKeys(Keys.ENTER);
    await().untilAsserted(() -> assertThat(text("dead-sum")).isEqualTo("2 of 2 shown, 2 open"));

    new Select(browser.findElement(By.id("dead-host"))).selectByValue("other.test");
    await().untilAsserted(() -> assertThat(text("dead-redrive")).isEqualTo("Redrive 1"));
    browser.findElement(By.id("dead-redrive")).click();
    await().until(() -> browser.findElement(By.id("ask")).isDisplayed());
    assertThat(text("ask-title")).isEqualTo("Redrive 1 job?");
    browser.findElement(By.id("ask-yes")).click();

    await()
        .untilAsserted(() ->
            assertThat(page.commands())
                .containsExactly(
                    "redrive the letter haul.dead-0-0", "redrive letters of other.test"));
    await().untilAsserted(() -> assertThat(text("toast")).isEqualTo("1 driven again"));
  }

  @Test
  void fits_a_phone_and_breaks_no_rule_of_its_own_policy() {
    browser.manage().window().setSize(new Dimension(390, 844));
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true));
    browser.navigate().refresh();
    await().untilAsserted(() -> assertThat(text("link")).isEqualTo("live"));

    Long overflow =
        (Long)
            browser.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(overflow).isLessThanOrEqualTo(0);
    List<LogEntry> complaints = browser.manage().logs().get(LogType.BROWSER).getAll();
    assertThat(complaints).isEmpty();
  }

  private WebElement button(String label) {
    return browser.findElement(By.cssSelector("[aria-label='" + label + "']"));
  }

  private String text(String id) {
    return browser.findElement(By.id(id)).getText();
  }
}
