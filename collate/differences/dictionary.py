"""Whether a word is an ordinary one. A sign among others, never a verdict."""

from __future__ import annotations

from functools import lru_cache

from spellchecker import SpellChecker

# Tesseract's names of languages → the word lists that are at hand.
_LISTS = {"eng": "en", "fra": "fr", "deu": "de", "spa": "es", "por": "pt", "ita": "it"}
_LISTS |= {"rus": "ru", "ara": "ar", "eus": "eu", "lav": "lv", "nld": "nl", "fas": "fa"}


@lru_cache(maxsize=4)
def _checker(lang: str) -> SpellChecker | None:
    names = [_LISTS[name] for name in lang.split("+") if name in _LISTS]
    return SpellChecker(language=names, distance=1) if names else None


def load(lang: str) -> None:
    """Read the word list of a language, so that it is at hand when it is needed."""
    _checker(lang)


def is_ordinary(key: str, lang: str) -> bool | None:
    """Whether a key is in the word list of `lang` (as `rus+eng`); None without a list."""
    checker = _checker(lang)
    if checker is None or not key.isalpha():
        return None
    return bool(checker.known([key])) or (key.endswith("s") and bool(checker.known([key[:-1]])))
