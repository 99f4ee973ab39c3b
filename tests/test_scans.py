"""Files of scans: what is taken for a page, how its pixels come out, what is refused."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from collate.errors import ExitCode, ScanError
from collate.model import Page
from collate.sources import scans

WIDE, HIGH = 120, 80


def paper() -> NDArray[np.uint8]:
    """White paper, wider than high, with a dark corner at the top left."""
    page = np.full((HIGH, WIDE), 255, np.uint8)
    page[:20, :30] = 0
    return page


def only_page(path: Path) -> tuple[Page, NDArray[np.uint8]]:
    (page,) = scans.load([path])
    return page, scans.pixels(page)


def read(path: Path) -> list[tuple[Page, NDArray[np.uint8]]]:
    return [(page, scans.pixels(page)) for page in scans.load([path])]


def refused(path: Path) -> ScanError:
    """The error for a file that is no page, be it found on opening or on reading."""
    with pytest.raises(ScanError) as caught:
        read(path)
    error = caught.value
    assert str(path) in error.problem, "the problem names the place"
    assert error.problem.endswith(".")
    assert error.remedy.endswith(".")
    assert error.exit_code is ExitCode.BAD_SCAN
    return error


# What is taken for a page, and in which order


def test_pages_of_a_folder_come_in_natural_order(tmp_path: Path) -> None:
    names = ["page-10.png", "page-9.PNG", "page-1.tif", "Page-2.jpg", "cover.png"]
    for name in names:
        Image.fromarray(paper()).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a page")
    (tmp_path / ".hidden.png").write_text("not a page either")
    (tmp_path / "older.png").mkdir()

    pages = scans.load([tmp_path])
    assert [page.path.name for page in pages] == [
        "cover.png",
        "page-1.tif",
        "Page-2.jpg",
        "page-9.PNG",
        "page-10.png",
    ]
    assert [page.number for page in pages] == [1, 2, 3, 4, 5]


@given(st.lists(st.text("abAB01 .-", min_size=1, max_size=8), unique=True))
def test_natural_order_does_not_depend_on_the_order_of_a_folder(names: list[str]) -> None:
    paths = [Path(name) for name in names]
    shuffled = random.Random(1).sample(paths, len(paths))
    assert sorted(paths, key=scans.natural_order) == sorted(shuffled, key=scans.natural_order)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_in_names_count_as_numbers(one: int, other: int) -> None:
    first, second = (scans.natural_order(Path(f"p{number}.png")) for number in (one, other))
    assert (first < second) == (one < other)


def test_sources_keep_the_order_in_which_they_are_given(tmp_path: Path) -> None:
    for name in ("b.png", "a.png"):
        Image.fromarray(paper()).save(tmp_path / name)
    pages = scans.load([tmp_path / "b.png", tmp_path / "a.png"])
    assert [page.path.name for page in pages] == ["b.png", "a.png"]


def test_a_tiff_of_several_images_gives_a_page_for_each(tmp_path: Path) -> None:
    path = tmp_path / "letter.tif"
    frames = [Image.fromarray(np.full((40 + 10 * n, 60), 50 * n, np.uint8)) for n in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:])

    pages = scans.load([path])
    assert [(page.number, page.frame, page.height) for page in pages] == [
        (1, 0, 40),
        (2, 1, 50),
        (3, 2, 60),
    ]
    assert [int(scans.pixels(page)[0, 0]) for page in pages] == [0, 50, 100]


def test_the_preview_in_a_camera_file_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    photo, preview = Image.fromarray(paper()), Image.fromarray(paper()[::2, ::2])
    photo.save(path, "MPO", save_all=True, append_images=[preview])
    assert [(page.frame, page.width) for page in scans.load([path])] == [(0, WIDE)]


def test_the_preview_in_a_tiff_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    preview = Image.fromarray(paper()[::2, ::2])
    preview.encoderinfo = {"tiffinfo": {0x00FE: 1}}  # a reduced image, says TIFF 6.0
    Image.fromarray(paper()).save(path, save_all=True, append_images=[preview])
    assert [(page.frame, page.width) for page in scans.load([path])] == [(0, WIDE)]


def test_an_animation_is_one_page(tmp_path: Path) -> None:
    path = tmp_path / "page.gif"
    frames = [Image.fromarray(np.full((40, 40), 80 * n, np.uint8)) for n in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert len(scans.load([path])) == 1


# How the pixels come out


def as_grey(image: Image.Image) -> Image.Image:
    return image


def as_bits(image: Image.Image) -> Image.Image:
    return image.convert("1")


def as_colour(image: Image.Image) -> Image.Image:
    return image.convert("RGB")


def as_palette(image: Image.Image) -> Image.Image:
    return image.convert("RGB").convert("P", palette=Image.Palette.ADAPTIVE)


def as_inks(image: Image.Image) -> Image.Image:
    return image.convert("CMYK")


def as_16_bits(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image).astype(np.uint16) * 257)


def as_32_bits(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image).astype(np.int32) * 257)


def as_fractions(image: Image.Image) -> Image.Image:
    return Image.fromarray((np.asarray(image) / 255).astype(np.float32))


def as_floats(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image).astype(np.float32))


def on_glass(image: Image.Image) -> Image.Image:
    """Black ink on a transparent ground, whose hidden colour is black, too."""
    ink = 255 - np.asarray(image)
    return Image.merge("LA", (Image.new("L", image.size, 0), Image.fromarray(ink)))


def on_coloured_glass(image: Image.Image) -> Image.Image:
    return on_glass(image).convert("RGBA")


@pytest.mark.parametrize(
    ("form", "suffix"),
    [
        (as_grey, ".png"),
        (as_grey, ".jpg"),
        (as_grey, ".bmp"),
        (as_grey, ".gif"),
        (as_grey, ".pgm"),
        (as_grey, ".jp2"),
        (as_bits, ".png"),
        (as_bits, ".tif"),
        (as_colour, ".jpeg"),
        (as_colour, ".webp"),
        (as_palette, ".png"),
        (as_inks, ".jpg"),
        (as_inks, ".tif"),
        (as_16_bits, ".png"),
        (as_16_bits, ".tif"),
        (as_32_bits, ".tif"),
        (as_floats, ".tif"),
        (as_fractions, ".tif"),
        (on_glass, ".png"),
        (on_coloured_glass, ".png"),
    ],
)
def test_every_sort_of_image_comes_out_in_grey(
    form: Callable[[Image.Image], Image.Image], suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"page{suffix}"
    form(Image.fromarray(paper())).save(path)
    page, grey = only_page(path)
    assert grey.dtype == np.uint8
    assert grey.shape == (page.height, page.width) == (HIGH, WIDE)
    assert grey[4:16, 4:26].mean() < 10, "ink is black"
    assert grey[30:, 40:].mean() > 245, "paper is white"


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize(
    ("orientation", "size", "ink_at"),
    [
        (1, (WIDE, HIGH), (0, 0)),
        (2, (WIDE, HIGH), (0, -1)),  # row, column of the dark corner
        (3, (WIDE, HIGH), (-1, -1)),
        (4, (WIDE, HIGH), (-1, 0)),
        (5, (HIGH, WIDE), (0, 0)),
        (6, (HIGH, WIDE), (0, -1)),
        (7, (HIGH, WIDE), (-1, -1)),
        (8, (HIGH, WIDE), (-1, 0)),
    ],
)
def test_a_page_is_turned_as_its_exif_says(
    orientation: int,
    size: tuple[int, int],
    ink_at: tuple[int, int],
    suffix: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / f"page{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(paper()).save(path, exif=exif)
    page, grey = only_page(path)
    assert (page.width, page.height) == size
    assert grey.shape == (page.height, page.width)
    assert [corner for corner in corners() if grey[corner] < 100] == [ink_at]


def corners() -> list[tuple[int, int]]:
    return [(0, 0), (0, -1), (-1, 0), (-1, -1)]


@pytest.mark.parametrize(("stated", "dpi"), [(300, 300), (72, 72), (1, None), (10_000, None)])
def test_a_resolution_that_cannot_be_true_is_none(
    stated: int, dpi: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "page.tif"
    Image.fromarray(paper()).save(path, dpi=(stated, stated))
    page, _ = only_page(path)
    assert page.dpi == dpi


# What is refused


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "page.png").problem


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    refused(tmp_path / ("long" * 100 + ".png"))


def test_a_folder_without_images(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    error = refused(tmp_path)
    assert "holds no page images" in error.problem
    assert ".png" in error.remedy


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.touch()
    assert "is empty" in refused(path).problem


def test_a_text_that_is_named_an_image(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_text("Dear Sir, I beg to report")
    assert "is not an image" in refused(path).problem


def test_a_pdf_is_told_how_to_become_images(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    Image.fromarray(paper()).save(path)
    error = refused(path)
    assert "is a PDF" in error.problem
    assert "pdftoppm" in error.remedy


@pytest.mark.parametrize("size", [(1, 1), (31, 500), (500, 31)])
def test_an_image_too_small_for_a_word(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    Image.new("L", size, 255).save(path)
    assert f"{size[0]} × {size[1]} pixels, too small" in refused(path).problem


@pytest.mark.parametrize("size", [(40, 40_000), (40_000, 40)])
def test_an_image_in_no_shape_of_a_page(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    Image.new("1", size, 1).save(path)
    assert f"{size[0]} × {size[1]} pixels" in refused(path).problem


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [12_500, 30_000])
def test_an_image_too_large_to_hold(side: int, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(blank_png(side, side))
    assert path.stat().st_size < 200_000
    assert "too large" in refused(path).problem


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_page_of_a_newspaper_is_not_too_large(tmp_path: Path) -> None:
    path = tmp_path / "newspaper.png"
    path.write_bytes(blank_png(12_000, 10_000))
    _, grey = only_page(path)
    assert grey.shape == (10_000, 12_000)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp", ".gif", ".bmp", ".jp2"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_file_that_was_cut_short(suffix: str, share: float, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    noise().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    refused(path)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about what is damaged
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    suffix=st.sampled_from([".png", ".jpg", ".tif", ".webp", ".gif", ".bmp"]),
    damage=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_file_is_read_or_refused_but_never_crashes(
    suffix: str, damage: list[tuple[int, int]], tmp_path: Path
) -> None:
    path = tmp_path / f"page{suffix}"
    Image.fromarray(paper()).save(path)
    data = bytearray(path.read_bytes())
    for place, value in damage:
        data[place % len(data)] = value
    path.write_bytes(data)
    with suppress(ScanError):
        for page, grey in read(path):
            assert grey.shape == (page.height, page.width)


def noise() -> Image.Image:
    values = np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8)
    return Image.fromarray(values)


def blank_png(width: int, height: int) -> bytes:
    """A white image of one bit a pixel: large to hold, small to store."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * -(-width // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    parts = chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
