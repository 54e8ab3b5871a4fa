"""Contact sheets: one row a clip, every second frame, written as PNG without further packages."""
import struct
import zlib

import numpy as np


def _filtered(row, above):
    """One row behind the PNG filter (2: less the row above, 4: less the Paeth prediction) that leaves the least."""
    left, corner = np.zeros_like(row), np.zeros_like(row)
    left[1:], corner[1:] = row[:-1], above[:-1]
    a, b, c = left.astype(np.int16), above.astype(np.int16), corner.astype(np.int16)
    to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    paeth = np.where((to_a <= to_b) & (to_a <= to_c), left, np.where(to_b <= to_c, above, corner))
    choices = {2: row - above, 4: row - paeth}
    kind = min(choices, key=lambda k: int(abs(choices[k].view(np.int8).astype(np.int32)).sum()))
    return bytes([kind]) + choices[kind].tobytes()


def write_png(path, pixels):
    """pixels: uint8 [height, width, 3]."""
    pixels = np.ascontiguousarray(pixels)
    height, width, _ = pixels.shape
    rows = b"".join(_filtered(row, above) for row, above in zip(pixels, [np.zeros_like(pixels[0]), *pixels[:-1]]))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def write_sheet(path, clips, columns=2, every=2, zoom=1):
    """clips: float [n, frames, h, w, 3] in 0..1, laid out in `columns` columns."""
    clips = (np.clip(clips[:, ::every], 0, 1) * 255 + 0.5).astype(np.uint8)
    clips = clips.repeat(zoom, 2).repeat(zoom, 3)
    n, frames, h, w, _ = clips.shape
    rows, strip = -(-n // columns), frames * (w + 1) + 8
    sheet = np.full((rows * (h + 2), columns * strip, 3), 255, np.uint8)
    for i in range(n):
        top, left = i // columns * (h + 2), i % columns * strip
        for f in range(frames):
            sheet[top:top + h, left + f * (w + 1):left + f * (w + 1) + w] = clips[i, f]
    write_png(path, sheet)
