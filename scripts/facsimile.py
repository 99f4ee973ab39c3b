"""Render facsimiles of typewritten pages, degraded as an archival scan is.

A facsimile imitates a document whose original scan is not available: the words and the
page breaks are the document's, the typeface, layout and wear are invented here. Three steps
are kept apart:

* a description (TOML, see `scripts/219945.toml`) says which text stands where;
* `render` sets it in ink on a blank sheet and records the box of every word;
* `degrade` wears the ink, tilts the sheet and scans it, at one of three severities.

All lengths are pixels at 300 DPI, the origin is the top-left corner of the page, y runs down.
Angles are degrees, counter-clockwise. Everything random is seeded, so the same description
gives the same bytes with the same versions of the libraries and fonts.

Fonts come from the Debian packages fonts-gnutypewriter, fonts-rufscript and fonts-liberation.
"""

import json
import re
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Floats = NDArray[np.float32]

ROOT = Path(__file__).resolve().parents[1]
FONTS = Path("/usr/share/fonts/truetype")
DPI = 300
GREY_LEVELS = 16


@dataclass(frozen=True, slots=True)
class Face:
    """A font and how it marks the paper.

    Attributes:
        path: the font file, below the system's font folder.
        package: the Debian package that brings it.
        ink: darkness of a full stroke, 0 to 1.
        wobble: how far a character (or a word, if there is no pitch) leaves its place.
        pitch: advance of every character; 0 for a proportional face.
    """

    path: str
    package: str
    ink: float
    wobble: float = 0.0
    pitch: float = 0.0

    def load(self, size: float) -> ImageFont.FreeTypeFont:
        """Open the font at `size` pixels, or say which package is missing."""
        try:
            return ImageFont.truetype(FONTS / self.path, size)
        except OSError as error:
            raise click.ClickException(
                f"no font {FONTS / self.path}; try: apt-get install {self.package}"
            ) from error


FACES = {
    "typewriter": Face("gnutypewriter/GNUTypewriter.ttf", "fonts-gnutypewriter", 0.95, 0.8, 30),
    "hand": Face("rufscript/Rufscript010.ttf", "fonts-rufscript", 0.8, 3.0),
    "sans": Face("liberation/LiberationSans-Regular.ttf", "fonts-liberation", 0.75, 3.0),
    "serif": Face("liberation/LiberationSerif-Regular.ttf", "fonts-liberation", 0.9),
}


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text set in one face.

    Attributes:
        zone: body, header, page-number, stamp, handwriting or footer.
        face: a key of `FACES`.
        size: font size.
        x: left edge of column 0.
        y: ascender line of the first line.
        leading: distance from line to line.
        text: the lines; with a typewriter face, spaces are columns.
        angle: rotation about (x, y).
        struck: whether a pen line goes through the text.
    """

    zone: str
    face: str
    size: float
    x: float
    y: float
    text: str
    leading: float = 0.0
    angle: float = 0.0
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size and its blocks in reading order."""

    width: int
    height: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the four corners (x, y) around its ink, clockwise from the top left."""

    text: str
    zone: str
    struck: bool
    corners: Floats

    def moved(self, matrix: Floats) -> "Word":
        """The word under a 2×3 affine map."""
        return replace(self, corners=self.corners @ matrix[:, :2].T + matrix[:, 2])

    def box(self, width: int, height: int) -> list[int]:
        """The upright box [x, y, width, height] around the corners, cut to the page."""
        span = [np.floor(self.corners.min(axis=0)), np.ceil(self.corners.max(axis=0))]
        low, high = np.clip(span, 0, [width, height]).astype(int)
        return [*low.tolist(), *(high - low).tolist()]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One typed character and the edges of its box."""

    char: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rendered page: ink from 0 (paper) to 1 (black), its words, its typed characters."""

    ink: Floats
    words: tuple[Word, ...]
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Severity:
    """How worn the sheet is and how badly it was scanned.

    Attributes:
        skew: tilt of the odd pages; even pages tilt the other way.
        fade: mean loss of ink of a typed character, 0 to 1; single ones lose up to thrice that.
        pinholes: share of the ink area that did not print.
        spread: blur of the ink, standard deviation.
        threshold: ink below this vanishes after the blur; low values make the letters fat.
        filled: share of the letters a, e, g, o, s whose counters are closed.
        strip: ink left in one faded strip across the page; 1 for no strip.
        tone: grey range of the illumination gradient and the blotches, 0 to 255.
        noise: standard deviation of the scanner noise, 0 to 255.
        specks: dirt specks on the page.
        bed: grey of the scanner bed around the tilted sheet; None if the paper fills the view.
    """

    skew: float
    fade: float
    pinholes: float
    spread: float
    threshold: float
    filled: float
    strip: float
    tone: float
    noise: float
    specks: int
    bed: int | None


SEVERITIES = {
    "clean": Severity(0.2, 0.03, 0.002, 0.7, 0.53, 0.0, 1.0, 6, 2.5, 4, None),
    "middle": Severity(0.8, 0.13, 0.025, 1.4, 0.44, 0.035, 1.0, 18, 4.0, 40, None),
    "hard": Severity(1.6, 0.15, 0.04, 1.7, 0.4, 0.09, 0.6, 36, 4.0, 120, 40),
}


def read_description(path: Path) -> tuple[Page, ...]:
    """Read the pages from a TOML description."""
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return tuple(
        Page(data["width"], data["height"], tuple(Block(**block) for block in page["block"]))
        for page in data["page"]
    )


def rotation(x: float, y: float, angle: float) -> Floats:
    """The 2×3 affine map that turns about (x, y)."""
    return np.asarray(cv2.getRotationMatrix2D((x, y), angle, 1), np.float32)


def render(page: Page, rng: np.random.Generator) -> Sheet:
    """Set a page in ink, every block in its place."""
    ink = np.zeros((page.height, page.width), np.float32)
    words: list[Word] = []
    strokes: list[Stroke] = []
    for block in page.blocks:
        canvas = Image.new("L", (page.width, page.height))
        block_words, block_strokes = draw_block(ImageDraw.Draw(canvas), block, rng)
        matrix = rotation(block.x, block.y, block.angle)
        layer = np.asarray(canvas, np.float32) / 255
        ink = np.maximum(ink, cv2.warpAffine(layer, matrix, (page.width, page.height)))
        words += [word.moved(matrix) for word in block_words]
        strokes += block_strokes
    return Sheet(ink, tuple(words), tuple(strokes))


@cache
def slug(char: str) -> NDArray[np.float64]:
    """Where the type slug of a character hits, in half wobbles off its place."""
    return np.random.default_rng(ord(char)).normal(0, 1, 2)


def draw_block(
    draw: ImageDraw.ImageDraw, block: Block, rng: np.random.Generator
) -> tuple[list[Word], list[Stroke]]:
    """Draw a block before its rotation.

    On a typewriter, each type slug is always off its place by the same little way, and each
    key stroke adds a little of its own; the strength of the touch varies.

    Returns:
        The words, and the typed characters if the face has a pitch.
    """
    face = FACES[block.face]
    font = face.load(block.size)
    words: list[Word] = []
    strokes: list[Stroke] = []
    for row, line in enumerate(block.text.splitlines()):
        for found in re.finditer(r"\S+", line):
            start, text = found.start(), found.group()
            boxes = []
            for column, piece in enumerate(text, start) if face.pitch else [(start, text)]:
                x = block.x + (column * face.pitch or font.getlength(line[:column]))
                y = block.y + row * block.leading
                aside = slug(piece) + rng.uniform(-1, 1, 2) if face.pitch else rng.uniform(-2, 2, 2)
                dx, dy = aside * face.wobble / 2
                fill = int(255 * face.ink * rng.uniform(0.88, 1))
                draw.text((x + dx, y + dy), piece, fill, font)
                boxes.append(draw.textbbox((x + dx, y + dy), piece, font))
                if face.pitch:
                    strokes.append(Stroke(piece, *map(round, boxes[-1])))
            (left, top), (right, bottom) = np.min(boxes, 0)[:2], np.max(boxes, 0)[2:]
            around = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
            words.append(Word(text, block.zone, block.struck, np.asarray(around, np.float32)))
    if block.struck:
        strike(draw, words, rng)
    return words, strokes


def strike(draw: ImageDraw.ImageDraw, words: list[Word], rng: np.random.Generator) -> None:
    """Draw a pen line, slightly slanted and wavy, through the words of one line."""
    points = np.concatenate([word.corners for word in words])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    along = np.linspace(0, 1, 80)
    slant = rng.uniform(6, 12) * (0.5 - along)
    wave = 3 * np.sin(along * rng.uniform(6, 9) + rng.uniform(0, 3))
    xs = left - 30 + along * (right - left + 70)
    ys = (top + bottom) / 2 + 2 + slant + wave
    draw.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), fill=225, width=5, joint="curve")


def degrade(
    sheet: Sheet, severity: Severity, even: bool, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], list[Word]]:
    """Wear, tilt and scan a sheet.

    Returns:
        The grey page image, and the words where they stand in it.
    """
    height, width = sheet.ink.shape
    angle = -severity.skew if even else severity.skew
    matrix = rotation(width / 2, height / 2, angle)
    ink = cv2.warpAffine(wear(sheet, severity, rng), matrix, (width, height))

    light = paper(height, width, severity, rng)
    grey = light * (1 - ink) + 38 * ink
    if severity.bed is not None:
        inside = cv2.warpAffine(np.ones_like(ink), matrix, (width, height))
        grey = grey * inside + severity.bed * (1 - inside)
    noise = cv2.GaussianBlur(rng.standard_normal(grey.shape, np.float32), (0, 0), 0.7)
    grey = cv2.GaussianBlur(grey, (0, 0), 0.6) + noise / noise.std() * severity.noise
    step = 255 / (GREY_LEVELS - 1)
    image = (np.round(np.clip(grey, 0, 255) / step) * step).astype(np.uint8)
    return image, [word.moved(matrix) for word in sheet.words]


def wear(sheet: Sheet, severity: Severity, rng: np.random.Generator) -> Floats:
    """The ink after a worn ribbon, spreading, pinholes and a faded strip."""
    ink = sheet.ink.copy()
    for stroke in sheet.strokes:
        patch = ink[stroke.top : stroke.bottom, stroke.left : stroke.right]
        if stroke.char in "aegos" and rng.random() < severity.filled:
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
            patch[:] = cv2.morphologyEx(patch, cv2.MORPH_CLOSE, kernel)
        # The type hits unevenly: one side of the character prints weaker than the other.
        loss = min(rng.exponential(severity.fade), 3 * severity.fade)
        across = np.linspace(0, 1, patch.shape[1], dtype=np.float32)
        patch *= 1 - loss * (across if rng.random() < 0.5 else across[::-1])

    ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), severity.spread), np.float32)
    np.clip((ink - severity.threshold) / 0.35 + 0.5, 0, 1, out=ink)
    height, width = ink.shape
    grain = cv2.GaussianBlur(rng.standard_normal(ink.shape, np.float32), (0, 0), 1.6)
    ink[grain > np.quantile(grain, 1 - severity.pinholes)] *= 0.3
    rows = np.arange(height) - rng.uniform(0.35, 0.6) * height
    ink *= 1 - (1 - severity.strip) * np.exp(-((rows / 110) ** 4))[:, None]

    for x, y, size in rng.random((severity.specks, 3)):
        centre = (int(x * width), int(y * height))
        cv2.circle(ink, centre, int(1 + 4 * size**4), 0.8, -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.6), np.float32)


def paper(height: int, width: int, severity: Severity, rng: np.random.Generator) -> Floats:
    """The grey of blank paper: an illumination gradient, and blotches of some 300 pixels."""
    direction = rng.uniform(0, 2 * np.pi)
    down = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None] * np.sin(direction)
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32) * np.cos(direction)
    coarse = rng.standard_normal((height // 300, width // 300), np.float32)
    blotches = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 6
    light = 238 - severity.tone / 2 + severity.tone * (down + across + blotches)
    return np.asarray(light, np.float32)


def truth(image: Path, page: Page, words: Sequence[Word]) -> str:
    """The ground truth of one page as JSON, one word a line."""
    size = (page.width, page.height)
    entries = ",\n".join(
        json.dumps({"text": w.text, "box": w.box(*size), "zone": w.zone, "struck": w.struck})
        for w in words
    )
    head = json.dumps({"image": image.as_posix(), "width": page.width, "height": page.height})
    return f'{head[:-1]}, "words": [\n{entries}\n]}}'


def make(description: Path, name: str, severity: Severity, root: Path) -> None:
    """Write the page images and the ground truth of one document at one severity."""
    document = description.stem
    folder = Path("scans") / (document if name == "middle" else f"{document}-{name}")
    (root / folder).mkdir(parents=True, exist_ok=True)
    pages = []
    for number, page in enumerate(read_description(description), 1):
        sheet = render(page, np.random.default_rng(list(f"{document}/{number}".encode())))
        rng = np.random.default_rng(list(f"{document}/{number}/{name}".encode()))
        pixels, words = degrade(sheet, severity, number % 2 == 0, rng)
        path = folder / f"{document}-{number}.png"
        Image.fromarray(pixels).save(root / path, dpi=(DPI, DPI), compress_type=zlib.Z_RLE)
        pages.append(truth(path, page, words))
    settings = json.dumps(asdict(severity))
    text = f'{{"severity": "{name}", "settings": {settings}, "pages": [\n' + ",\n".join(pages)
    target = root / "tests" / "truth" / f"{document}-{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n]}\n", "utf-8")


@click.command()
@click.argument(
    "description",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=ROOT / "scripts" / "219945.toml",
)
@click.option("--severity", "names", multiple=True, type=click.Choice(list(SEVERITIES)))
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=ROOT)
def main(description: Path, names: tuple[str, ...], root: Path) -> None:
    """Render the facsimiles of DESCRIPTION into scans/ and tests/truth/ below ROOT."""
    for name in names or SEVERITIES:
        make(description, name, SEVERITIES[name], root)
        click.echo(f"{description.stem} {name}")


if __name__ == "__main__":
    main()
