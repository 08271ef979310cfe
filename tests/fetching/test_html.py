"""An HTML page becomes the Markdown of its content, with nothing of it lost and little else."""

from __future__ import annotations

import re

import pytest

from benchmarks import html_quality
from scrimp.fetching.html_text import Converted, converted

BASE = "https://docs.example/guide/page.html"


def markdown(body: str, *, keep_links: bool = False) -> str:
    return converted(f"<html><body>{body}</body></html>", BASE, keep_links=keep_links).text


@pytest.mark.parametrize("name", html_quality.CONTENT)
def test_of_a_documentation_page_every_word_line_of_code_heading_and_cell_is_kept(name: str) -> None:
    html = html_quality.page(name)
    kept = html_quality.measured(converted(html, BASE).text, html_quality.truth(html, html_quality.CONTENT[name]))
    assert kept.words[0] >= 0.999 * kept.words[1]
    assert [kept.code[0], kept.headings[0], kept.cells[0]] == [kept.code[1], kept.headings[1], kept.cells[1]]
    assert kept.precision[0] >= 0.95 * kept.precision[1]


def test_a_page_of_documentation_is_laid_out_as_markdown() -> None:
    page = converted(
        """<!doctype html><html><head><title>Retry -
            docs</title><style>p {}</style></head><body>
        <header>Docs 2.1</header><nav><a href="/">Home</a></nav><aside>Sponsors</aside>
        <main><nav>Up one level</nav><h1>Retry<a class="headerlink" href="#retry">¶</a></h1>
        <ul><li><a href="#a">Options</a></li><li><a href="#b">Table</a></li><li><a href="#c">C</a></li>
            <li><a href="#d">D</a></li></ul>
        <p>See <a href="other.html">the other page</a>, <a href="https://rfc.example/9110">RFC 9110</a> and
           <a href="#options">below</a>. <img src="x.png" alt="A diagram"><img src="pixel.gif"></p>
        <div class="admonition warning"><p class="admonition-title">Warning</p><p>Not twice.</p></div>
        <h2>Options</h2>
        <dl><dt><code>tries</code></dt><dd>How often.<dl><dt><code>inner</code></dt><dd>Deeper.</dd></dl></dd></dl>
        <ol><li>one<ul><li>nested <code>x_y</code></li></ul></li><li>two</li></ol>
        <div class="highlight-python"><pre><span>def</span> f(a):
    <a href="/src">return</a> a

f(1)
</pre></div>
        <table><thead><tr><th>Name</th><th>Kind</th></tr></thead>
            <tbody><tr><td><code>a|b</code></td><td><p>int</p></td></tr></tbody></table>
        <script>track()</script></main><footer>2026</footer></body></html>""",
        BASE,
    )
    assert page == Converted(
        text="""# Retry

See the other page, [RFC 9110](https://rfc.example/9110) and
below. A diagram

Warning

Not twice.

## Options

`tries`

How often.

`inner`

Deeper.

1. one
   - nested `x_y`
2. two

```
def f(a):
    return a

f(1)
```

| Name | Kind |
| --- | --- |
| `a\\|b` | int |""",
        title="Retry - docs",
        links_left_out=1,
    )


def test_link_targets_stay_where_they_are_asked_for() -> None:
    links = '<a href="../api.html?v=2#x">the <em>API</em></a>, <a href="mailto:a@b">us</a>'
    body = f"<main><p>See {links}, and the other words.</p></main>"
    assert markdown(body) == "See the *API*, us, and the other words."
    assert markdown(body, keep_links=True) == (
        "See [the *API*](https://docs.example/api.html?v=2#x), us, and the other words."
    )


def test_a_page_that_is_mostly_links_keeps_their_targets() -> None:
    body = "<main><ul><li><a href='/a'>First part</a></li><li><a href='b'>Second part</a></li></ul></main>"
    assert markdown(body) == ("- [First part](https://docs.example/a)\n- [Second part](https://docs.example/guide/b)")


def test_a_target_that_is_data_goes_and_its_words_stay() -> None:
    body = f'<main><p>Words and words. <a href="https://play.example/?code={"x" * 400}">Run it</a></p></main>'
    assert markdown(body, keep_links=True) == "Words and words. Run it"


def test_text_that_only_a_script_would_show_is_there() -> None:
    body = (
        '<main><p>Shown.</p><div role="tabpanel" hidden><pre>set X=1</pre></div>'
        '<div hidden id="S:0"><p>Streamed.</p></div></main>'
    )
    assert markdown(body) == "Shown.\n\n```\nset X=1\n```\n\nStreamed."


def test_a_box_that_calls_itself_the_content_is_not_taken_for_the_page() -> None:
    long = "A sentence of the text that matters here. " * 8
    assert markdown(f"<div>{long}</div><article>Teaser</article>") == f"{long.strip()}\n\nTeaser"


def test_a_page_inside_one_form_or_dialog_is_still_a_page() -> None:
    assert markdown("<form><button>Go</button><dialog><p>All that there is on it.</p></dialog></form>") == (
        "All that there is on it."
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<div>" * 20_000 + "deep down" + "</div>" * 20_000, "deep down"),
        ("<b>x " * 3_000, ("x " * 3_000).strip()),
        ("<ul><li>" * 3_000 + "leaf", "- " * 3_000 + "leaf"),
    ],
)
def test_what_the_converter_loses_is_taken_as_plain_text(body: str, text: str) -> None:
    assert " ".join(markdown(body).split()) == " ".join(text.split())


def test_plain_text_keeps_code_rows_and_headings() -> None:
    wrapped = "<div>" * 2_000
    body = (
        f"{wrapped}<h2>Head</h2><p>one  two<br>three</p><pre>a\n  b\n\nc</pre><table><tr><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td>4</td></tr></table><ul><li>x</li><li>y</li></ul><script>no</script><!-- no -->end"
    )
    assert markdown(body) == "## Head\n\none two\nthree\n\na\n  b\n\nc\n\n1 | 2\n3 | 4\n\n- x\n- y\nend"


ARTICLE = """<html><head><title>The bridge</title></head><body>
<div class="top"><a href="/">News</a> <a href="/sport">Sport</a></div>
<div class="story"><h1>The bridge is open again</h1>
<p>After two years of work the old bridge across the river was opened to traffic on Monday morning, a month late.</p>
<p>The mayor said that the town had waited long enough, and that the cost had stayed below what was planned.</p>
<p>Engineers replaced all of the cables and most of the deck, which had been damaged by salt and by heavy lorries.</p>
<p>Shopkeepers on both banks hope that their customers come back now that the detour of nine kilometres is over.</p>
<p>The next inspection is due in five years, and the bridge should last for another sixty.</p></div>
<div class="promo"><ul><li><a href="/1">Ten things to do in town this weekend</a></li><li><a href="/2">Weather</a></li>
<li><a href="/3">Subscribe to our newsletter</a></li></ul></div><div>Copyright 2026</div></body></html>"""


def test_of_an_article_without_a_named_place_the_story_is_taken_and_the_teasers_are_not() -> None:
    text = converted(ARTICLE, "https://news.example/bridge").text
    assert [paragraph in text for paragraph in re.findall(r"<p>(.*?)</p>", ARTICLE)] == [True] * 5
    assert [teaser in text for teaser in ("Sport", "Subscribe", "Copyright")] == [False] * 3


@pytest.mark.parametrize("html", ["", "<html></html>", "<html><head><title>t</title></head></html>", "\n"])
def test_a_page_without_text_has_none(html: str) -> None:
    assert converted(html, BASE).text == ""
