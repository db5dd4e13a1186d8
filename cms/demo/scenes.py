"""What is painted: each scene is a short list of layers, back to front."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .painting import HEIGHT, LIGHTS, WIDTH, Canvas, Color, Line, mix


def hills(canvas: Canvas) -> None:
    """Ranges of the north behind each other, a wood in front."""
    canvas.sky(0.55)
    canvas.disc(canvas.random.uniform(0.22, 0.78), canvas.random.uniform(0.2, 0.3), 0.032)
    canvas.ranges(0.58, 5, 0.3)
    near = canvas.ridge(0.94, 0.13, 0.55)
    _wood(canvas, near, mix(canvas.light.ground, (10, 30, 34), 0.35))


def tea(canvas: Canvas) -> None:
    """Tea terraces: rows that follow the slope."""
    canvas.sky(0.5)
    canvas.disc(canvas.random.uniform(0.6, 0.8), 0.2, 0.028)
    canvas.ranges(0.5, 4, 0.26)
    slope = canvas.random.choice((-1, 1)) * canvas.random.uniform(0.05, 0.1)
    bend = canvas.random.uniform(0.02, 0.05)
    rows = 17
    for row in range(rows):
        depth = row / (rows - 1)
        base = 0.56 + 0.52 * depth**1.55
        line: Line = []
        for step in range(161):
            x = step / 160
            bushes = 0.0035 * (0.3 + depth) * abs(math.sin(x * math.tau * (46 - 26 * depth) + row * 1.7))
            curve = bend * math.sin(math.tau * (x * 0.8 + 0.11 * row / rows) + 0.6)
            line.append((x, base + slope * (x - 0.5) * (1.3 - depth) + curve * (0.6 + depth) - bushes))
        leaf = mix(mix(canvas.light.ground, (112, 142, 84), 0.52), canvas.light.horizon, 0.42 * (1 - depth))
        soil = mix(mix(canvas.light.ground, canvas.light.accent, 0.4), canvas.light.horizon, 0.36 * (1 - depth))
        canvas.fill_below(line, leaf)
        canvas.fill_below([(x, y + 0.008 + 0.012 * depth) for x, y in line], mix(leaf, canvas.light.ground, 0.3))
        canvas.fill_below([(x, y + 0.014 + 0.026 * depth) for x, y in line], soil)


def sea(canvas: Canvas) -> None:
    """Open water below a headland."""
    horizon = 0.5
    canvas.sky(horizon)
    x = canvas.random.uniform(0.3, 0.7)
    canvas.disc(x, horizon - canvas.random.uniform(0.1, 0.2), 0.03)
    side = canvas.random.choice((-1, 1))
    for number in range(3):
        reach = 0.62 - 0.16 * number
        _headland(canvas, horizon + 0.004, 0.09 + 0.055 * number, reach, side, 0.25 + 0.27 * number)
    _water(canvas, horizon, x)
    _rocks(canvas)


def harbour(canvas: Canvas) -> None:
    """A harbour town: houses on the slope, boats at rest."""
    horizon = 0.56
    canvas.sky(horizon)
    x = canvas.random.uniform(0.2, 0.8)
    canvas.disc(x, horizon - 0.22, 0.028)
    canvas.ranges(horizon - 0.08, 3, 0.22)
    _houses(canvas, horizon)
    _water(canvas, horizon, x)
    for _number in range(5):
        _boat(canvas, canvas.random.uniform(0.06, 0.94), canvas.random.uniform(0.62, 0.86))


def town(canvas: Canvas) -> None:
    """Old streets at the foot of the hills: roofs, walls, lit windows."""
    canvas.sky(0.5)
    canvas.disc(canvas.random.uniform(0.3, 0.7), 0.22, 0.026)
    canvas.ranges(0.52, 3, 0.24)
    for row in range(4):
        _street(canvas, 0.62 + 0.125 * row, row / 3)


def fields(canvas: Canvas) -> None:
    """Rice fields and ponds of the Taoyuan tableland."""
    canvas.sky(0.46)
    canvas.disc(canvas.random.uniform(0.2, 0.8), 0.18, 0.028)
    canvas.ranges(0.47, 3, 0.14)
    pen = ImageDraw.Draw(canvas.image)
    vanish, horizon = canvas.random.uniform(0.35, 0.65), 0.47
    rows = [0.5 + 0.52 * (row / 9) ** 1.7 for row in range(10)]

    def corner(column: int, y: float) -> tuple[float, float]:
        return (vanish + (column - 0.4) * 0.55 * (y - horizon)) * WIDTH, y * HEIGHT

    for upper, lower in pairwise(rows):
        depth = (upper - horizon) / (1 - horizon)
        for column in range(-40, 40):
            edge = [corner(column, upper), corner(column + 1, upper), corner(column + 1, lower), corner(column, lower)]
            bank = mix(mix(canvas.light.ground, canvas.light.accent, 0.25), canvas.light.horizon, 0.5 * (1 - depth))
            pen.polygon(edge, fill=_field_color(canvas, depth))
            pen.line([*edge, edge[0]], fill=bank, width=3 + round(9 * depth))


def _field_color(canvas: Canvas, depth: float) -> Color:
    """Green rice, ripe rice, or a pond that mirrors the sky."""
    light = canvas.light
    if canvas.chance(0.22):
        return mix(light.zenith, light.horizon, 0.35)
    crop = (134, 158, 98) if canvas.chance(0.68) else (206, 178, 108)
    return mix(
        mix(crop, light.ground, 0.18 + 0.22 * depth + canvas.random.uniform(0, 0.14)), light.horizon, 0.35 * (1 - depth)
    )


def _wood(canvas: Canvas, line: Line, color: Color) -> None:
    """A dark wood along a line."""
    canvas.land(line, color, mix(color, (0, 0, 0), 0.25))
    pen = ImageDraw.Draw(canvas.image)
    for x, y in line:
        for _tree in range(3):
            left, size = x + canvas.random.uniform(-0.004, 0.004), canvas.random.uniform(0.012, 0.04)
            top = (y - size) * HEIGHT
            half = size * 0.2 * HEIGHT
            pen.polygon(
                [(left * WIDTH, top), (left * WIDTH - half, y * HEIGHT + 8), (left * WIDTH + half, y * HEIGHT + 8)],
                fill=color,
            )


def _headland(canvas: Canvas, foot: float, height: float, reach: float, side: int, near: float) -> None:
    """Land that falls to the water on one side."""
    rough = canvas.ridge(0, height, 0.5)
    line = []
    for x, y in rough:
        far = x if side > 0 else 1 - x
        fall = max(0.0, 1 - (far / reach) ** 2.4)
        line.append((x, foot + (y - height * 0.35) * fall if fall else foot))
    color = mix(canvas.light.haze, canvas.light.ground, near)
    mask = canvas.mask(line)
    below = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(below).rectangle([0, 0, WIDTH, foot * HEIGHT], fill=255)
    canvas.image.paste(color, mask=ImageChops.multiply(mask, below))


def _water(canvas: Canvas, horizon: float, sun: float) -> None:
    """Water from the horizon down, with the sun's path on it."""
    light = canvas.light
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(mask).rectangle([0, horizon * HEIGHT, WIDTH, HEIGHT], fill=255)
    far, deep = mix(light.horizon, light.zenith, 0.55), mix(light.ground, light.zenith, 0.18)
    canvas.wash(lambda y: mix(far, deep, max(0.0, (y - horizon) / (1 - horizon)) ** 0.8), mask)
    waves = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(waves)
    for _stroke in range(1500):
        depth = canvas.random.random() ** 1.7
        y = horizon + 0.004 + (1 - horizon) * depth
        long = (0.006 + 0.05 * depth) * canvas.random.uniform(0.4, 1.4)
        on_path = canvas.chance(0.42)
        x = canvas.random.gauss(sun, 0.02 + 0.1 * depth) if on_path else canvas.random.random()
        high = (0.0008 + 0.0026 * depth) * HEIGHT
        strength = canvas.random.randint(70, 190) if on_path else canvas.random.randint(14, 60)
        pen.ellipse(
            [(x - long / 2) * WIDTH, y * HEIGHT - high, (x + long / 2) * WIDTH, y * HEIGHT + high], fill=strength
        )
    canvas.image.paste(mix(light.sun, light.horizon, 0.2), mask=waves.filter(ImageFilter.BoxBlur(1)))


def _rocks(canvas: Canvas) -> None:
    """Dark rocks and grass at the lower edge."""
    line = [(x, y + 0.25 * (x - 0.5) ** 2 * -1 + 0.06) for x, y in canvas.ridge(1.0, 0.16, 0.62)]
    color = mix(canvas.light.ground, (16, 34, 38), 0.4)
    canvas.land(line, color, mix(color, canvas.light.accent, 0.18))


def _houses(canvas: Canvas, horizon: float) -> None:
    """Houses stacked up a slope above the quay."""
    hill = [(x, y) for x, y in canvas.ridge(horizon - 0.05, 0.16, 0.42)]
    green = mix(canvas.light.haze, canvas.light.ground, 0.72)
    canvas.land(hill, green, mix(green, canvas.light.horizon, 0.3))
    pen = ImageDraw.Draw(canvas.image)
    plaster = ((222, 196, 164), (190, 170, 150), (160, 182, 176), (208, 150, 112), (232, 222, 200))
    walls = [mix(canvas.light.horizon, color, 0.5) for color in plaster]
    for row in range(7, -1, -1):
        foot = horizon - 0.026 * row
        x = -0.02 + canvas.random.uniform(0, 0.03)
        while x < 1:
            wide, high = canvas.random.uniform(0.018, 0.042), canvas.random.uniform(0.03, 0.055)
            ground = hill[min(len(hill) - 1, max(0, round((x + wide / 2) * (len(hill) - 1))))][1]
            if foot - 0.6 * high > ground and canvas.chance(0.95 - 0.06 * row):
                _house(
                    canvas, pen, (x, foot, wide, high), mix(canvas.random.choice(walls), canvas.light.haze, 0.05 * row)
                )
            x += wide + canvas.random.uniform(0, 0.008 + 0.004 * row)
    quay = mix(canvas.light.ground, canvas.light.horizon, 0.35)
    pen.rectangle([0, (horizon - 0.006) * HEIGHT, WIDTH, (horizon + 0.012) * HEIGHT], fill=quay)


def _house(canvas: Canvas, pen: ImageDraw.ImageDraw, place: tuple[float, float, float, float], wall: Color) -> None:
    """A wall with a roof and windows; place is x, foot, width, height."""
    x, y, wide, high = place
    left, right, top, foot = x * WIDTH, (x + wide) * WIDTH, (y - high) * HEIGHT, y * HEIGHT
    pen.rectangle([left, top, right, foot], fill=wall)
    pen.rectangle([left, top, left + (right - left) * 0.22, foot], fill=mix(wall, canvas.light.ground, 0.2))
    roof = mix(canvas.light.accent, canvas.light.ground, canvas.random.uniform(0.15, 0.7))
    rise = (foot - top) * canvas.random.uniform(0.12, 0.3)
    pen.polygon(
        [(left - 6, top), (left + (right - left) * 0.3, top - rise), (right + 6, top - rise * 0.9), (right + 6, top)],
        fill=roof,
    )
    count = max(2, int(wide * 110))
    for number in range(count):
        pane = left + (right - left) * (number + 0.6) / (count + 0.4)
        lit = canvas.chance(0.3)
        glass = mix(canvas.light.sun, canvas.light.accent, 0.25) if lit else mix(wall, canvas.light.ground, 0.55)
        size = (right - left) / (count * 3.4)
        middle = top + (foot - top) * 0.38
        pen.rectangle([pane, middle, pane + size, middle + size * 1.5], fill=glass)


def _street(canvas: Canvas, foot: float, near: float) -> None:
    """A row of old house fronts with tiled gables."""
    pen = ImageDraw.Draw(canvas.image)
    x = -0.05 + canvas.random.uniform(0, 0.05)
    scale = 0.55 + 0.75 * near
    while x < 1:
        wide, high = scale * canvas.random.uniform(0.07, 0.13), scale * canvas.random.uniform(0.1, 0.17)
        brick = mix(canvas.light.accent, (222, 200, 172), canvas.random.uniform(0.1, 0.85))
        wall = mix(mix(brick, canvas.light.ground, 0.12 + 0.3 * near), canvas.light.horizon, 0.45 * (1 - near))
        left, right, top = x * WIDTH, (x + wide) * WIDTH, (foot - high) * HEIGHT
        tile = mix(mix(canvas.light.ground, (60, 48, 44), 0.45), canvas.light.horizon, 0.4 * (1 - near))
        rise = high * HEIGHT * 0.34
        pen.rectangle([left, top, right, HEIGHT], fill=wall)
        pen.polygon([(left - 10, top + 6), ((left + right) / 2, top - rise), (right + 10, top + 6)], fill=tile)
        columns = max(2, round(wide / scale * 30))
        for level in range(2):
            for number in range(columns):
                lit = canvas.chance(0.34)
                glass = mix(canvas.light.sun, canvas.light.accent, 0.22) if lit else mix(wall, canvas.light.ground, 0.6)
                size = (right - left) / (columns * 2.1)
                pane = left + (right - left) * (number + 0.5) / columns - size / 2
                upper = top + high * HEIGHT * (0.18 + 0.42 * level)
                pen.rounded_rectangle([pane, upper, pane + size, upper + size * 1.5], radius=size * 0.3, fill=glass)
        x += wide + canvas.random.uniform(0, 0.006)


def _boat(canvas: Canvas, x: float, y: float) -> None:
    """A small boat with a mast and its shadow on the water."""
    pen = ImageDraw.Draw(canvas.image)
    size = 0.02 + 0.06 * (y - 0.56) / 0.3
    long, high = size * WIDTH, size * HEIGHT * 0.34
    left, foot = x * WIDTH, y * HEIGHT
    hull = canvas.random.choice((canvas.light.accent, mix(canvas.light.ground, (255, 255, 255), 0.1), (236, 226, 206)))
    pen.ellipse(
        [left - long * 0.1, foot - high * 0.1, left + long * 1.1, foot + high * 0.5],
        fill=mix(canvas.light.ground, (8, 24, 30), 0.2),
    )
    pen.polygon(
        [
            (left, foot - high),
            (left + long, foot - high * 1.15),
            (left + long * 0.84, foot),
            (left + long * 0.14, foot),
        ],
        fill=hull,
    )
    pen.rectangle(
        [left + long * 0.34, foot - high * 2.1, left + long * 0.62, foot - high], fill=mix(hull, (250, 246, 236), 0.65)
    )
    pen.rectangle(
        [left + long * 0.7, foot - high * 3.6, left + long * 0.7 + max(4, long * 0.02), foot - high],
        fill=mix(canvas.light.ground, (70, 52, 44), 0.5),
    )


SCENES: Final[Mapping[str, Callable[[Canvas], None]]] = {
    "hills": hills,
    "tea": tea,
    "sea": sea,
    "harbour": harbour,
    "town": town,
    "fields": fields,
}


def paint(scene: str, light: str, seed: str) -> Image.Image:
    """A picture of a scene in the light of an hour; the same seed gives the same landscape. 1600 × 1000, RGB."""
    canvas = Canvas(LIGHTS[light], Random(seed))  # noqa: S311 - for drawing
    SCENES[scene](canvas)
    return canvas.finish()
