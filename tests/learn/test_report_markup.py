"""Names in a report are told letter by letter, in text and in attributes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from studio.learn.report_markup import paragraph, picture, table, tag

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "&lt;b&gt;", "]]><!--",
    "javascript:alert(1)", "</td></table><script>", "\u202egpj.exe",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_becomes_markup(text: str) -> None:
    page = tag("div", paragraph(text), table([text], [[text]], caption=text), picture(b"", text), title=text)
    root = ElementTree.fromstring(page)
    assert {element.tag for element in root.iter()} == {
        "div", "p", "table", "caption", "thead", "tr", "th", "tbody", "td", "img",
    }  # fmt: skip
    assert [element.text for element in root.iter() if element.tag in ("p", "caption", "th", "td")] == [text] * 4
    image = root.find("img")
    assert image is not None
    assert (root.get("title"), image.get("alt"), sorted(image.attrib)) == (text, text, ["alt", "src"])


def test_what_no_page_can_hold_is_left_out() -> None:
    root = ElementTree.fromstring(tag("p", "a\0b\udcfcc\x07d", title="\x1b"))
    assert (root.text, root.get("title")) == ("a\ufffdb\ufffdc\ufffdd", "\ufffd")
