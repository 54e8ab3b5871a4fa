// exp(x) to within 2 units in the last place for every x whose result is a normal number; below that, 1.2e-38.
// Our own, because drivers may err by (3 + 2|x|) units and softmax results are compared between drivers. x must be finite.
// exp(x) = 2^n exp(r), n = round(x / ln 2), r = x - n ln 2 in two steps (Cody and Waite), exp(r) by a minimax
// polynomial fitted to 1.9e-9 on |r| <= ln(2) / 2.
// A float this large has its last bit worth one, so that adding it rounds to nearest even, and the sum's bits hold the integer:
// Mesa's llvmpipe from 24 on converts floats to integers lane by lane, to saturate (attention of four rows: 10% slower).
const float SHIFT = 12582912.0;     // 1.5 * 2^23
const int SHIFT_BITS = 0x4B400000;

float exponential(float x)
{
    float clamped = clamp(x, -87.33, 88.72);
    precise float shifted = fma(clamped, 1.44269504, SHIFT);
    precise float n = shifted - SHIFT;
    float r = fma(n, -0.693359375, clamped);
    r = fma(n, 2.12194440e-4, r);
    float e = fma(r, 1.3836842e-3, 8.3748158e-3);
    e = fma(r, e, 4.1668225e-2);
    e = fma(r, e, 1.6666420e-1);
    e = fma(r, e, 4.9999991e-1);
    e = fma(r, e, 1.0);
    e = fma(r, e, 1.0);
    // Two factors, since 2^128 is not a float while 2^128 * 0.71 is.
    int whole = floatBitsToInt(shifted) - SHIFT_BITS;
    int first = whole >> 1;
    return e * intBitsToFloat((first + 127) << 23) * intBitsToFloat((whole - first + 127) << 23);
}
