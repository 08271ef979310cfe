"""Facts of pages of HTML: what curl was answered, what a page is called and what it says went wrong."""

from __future__ import annotations

from scrimp.core.facts import html
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(case: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in html.extract(as_shown(cases.load(f"html/{case}").text))]


def test_the_error_page_of_django_has_its_status_exception_and_innermost_frame() -> None:
    facts = facts_of("curl_verbose_failed")
    assert facts[:4] == [
        ("status", ("< HTTP/1.1 500 Internal Server Error",)),
        ("title", ("KeyError", "at /checkout")),
        ("heading", ("KeyError", "at /checkout")),
        ("message", ("&#x27;CHF&#x27;",)),
    ]
    assert [fact for fact in facts if fact[0] == "error"] == [
        ("error", ('File "/tmp/shop_help/web/app.py", line 22, in rate_of',)),
        ("error", ("Exception Type: KeyError at /checkout",)),
        ("error", ("Exception Value: &#x27;CHF&#x27;",)),
        ("error", ("(22) The requested URL returned error: 500",)),
    ]


def test_the_debugger_of_flask_has_its_exception_where_it_was_raised() -> None:
    facts = facts_of("flask_debugger")
    assert facts[0] == ("title", ("ValueError: only 4 of T-1 &lt;left&gt; &amp; 9 wanted", "// Werkzeug Debugger"))
    assert facts[-1] == (
        "error",
        (
            'File "/tmp/shop_help/web/flaskapp.py", line 11, in reserve',
            "ValueError: only 4 of T-1 <left> & 9 wanted",
        ),
    )


def test_what_a_form_refused_is_a_fact() -> None:
    assert facts_of("form_refused") == [
        ("status", ("HTTP/1.1 422 Unprocessable Entity",)),
        ("title", ("Your address",)),
        ("heading", ("Your address",)),
        ("message", ("This field is required.",)),
        ("message", ("A postcode has five digits.",)),
        ("message", ("Enter a valid email address.",)),
    ]


def test_every_heading_of_a_page_is_a_fact() -> None:
    headings = [parts for kind, parts in facts_of("docs_page") if kind == "heading"]
    assert len(headings) == 55
    assert headings[:3] == [("All services",), ("The cart service",), ("When a cart is created",)]


def test_what_stands_in_scripts_styles_and_comments_is_not_on_the_page() -> None:
    page = (
        "<!doctype html><html><head><title>Shop</title><script>var a = '<h1>Sale</h1>';</script>"
        "<style>.error { color: red }</style></head><body><!-- <h2>Old</h2> --><svg><title>Icon</title></svg>"
        '<h1>Cart</h1><div class="alert alert-danger">No <b>stock</b></div></body></html>'
    )
    assert [(fact.kind, fact.parts) for fact in html.extract(page)] == [
        ("title", ("Shop",)),
        ("heading", ("Cart",)),
        ("message", ("No", "stock")),
    ]
