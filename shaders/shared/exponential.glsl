// exp(x) to within 2 units in the last place for every x whose result is a normal number; below that, 1.2e-38.
// Our own, because drivers may err by (3 + 2|x|) units and softmax results are compared between drivers. x must be finite.
// exp(x) = 2^n exp(r), n = round(x / ln 2), r = x - n ln 2 in two steps (Cody and Waite), exp(r) by a minimax
// polynomial fitted to 1.9e-9 on |r| <= ln(2) / 2.
// Declares n and e = exp(r). A macro, since attention_shuffled.glsl needs both with one factor less.
#define REDUCED_EXPONENTIAL(clamped) \
    float n = roundEven(clamped * 1.44269504); \
    float r = fma(n, -0.693359375, clamped); \
    r = fma(n, 2.12194440e-4, r); \
    float e = fma(r, 1.3836842e-3, 8.3748158e-3); \
    e = fma(r, e, 4.1668225e-2); \
    e = fma(r, e, 1.6666420e-1); \
    e = fma(r, e, 4.9999991e-1); \
    e = fma(r, e, 1.0); \
    e = fma(r, e, 1.0);

float exponential(float x)
{
    float clamped = clamp(x, -87.33, 88.72);
    REDUCED_EXPONENTIAL(clamped)
    // Two factors, since 2^128 is not a float while 2^128 * 0.71 is.
    int first = int(n) >> 1;
    return e * intBitsToFloat((first + 127) << 23) * intBitsToFloat((int(n) - first + 127) << 23);
}
