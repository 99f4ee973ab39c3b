"""An alignment → the places at which scan and transcript differ, each in its class."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import fmean

from collate.alignment.align import Cell, Tie, similarity
from collate.alignment.normal import form, key
from collate.differences.dictionary import is_ordinary
from collate.differences.finding import Aligned, Finding, box_of, gap_at
from collate.model import DifferenceClass, Word

_MONTHS = frozenset(month.casefold() for month in calendar.month_name if month)
_ORNAMENT = frozenset("0123456789-–—~=_.")
OPENING, CLOSING = "\"'([“‘«", "\"')]”’»"
HYPHENS = ("-", "‐", "‑", "¬", "=")
LONG = 8  # words from which a run is called a passage


def find(aligned: Aligned, lang: str) -> list[Finding]:
    """Every place at which words differ, in the order of the transcript.

    Editor's marks, furniture and layout are found elsewhere.
    """
    findings: list[Finding] = []
    for cells in _runs(aligned.cells):
        first, last = cells[0], cells[-1]
        tokens = aligned.transcript.tokens[first.left : last.left_end]
        words = aligned.words[first.right : last.right_end]
        if first.tie is Tie.RIGHT:
            findings += [
                _omission(aligned, first.left, *span)
                for span in _spans_on_a_page(aligned.words, first.right, last.right_end)
            ]
        elif first.tie is Tie.LEFT:
            if any(key(token.text) for token in tokens):
                findings.append(_addition(aligned, first.left, last.left_end, first.right))
        elif first.tie is Tie.SWAP:
            findings.append(_swap(aligned, first))
        else:
            kind = kind_of([token.text for token in tokens], [word.text for word in words], lang)
            if kind in ("word", "spelling") and _is_name(aligned, first.left):
                kind = "name"
            if kind is not None and not (kind == "punctuation" and _set_apart(aligned, first)):
                findings.append(_substitution(aligned, first, kind))
    return _moves(aligned, findings)


def kind_of(printed: Sequence[str], seen: Sequence[str], lang: str) -> str | None:
    """The sort of difference between the transcript's words and the scan's.

    >>> kind_of(["Copy"], ["copy"], "eng")
    'case'
    >>> kind_of(["citizens"], ["citi-", "zens"], "eng")
    >>> kind_of(["1938"], ["1939"], "eng")
    'number'
    """
    if {form(text) for text in _joined(printed)} & {form(text) for text in _joined(seen)}:
        same_division = len(printed) == len(seen) or _broken(printed) or _broken(seen)
        return None if same_division else "word division"
    one, other = "".join(map(key, printed)), "".join(map(key, seen))
    left, right = form("".join(printed)), form("".join(seen))
    if one == other:
        if left.casefold() == right.casefold() or _letters(left) != _letters(right):
            return "case"
        return "punctuation"
    if _has_number(one) or _has_number(other):
        return "number"
    bare = printed[0].lstrip(OPENING)
    if bare[:1].isupper() and is_ordinary(one, lang) is not True:
        return "name"
    near = similarity(one, other) >= 0.6
    both_ordinary = is_ordinary(one, lang) and is_ordinary(other, lang)
    return "spelling" if near and not both_ordinary else "word"


def _is_name(aligned: Aligned, token: int) -> bool:
    """Whether a token has a capital that no beginning of a sentence or line accounts for."""
    tokens = aligned.transcript.tokens
    here = tokens[token].text.lstrip(OPENING)
    if not here[:1].isupper() or here.isupper() or token == 0:
        return False
    before = tokens[token - 1]
    ended = before.text.rstrip(CLOSING).endswith((".", "!", "?", ":"))
    return not ended and before.line == tokens[token].line


def _set_apart(aligned: Aligned, cell: Cell) -> bool:
    """Whether the punctuation is there after all, with a neighbour or as a token of its own.

    So with `- 6 -` for `-6-`, and with a dash at the end of one word or at the
    beginning of the next.
    """
    tokens, words = aligned.transcript.tokens, aligned.words
    if key(tokens[cell.left].text).isdecimal() and set(words[cell.right].text) <= _ORNAMENT:
        return True  # "-6-", "~6=": the dashes around a page number
    low, high, first, last = cell.left, cell.left_end, cell.right, cell.right_end
    while low and not key(tokens[low - 1].text):
        low -= 1
    while high < len(tokens) and not key(tokens[high].text):
        high += 1
    while first and not key(words[first - 1].text):
        first -= 1
    while last < len(words) and not key(words[last].text):
        last += 1
    wider = (
        (low, high, first, last),
        (low - 1, high, first - 1, last),
        (low, high + 1, first, last + 1),
    )
    return any(
        form("".join(token.text for token in tokens[max(a, 0) : b]))
        == form("".join(word.text for word in words[max(c, 0) : d]))
        for a, b, c, d in wider
    )


def _joined(texts: Sequence[str]) -> Iterator[str]:
    """The ways to write words as one: with the hyphen of a broken line and without."""
    yield "".join(texts)
    if len(texts) > 1:
        bare = (text[:-1] if text.endswith(HYPHENS) else text for text in texts[:-1])
        yield "".join(bare) + texts[-1]


def _broken(texts: Sequence[str]) -> bool:
    return len(texts) > 1 and all(text.endswith(HYPHENS) for text in texts[:-1])


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _has_number(text: str) -> bool:
    return any(sign.isdigit() for sign in text) or text in _MONTHS


def _runs(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Neighbouring words missing on the same side together; all else by itself."""
    run: list[Cell] = []
    for cell in cells:
        if run and (cell.tie is not run[-1].tie or cell.tie in (Tie.WORD, Tie.SWAP)):
            yield run
            run = []
        run.append(cell)
    if run:
        yield run


def _spans_on_a_page(words: Sequence[Word], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a run of words where a page ends, and the specks off its ends."""
    for _, group in groupby(range(start, end), key=lambda number: words[number].page):
        real = [number for number in group if key(words[number].text)]
        if real:
            yield real[0], real[-1] + 1


def _omission(aligned: Aligned, token: int, word: int, word_end: int) -> Finding:
    words = aligned.words[word:word_end]
    offset = _offset_before(aligned, token)
    text = " ".join(each.text for each in words)
    many = word_end - word
    sure = fmean(each.confidence for each in words if key(each.text))
    kind = "passage" if many >= LONG else "words" if many > 1 else "word"
    explanation = f"The scan has {quoted(text)}; the transcript leaves it out."
    skip = _eye_skip(aligned, word, word_end)
    if skip:
        kind = "eye-skip"
        explanation += f" It begins and ends alike ({quoted(skip)}): the copyist's eye skipped."
    return Finding(
        DifferenceClass.OMISSION,
        kind,
        (token, token),
        (word, word_end),
        offset,
        offset,
        words[0].page,
        words[0].line,
        box_of(words),
        text,
        sure,
        explanation,
    )


def _eye_skip(aligned: Aligned, word: int, word_end: int) -> str | None:
    """The word from which the eye jumped to the like word further on, if it did."""
    if word_end - word < 3 or word == 0:
        return None
    before, last = aligned.words[word - 1], aligned.words[word_end - 1]
    if key(before.text) and key(before.text) == key(last.text):
        return before.text
    if word_end < len(aligned.words):
        first, after = aligned.words[word], aligned.words[word_end]
        if key(first.text) and key(first.text) == key(after.text):
            return first.text
    return None


def _addition(aligned: Aligned, token: int, token_end: int, word: int) -> Finding:
    tokens = aligned.transcript.tokens[token:token_end]
    start, end = tokens[0].start, tokens[-1].end
    text = aligned.transcript.text[start:end]
    page, line, box = gap_at(aligned.words, word)
    many = token_end - token
    cls, kind = DifferenceClass.ADDITION, "word" if many == 1 else "words"
    if many >= LONG:
        kind = "passage"
    explanation = f"The transcript has {quoted(text)}; the scan shows no such text."
    if text.startswith("[") and text.endswith("]"):
        cls, kind = DifferenceClass.MARK, "note"
        explanation = f"The transcript adds {quoted(text)} in brackets; the scan does not have it."
    elif _repeats(aligned, token, token_end):
        cls = DifferenceClass.REPETITION
        explanation = f"The transcript has {quoted(text)} twice; the scan has it once."
    return Finding(
        cls,
        kind,
        (token, token_end),
        (word, word),
        start,
        end,
        page,
        line,
        box,
        "",
        0.7,
        explanation,
    )


def _repeats(aligned: Aligned, token: int, token_end: int) -> bool:
    tokens = aligned.transcript.tokens
    many = token_end - token
    run = [key(each.text) for each in tokens[token:token_end]]
    before = [key(each.text) for each in tokens[max(token - many, 0) : token]]
    after = [key(each.text) for each in tokens[token_end : token_end + many]]
    return run in (before, after)


def _pair(
    aligned: Aligned,
    cell: Cell,
    cls: DifferenceClass,
    kind: str,
    probability: float,
    explanation: str,
) -> Finding:
    """A place at which words stand against words; the explanation takes both readings."""
    tokens = aligned.transcript.tokens[cell.left : cell.left_end]
    words = aligned.words[cell.right : cell.right_end]
    scan = " ".join(word.text for word in words)
    text = aligned.transcript.text[tokens[0].start : tokens[-1].end]
    return Finding(
        cls,
        kind,
        (cell.left, cell.left_end),
        (cell.right, cell.right_end),
        tokens[0].start,
        tokens[-1].end,
        words[0].page,
        words[0].line,
        box_of(words),
        scan,
        probability,
        explanation.format(transcript=quoted(text), scan=quoted(scan)),
    )


def _swap(aligned: Aligned, cell: Cell) -> Finding:
    says = "The transcript has {transcript} where the scan has {scan}."
    return _pair(aligned, cell, DifferenceClass.TRANSPOSITION, "words", 0.95, says)


def _substitution(aligned: Aligned, cell: Cell, kind: str) -> Finding:
    sure = fmean(word.confidence for word in aligned.words[cell.right : cell.right_end])
    says = "The transcript has {transcript}, the scan {scan}."
    return _pair(aligned, cell, DifferenceClass.SUBSTITUTION, kind, sure, says)


def _moves(aligned: Aligned, findings: list[Finding]) -> list[Finding]:
    """Join an addition and an omission of the same words into one transposition."""
    added = [
        each
        for each in findings
        if each.cls is DifferenceClass.ADDITION and each.tokens[1] - each.tokens[0] >= 2
    ]
    gone: set[int] = set()
    moves: dict[int, Finding] = {}
    for here in added:
        tokens = aligned.transcript.tokens[here.tokens[0] : here.tokens[1]]
        text = "".join(key(token.text) for token in tokens)
        for there in findings:
            if there.cls is not DifferenceClass.OMISSION or id(there) in gone:
                continue
            words = aligned.words[there.words[0] : there.words[1]]
            if similarity(text, "".join(key(word.text) for word in words)) < 0.8:
                continue
            gone.add(id(there))
            moves[id(here)] = Finding(
                DifferenceClass.TRANSPOSITION,
                "passage" if len(tokens) >= LONG else "words",
                here.tokens,
                there.words,
                here.start,
                here.end,
                there.page,
                there.line,
                there.box,
                there.scan,
                0.9,
                f"The transcript has {quoted(there.scan)} in another place than the scan "
                f"(page {there.page}, line {there.line}).",
            )
            break
    return [moves.get(id(each), each) for each in findings if id(each) not in gone]


def _offset_before(aligned: Aligned, token: int) -> int:
    """The place in the text at which words before `token` would have stood."""
    tokens = aligned.transcript.tokens
    return tokens[token].start if token < len(tokens) else len(aligned.transcript.text.rstrip())


def quoted(text: str) -> str:
    """A text in quotation marks, its middle left out where it is long."""
    words = text.split()
    if len(words) > 14:
        text = " ".join(words[:7]) + " … " + " ".join(words[-5:])
    return f"“{' '.join(text.split())}”"
