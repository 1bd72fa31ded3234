from playwright.sync_api import Page


def test_a_page_runs_its_script_and_draws(page: Page) -> None:
    page.set_content("<h1></h1><script>document.querySelector('h1').textContent = 1 + 1</script>")
    assert page.inner_text("h1") == "2"
    assert page.screenshot().startswith(b"\x89PNG")
