"""Calm landscapes of the north, drawn with Pillow from a seed: sky, ridges in haze, and what lies in front of them.

A painter works on a canvas twice the final size and scales it down, which smooths every edge. Coordinates below are
fractions of the canvas: (0, 0) is the upper left corner, (1, 1) the lower right.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE: Final = (1600, 1000)
SCALE: Final = 2
WIDTH: Final = SIZE[0] * SCALE
HEIGHT: Final = SIZE[1] * SCALE

Color = tuple[int, int, int]
Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Light:
    """The colours of one hour: sky from top to horizon, haze of the far ridges, near ground, sun, accent."""

    zenith: Color
    horizon: Color
    haze: Color
    ground: Color
    sun: Color
    accent: Color


LIGHTS: Final = {
    "morning": Light((188, 211, 209), (246, 236, 216), (190, 206, 198), (27, 78, 82), (255, 247, 226), (196, 122, 78)),
    "noon": Light((150, 193, 198), (238, 238, 224), (164, 193, 189), (18, 82, 84), (255, 252, 238), (201, 138, 84)),
    "dusk": Light((118, 148, 158), (244, 205, 165), (176, 166, 158), (28, 58, 68), (255, 226, 176), (190, 96, 62)),
    "mist": Light((205, 214, 208), (240, 236, 224), (201, 210, 203), (62, 98, 98), (252, 249, 240), (168, 124, 92)),
}


def mix(one: Color, other: Color, share: float) -> Color:
    """The colour that lies a share of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Canvas:
    """A picture in the making."""

    def __init__(self, light: Light, random: Random) -> None:
        self.light = light
        self.random = random
        self.image = Image.new("RGB", (WIDTH, HEIGHT), light.horizon)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def wash(self, color_at: Callable[[float], Color], mask: Image.Image | None = None) -> None:
        """Lay colours that change from top (0) to bottom (1) over all, or where the mask is white."""
        strip = Image.new("RGB", (1, 256))
        strip.putdata([color_at(row / 255) for row in range(256)])
        tall = strip.resize((1, HEIGHT), Image.Resampling.BICUBIC)
        self.image.paste(tall.resize((WIDTH, HEIGHT), Image.Resampling.NEAREST), mask=mask)

    def sky(self, horizon: float) -> None:
        """A clear sky down to the horizon, with a few long thin clouds."""
        self.wash(lambda y: mix(self.light.zenith, self.light.horizon, min(1.0, y / horizon)))
        clouds = Image.new("L", (WIDTH // 8, HEIGHT // 8), 0)
        pen = ImageDraw.Draw(clouds)
        for _number in range(self.random.randint(5, 9)):
            x, y = self.random.uniform(-0.1, 1), self.random.uniform(0.04, horizon * 0.7)
            long, high = self.random.uniform(0.15, 0.45), self.random.uniform(0.004, 0.014)
            box = [x * clouds.width, y * clouds.height, (x + long) * clouds.width, (y + high) * clouds.height]
            pen.ellipse(box, fill=self.random.randint(60, 120))
        clouds = clouds.filter(ImageFilter.GaussianBlur(5)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        self.image.paste(mix(self.light.sun, (255, 255, 255), 0.4), mask=clouds)

    def disc(self, x: float, y: float, radius: float) -> None:
        """The sun in its glow."""
        small = Image.new("L", (WIDTH // 8, HEIGHT // 8), 0)
        pen = ImageDraw.Draw(small)
        for ring in range(12, 0, -1):
            reach = radius * (1 + ring * 0.55) * small.width
            box = [
                x * small.width - reach,
                y * small.height - reach,
                x * small.width + reach,
                y * small.height + reach,
            ]
            pen.ellipse(box, fill=round(150 * (1 - ring / 13) ** 2.2))
        glow = small.filter(ImageFilter.GaussianBlur(10)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        self.image.paste(self.light.sun, mask=glow)
        reach = radius * WIDTH
        box = [x * WIDTH - reach, y * HEIGHT - reach, x * WIDTH + reach, y * HEIGHT + reach]
        ImageDraw.Draw(self.image).ellipse(box, fill=mix(self.light.sun, (255, 255, 255), 0.35))

    def ridge(self, base: float, height: float, roughness: float, steps: int = 320) -> Line:
        """A skyline around ``base`` with peaks of ``height``, from waves that grow finer."""
        waves = [
            (
                2**octave * self.random.uniform(0.7, 1.25),
                self.random.uniform(0, math.tau),
                roughness**octave,
            )
            for octave in range(7)
        ]
        total = sum(weight for _f, _p, weight in waves)
        return [
            (
                step / steps,
                base
                - height
                * (0.5 + 0.5 * sum(w * math.sin(f * math.tau * step / steps + p) for f, p, w in waves) / total * 1.6),
            )
            for step in range(steps + 1)
        ]

    def mask(self, line: Line) -> Image.Image:
        """White below a line."""
        mask = Image.new("L", (WIDTH, HEIGHT), 0)
        points = [(x * WIDTH, y * HEIGHT) for x, y in line]
        ImageDraw.Draw(mask).polygon([(0, HEIGHT), *points, (WIDTH, HEIGHT)], fill=255)
        return mask

    def land(self, line: Line, top: Color, bottom: Color) -> None:
        """Fill below a line, from one colour to another, as where mist lies at the foot of a hill."""
        peak, foot = min(y for _x, y in line), max(y for _x, y in line)
        span = max(foot - peak + 0.18, 0.05)
        self.wash(lambda y: mix(top, bottom, min(1.0, max(0.0, (y - peak) / span))), self.mask(line))

    def fill_below(self, line: Line, color: Color) -> None:
        """One flat colour below a line."""
        points = [(x * WIDTH, y * HEIGHT) for x, y in line]
        ImageDraw.Draw(self.image).polygon([(0, HEIGHT), *points, (WIDTH, HEIGHT)], fill=color)

    def ranges(self, horizon: float, count: int, height: float) -> None:
        """Ridge behind ridge, from haze to the colour of the ground."""
        for number in range(count):
            near = (number + 1) / count
            line = self.ridge(horizon - 0.02 + 0.09 * near, height * (1.15 - 0.55 * near), 0.5 + 0.06 * near)
            color = mix(self.light.haze, self.light.ground, near**1.5 * 0.8)
            self.land(line, color, mix(color, self.light.horizon, 0.62 - 0.4 * near))

    def finish(self) -> Image.Image:
        """Scale down and lay a paper grain over all."""
        image = self.image.reduce(SCALE)
        grain = Image.effect_noise((SIZE[0] // 2, SIZE[1] // 2), 11).resize(SIZE, Image.Resampling.BICUBIC)
        return ImageChops.overlay(image, Image.merge("RGB", [grain.point(lambda v: 128 + (v - 128) // 2)] * 3))
