#ifndef NARVK_WIDE_UINT_GLSL
#define NARVK_WIDE_UINT_GLSL

// Unsigned 64-bit integers as uvec2(low, high): the device needs no shaderInt64.

uvec2 wideAdd(uvec2 a, uvec2 b) {
    uint carry;
    uint low = uaddCarry(a.x, b.x, carry);
    return uvec2(low, a.y + b.y + carry);
}

// a - b, where a is not less.
uvec2 wideSubtract(uvec2 a, uvec2 b) {
    uint borrow;
    uint low = usubBorrow(a.x, b.x, borrow);
    return uvec2(low, a.y - b.y - borrow);
}

bool wideGreater(uvec2 a, uvec2 b) {
    return a.y > b.y || (a.y == b.y && a.x > b.x);
}

// floor(value * fraction / 2^32): the part of value that the 0.32 fixed-point fraction names.
uvec2 wideScale(uvec2 value, uint fraction) {
    uint lowHigh, lowLow, highHigh, highLow;
    umulExtended(value.x, fraction, lowHigh, lowLow);
    umulExtended(value.y, fraction, highHigh, highLow);
    return wideAdd(uvec2(highLow, highHigh), uvec2(lowHigh, 0u));
}

float wideToFloat(uvec2 value) {
    return float(value.y) * 4294967296.0 + float(value.x);
}

#endif
