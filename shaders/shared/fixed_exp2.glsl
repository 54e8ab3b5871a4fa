#ifndef NARVK_FIXED_EXP2_GLSL
#define NARVK_FIXED_EXP2_GLSL

uint multiplyHigh(uint a, uint b) {
    uint high, low;
    umulExtended(a, b, high, low);
    return high;
}

// 2^-exponent in integers: exponent is 6.26 fixed point, the result 1.31, rounded to nearest (0 from
// 33 up). GLSL's exp2 may differ by several units in the last place from driver to driver, and one unit
// can change a token; this is the same everywhere. CPU twin: FixedExp2Reference.
// The fraction goes through 2^-f = 1 - f (c0 - f (c1 - f (...))), the polynomial of degree 6 that
// interpolates (1 - 2^-f) / f at the Chebyshev nodes of [0, 1], coefficients in 0.32: within 3 units
// of 2^-31.
uint fixedExp2Negative(uint exponent) {
    uint fraction = exponent << 6;
    uint whole = exponent >> 26;
    uint sum = 0x0000BDA6u;
    sum = 0x0009C200u - multiplyHigh(sum, fraction);
    sum = 0x005728B0u - multiplyHigh(sum, fraction);
    sum = 0x027641A9u - multiplyHigh(sum, fraction);
    sum = 0x0E358127u - multiplyHigh(sum, fraction);
    sum = 0x3D7F7BCBu - multiplyHigh(sum, fraction);
    sum = 0xB17217F7u - multiplyHigh(sum, fraction);
    uint power = 0x80000000u - (multiplyHigh(sum, fraction) >> 1);
    if (whole == 0u) {
        return power;
    }
    return whole > 32u ? 0u : ((power >> (whole - 1u)) + 1u) >> 1;
}

#endif
