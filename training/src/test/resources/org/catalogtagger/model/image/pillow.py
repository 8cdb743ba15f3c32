"""Pillow as the oracle of the decoder: draws pictures in all formats, and reads what becomes of them.

pillow.py draw FOLDER      writes drawn pictures of many kinds
pillow.py costly FOLDER    writes pictures that are as large as they may be
pillow.py cost FOLDER      prints for each file of a folder its name, a tab, and the milliseconds of CPU that reading it takes
pillow.py read MODE        answers each file on standard input (length, bytes) with width, height and samples, of mode
                           L or RGB, on standard output, or with zero and zero where it refuses the file
All numbers are four bytes, the highest first.
"""
import io
import os
import struct
import sys
import time
import warnings

from PIL import Image, ImageDraw, ImageOps

from pillow_variants import draw_by_hand, interlaced

warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None


def seen(image, mode):
    if image.mode.startswith("I"):  # 16 bits: Pillow's own conversion clips, here the high byte counts
        return image.convert("I").point(lambda level: level * (1 / 256)).convert("L").convert(mode)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert(mode)
    return image.convert(mode)


def read(encoded, mode):
    image = Image.open(io.BytesIO(encoded), formats=["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
    if image.size[0] * image.size[1] > 40_000_000:
        raise ValueError("too many pixels")
    image.load()
    if image.format != "TIFF":  # which load() has turned already
        try:
            image = ImageOps.exif_transpose(image)
        except Exception:
            pass
    return seen(image, mode)


def answer(mode):
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(4):
        encoded = requests.read(struct.unpack(">I", head)[0])
        try:
            image = read(encoded, mode)
            answers.write(struct.pack(">II", *image.size) + image.tobytes())
        except Exception:
            answers.write(struct.pack(">II", 0, 0))
        answers.flush()


def product(width, height, shift):
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for y in range(height // 5, height - height // 6):
        half = width // 4 + (y * 7 + shift * 13) % (width // 5)
        draw.line((width // 2 - half, y, width // 2 + half, y), fill=((40 * shift + 2 * y) % 256, 90 + y % 90, 200 - y % 150))
    draw.ellipse((width // 3, height // 4, width // 2, height // 2), fill=(220, 30 * (shift % 8), 60))
    draw.text((3, 3), "size %d" % shift, fill="black")
    return image


def change_opacity(folder, name):
    """Copies of an animated WebP whose canvas, or whose pictures, say that their opacity does not count."""
    with open(os.path.join(folder, name + ".webp"), "rb") as file:
        animated = file.read()
    canvas = bytearray(animated)
    canvas[20] &= ~0x10
    pictures = bytearray(animated)
    at = pictures.find(b"VP8L")
    while at >= 0:
        pictures[at + 12] &= ~0x10
        at = pictures.find(b"VP8L", at + 1)
    for change, encoded in (("canvas", canvas), ("pictures", pictures)):
        with open(os.path.join(folder, f"{name}-{change}.webp"), "wb") as file:
            file.write(encoded)


def draw(folder):
    def save(name, image, **options):
        image.save(os.path.join(folder, name), **options)

    for i, (width, height) in enumerate([(60, 80), (61, 83), (120, 160), (17, 5), (300, 200)]):
        rgb = product(width, height, i)
        alpha = rgb.convert("L").point(lambda level: 255 - level // 2)
        rgba = rgb.copy()
        rgba.putalpha(alpha)
        la = Image.merge("LA", (rgb.convert("L"), alpha))
        palette = rgb.quantize(64)
        few = rgb.quantize(4)
        clear = palette.copy()
        exif = Image.Exif()
        exif[0x0112] = 2 + i
        for sampling in range(3):
            for progressive in (False, True):
                save(f"{i}-{sampling}-{progressive}.jpg", rgb, quality=70 + 12 * sampling, subsampling=sampling, progressive=progressive)
        save(f"{i}-gray.jpg", rgb.convert("L"))
        save(f"{i}-optimized.jpg", rgb, optimize=True, quality=40, exif=exif)
        for sampling in (0, 2):
            save(f"{i}-{sampling}-cmyk.jpg", rgb.convert("CMYK"), quality=90, subsampling=sampling)
            cmyk = open(os.path.join(folder, f"{i}-{sampling}-cmyk.jpg"), "rb").read()
            adobe = cmyk.index(b"Adobe")
            for name, changed in (
                ("ycck", cmyk[: adobe + 11] + b"\2" + cmyk[adobe + 12 :]),
                ("no-adobe", cmyk[: adobe - 4] + cmyk[adobe + 12 :]),
            ):
                with open(os.path.join(folder, f"{i}-{sampling}-{name}.jpg"), "wb") as file:
                    file.write(changed)
        save(f"{i}-rgb.png", rgb)
        save(f"{i}-rgba.png", rgba, exif=exif)
        save(f"{i}-gray.png", rgb.convert("L"))
        save(f"{i}-la.png", la)
        save(f"{i}-1.png", rgb.convert("1"))
        save(f"{i}-palette.png", palette)
        save(f"{i}-few.png", few, bits=2)
        save(f"{i}-clear.png", clear, transparency=3)
        save(f"{i}-16.png", rgb.convert("L").convert("I").point(lambda level: level * 257))
        for depth, mode in ((8, "RGB"), (8, "RGBA"), (8, "L"), (16, "L"), (16, "RGB"), (16, "RGBA"), (4, "L"), (2, "L"), (1, "L")):
            with open(os.path.join(folder, f"{i}-{mode}-{depth}-interlaced.png"), "wb") as file:
                file.write(interlaced(rgba.convert(mode), depth))
        save(f"{i}.webp", rgb, quality=80)
        save(f"{i}-alpha.webp", rgba, quality=60, exif=exif)
        save(f"{i}-lossless.webp", rgb, lossless=True)
        save(f"{i}-lossless-alpha.webp", rgba, lossless=True)
        save(f"{i}-animated.webp", rgba, save_all=True, append_images=[product(width, height, i + 3).convert("RGBA")], duration=100)
        later = product(width, height, i + 4).convert("RGBA")
        for lossless in (False, True):
            name = f"{i}-{lossless}-animated"
            save(f"{name}.webp", rgba, save_all=True, append_images=[later], duration=100, lossless=lossless)
            change_opacity(folder, name)
        save(f"{i}.gif", palette)
        save(f"{i}-gray.gif", rgb.convert("L"), interlace=0)
        save(f"{i}-clear.gif", few, transparency=1)
        save(f"{i}-animated.gif", palette, save_all=True, append_images=[product(width, height, i + 3).quantize(32)])
        save(f"{i}.bmp", rgb)
        save(f"{i}-palette.bmp", palette)
        save(f"{i}-gray.bmp", rgb.convert("L"))
        save(f"{i}-1.bmp", rgb.convert("1"))
        save(f"{i}-rgba.bmp", rgba)
        for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            save(f"{i}-{compression}.tif", rgb, compression=compression, exif=exif)
            save(f"{i}-{compression}-gray.tiff", rgb.convert("L"), compression=compression)
            save(f"{i}-{compression}-palette.tiff", palette, compression=compression)
            save(f"{i}-{compression}-1.tiff", rgb.convert("1"), compression=compression)
            save(f"{i}-{compression}-rgba.tiff", rgba, compression=compression)
        save(f"{i}-predicted.tiff", rgb, compression="tiff_lzw", tiffinfo={317: 2})
        if i % 2:
            draw_by_hand(folder, i, rgb, rgba, palette)


def draw_costly(folder):
    def save(name, image, **options):
        image.save(os.path.join(folder, name), **options)

    gray = Image.linear_gradient("L").resize((8000, 5000), Image.BICUBIC)
    rgb = Image.merge("RGB", (gray, gray.rotate(180), gray))
    save("baseline.jpg", rgb, subsampling=0)
    save("progressive.jpg", rgb, progressive=True)
    save("cmyk.jpg", Image.merge("CMYK", (gray, gray, gray, gray)).crop((0, 0, 3000, 3000)))
    save("lossy.webp", rgb, method=0)
    save("lossless.webp", rgb.crop((0, 0, 4000, 3000)), lossless=True, method=0, quality=0)
    save("gray.png", gray)
    save("gray-thin.png", Image.new("L", (1, 40_000_000), 200))
    turned = Image.Exif()
    turned[0x0112] = 6
    save("turned.png", rgb, exif=turned, compress_level=1)
    save("rgb.tif", rgb, compression="tiff_adobe_deflate")
    save("lzw.tif", rgb.crop((0, 0, 8000, 4000)), compression="tiff_lzw")
    save("gray.gif", gray)
    save("gray.bmp", gray.crop((0, 0, 4000, 4000)))


def print_cost(folder):
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            encoded = file.read()
        begun = time.process_time()
        read(encoded, "L").resize((60, 80), Image.BILINEAR)
        print(name, round(1000 * (time.process_time() - begun)), sep="\t")


if sys.argv[1] == "draw":
    draw(sys.argv[2])
elif sys.argv[1] == "costly":
    draw_costly(sys.argv[2])
elif sys.argv[1] == "cost":
    print_cost(sys.argv[2])
else:
    answer(sys.argv[2])
