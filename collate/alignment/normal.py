"""The forms in which words are compared; what is reported stays as printed."""

from __future__ import annotations

import unicodedata

SPOKEN = frozenset("&%$£€§+=#@")

_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "ſ": "s",
        "…": "...",
        "\u00a0": " ",
        "\u00ad": "",
        "\u200b": "",
        "\ufeff": "",
        **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)},
    }
)


def form(text: str) -> str:
    """A word with its printer's variants levelled: two equal forms are no difference.

    >>> form("oﬃcer’s") == form("officer's")
    True
    >>> form("a—b"), form("a--b")
    ('a-b', 'a-b')
    """
    levelled = unicodedata.normalize("NFC", text).translate(_SAME)
    levelled = unicodedata.normalize("NFC", levelled).replace("''", '"')
    while "--" in levelled:
        levelled = levelled.replace("--", "-")
    return levelled


def key(text: str) -> str:
    """Only the letters (with their marks) and digits of a word, for finding its counterpart.

    A sign that is read as a word (`&`, `%`, `£`) stands for itself.

    >>> key("People’s"), key('"Jews,'), key("&"), key("—")
    ('peoples', 'jews', '&', '')
    """
    signs = form(text).casefold()
    kept = "".join(
        sign for sign in signs if sign.isalnum() or unicodedata.category(sign).startswith("M")
    )
    return kept or "".join(sign for sign in signs if sign in SPOKEN)
