"""Writes what Pillow reads, but writes in one way only or not at all."""
import io
import os
import struct
import zlib

from PIL import Image


def draw_by_hand(folder, i, rgb, rgba, palette):
    """Draws a product in variants of all formats."""

    def write(name, content):
        with open(os.path.join(folder, f"{i}-{name}"), "wb") as file:
            file.write(content)

    gray = rgb.convert("L")
    for order in "<>":
        for mode, depth in (("L", 8), ("L", 16), ("RGB", 8), ("RGB", 16), ("RGBA", 8)):
            for side in (0, 16, 48):
                for compression in (1, 5, 8, 32773):
                    turn = 1 + (i + side + compression) % 8
                    kind = f"{'big' if order == '>' else 'little'}-{mode}-{depth}-{side}-{compression}"
                    write(f"{kind}.tiff", tiff(rgba.convert(mode), order, depth, side, compression, turn))
    for depth in (16, 24, 32):
        for down in (False, True):
            for fields in (False, True):
                write(f"{depth}-{down}-{fields}.bmp", bmp(rgb, depth, down, fields))
    write("os2.bmp", os2(rgb))
    for transparent in (False, True):
        for shift in (0, 5):
            write(f"{transparent}-{shift}-local.gif", moved(palette, shift, transparent))
    gray.save(os.path.join(folder, f"{i}-gray-clear.png"), transparency=gray.getpixel((0, 0)))
    rgb.save(os.path.join(folder, f"{i}-rgb-clear.png"), transparency=rgb.getpixel((0, 0)))
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        for ending, options in (("jpg", {}), ("png", {}), ("webp", {"lossless": True}), ("tif", {})):
            rgb.save(os.path.join(folder, f"{i}-turned-{turn}.{ending}"), exif=exif, **options)


def tiff(image, order, depth, side, compression, turn):
    """A TIFF in strips of seven rows, or in tiles of a side."""
    samples = len(image.getbands())
    pixels = image.tobytes()

    def row(y, left, right):
        line = bytearray()
        for x in range(left, right):
            inside = x < image.width and y < image.height
            at = (y * image.width + x) * samples
            for sample in pixels[at : at + samples] if inside else bytes(samples):
                line += bytes((sample,)) if depth == 8 else struct.pack(order + "H", 256 * sample + x % 256)
        return bytes(line)

    def packed(line):
        return b"".join(bytes((len(line[k : k + 128]) - 1,)) + line[k : k + 128] for k in range(0, len(line), 128))

    def lzw(data):
        bits = "".join(
            format(256, "09b") + "".join(format(byte, "09b") for byte in data[k : k + 200]) for k in range(0, len(data), 200)
        ) + format(257, "09b")
        bits += "0" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big")

    width = side or image.width
    height = side or 7
    parts = []
    for top in range(0, image.height, height):
        for left in range(0, image.width, width):
            bottom = top + height if side else min(image.height, top + height)
            rows = [row(y, left, left + width) for y in range(top, bottom)]
            whole = b"".join(rows)
            coded = {1: lambda: whole, 5: lambda: lzw(whole), 8: lambda: zlib.compress(whole), 32773: lambda: b"".join(map(packed, rows))}
            parts.append(coded[compression]())
    tags = [(256, 3, [image.width]), (257, 3, [image.height]), (258, 3, [depth] * samples), (259, 3, [compression])]
    tags += [(262, 3, [1 if samples == 1 else 2]), (274, 3, [turn]), (277, 3, [samples])]
    lengths = [len(part) for part in parts]
    places = [8 + sum(lengths[:k]) for k in range(len(parts))]
    if side:
        tags += [(322, 3, [side]), (323, 3, [side]), (324, 4, places), (325, 4, lengths)]
    else:
        tags += [(273, 4, places), (278, 3, [height]), (279, 4, lengths)]
    if samples == 4:
        tags.append((338, 3, [2]))
    data = b"".join(parts)
    data += b"\0" * (len(data) % 2)
    beyond = 8 + len(data) + 2 + 12 * len(tags) + 4
    entries, extra = b"", b""
    for tag, kind, values in sorted(tags):
        numbers = struct.pack(f"{order}{len(values)}{'H' if kind == 3 else 'I'}", *values)
        entries += struct.pack(order + "HHI", tag, kind, len(values))
        entries += numbers.ljust(4, b"\0") if len(numbers) <= 4 else struct.pack(order + "I", beyond + len(extra))
        extra += numbers if len(numbers) > 4 else b""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8 + len(data))
    return head + data + struct.pack(order + "H", len(tags)) + entries + bytes(4) + extra


def bmp(image, depth, down, fields):
    masks = {16: (0xF800, 0x7E0, 0x1F), 24: (0xFF0000, 0xFF00, 0xFF), 32: (0xFF000000, 0xFF0000, 0xFF00)}[depth]
    if not fields:
        masks = (0x7C00, 0x3E0, 0x1F) if depth == 16 else (0xFF0000, 0xFF00, 0xFF)
    rows = []
    for y in range(image.height):
        line = b""
        for x in range(image.width):
            pixel = sum((c * m // 255) & m for c, m in zip(image.getpixel((x, y)), masks))
            line += pixel.to_bytes(depth // 8, "little")
        rows.append(line + bytes(-len(line) % 4))
    pixels = b"".join(rows if down else reversed(rows))
    extra = struct.pack("<III", *masks) if fields else b""
    height = -image.height if down else image.height
    info = struct.pack("<IiiHHIIiiII", 40, image.width, height, 1, depth, 3 if fields else 0, len(pixels), 0, 0, 0, 0)
    start = 14 + len(info) + len(extra)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + info + extra + pixels


def os2(image):
    """Windows' bitmap with OS/2's shorter header."""
    stored = io.BytesIO()
    image.save(stored, "BMP")
    pixels = stored.getvalue()[54:]
    head = struct.pack("<IHHHH", 12, image.width, image.height, 1, 24)
    return b"BM" + struct.pack("<IHHI", 26 + len(pixels), 0, 0, 26) + head + pixels


def moved(image, shift, transparent):
    """A GIF whose picture has colours of its own, and lies away from its screen's corner."""
    stored = io.BytesIO()
    image.save(stored, "GIF", **({"transparency": 1} if transparent else {}))
    gif = stored.getvalue()
    bits = gif[10] & 7
    colours = gif[13 : 13 + (6 << bits)]
    at = 13 + len(colours)
    while gif[at] == 0x21:
        at += 2
        while gif[at]:
            at += 1 + gif[at]
        at += 1
    screen = struct.pack("<HHBBB", image.width + 2 * shift, image.height + 2 * shift, 0x70, 0, 0)
    picture = struct.pack("<BHHHHB", 0x2C, shift, shift, image.width, image.height, gif[at + 9] & 0x40 | 0x80 | bits)
    return gif[:6] + screen + gif[13 + len(colours) : at] + picture + colours + gif[at + 10 :]


def interlaced(image, depth):
    """A PNG in seven passes, which Pillow reads but does not write."""
    channels = len(image.getbands())
    pixels = image.tobytes()
    rows = b""
    for column, row, across, down in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        if column >= image.width:
            continue
        for y in range(row, image.height, down):
            bits = ""
            line = bytearray()
            for x in range(column, image.width, across):
                at = (y * image.width + x) * channels
                for sample in pixels[at : at + channels]:
                    if depth == 16:
                        line += bytes((sample, (x * 37) % 256))
                    elif depth == 8:
                        line.append(sample)
                    else:
                        bits += format(sample >> 8 - depth, f"0{depth}b")
            if bits:
                bits += "0" * (-len(bits) % 8)
                line = int(bits, 2).to_bytes(len(bits) // 8, "big")
            rows += b"\0" + bytes(line)
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    png = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", image.width, image.height, depth, color, 0, 0, 1)
    for name, content in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        png += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return png
