#version 450
#extension GL_GOOGLE_include_directive : require

// Decoder output as 8-bit pixels, red in the lowest byte, alpha 255: what a copy to an RGBA8 image reads.
//   planes: three runs of pixelCount floats, planeStride apart -> packed [pixelCount]
// The bytes are those of the PNGs, which are those of the originals' scripts: of clips trunc(clamp(v, 0, 1) * 255), of images
// trunc(clamp(127.5 v + 128, 0, 255)); what is not a number becomes 0, and so do infinities of images.
// One invocation per pixel.

#include "params/pack_pixels.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer PlaneBuffer { float planes[]; };
layout(std430, set = 0, binding = 1) writeonly buffer PackedBuffer { uint packed[]; };

uint byteOf(float value) {
    // By its bits: drivers may assume that there are only numbers.
    uint magnitude = floatBitsToUint(value) & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u || (shape.isSigned != 0u && magnitude == 0x7F800000u)) {
        return 0u;
    }
    if (shape.isSigned != 0u) {
        // Rounded after the product and after the sum, as the host does: no fma.
        precise float scaled = 127.5 * value;
        precise float shifted = scaled + 128.0;
        return uint(clamp(shifted, 0.0, 255.0));
    }
    precise float scaled = clamp(value, 0.0, 1.0) * 255.0;
    return uint(scaled);
}

void main() {
    uint pixel = gl_GlobalInvocationID.x;
    if (pixel >= shape.pixelCount) {
        return;
    }
    uint red = shape.firstPixel + pixel;
    packed[shape.firstPacked + pixel] =
        byteOf(planes[red]) | byteOf(planes[red + shape.planeStride]) << 8 | byteOf(planes[red + 2u * shape.planeStride]) << 16 | 0xFF000000u;
}
