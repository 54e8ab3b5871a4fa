"""Contact sheets: one row a clip, every second frame, written as PNG without further packages."""
import struct
import zlib

import numpy as np


def write_png(path, pixels):
    """pixels: uint8 [height, width, 3]."""
    pixels = np.ascontiguousarray(pixels)
    height, width, _ = pixels.shape
    above = np.concatenate([np.zeros_like(pixels[:1]), pixels[:-1]])
    rows = b"".join(b"\2" + row.tobytes() for row in pixels - above)  # filter 2: the difference to the row above
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
