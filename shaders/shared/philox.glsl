#ifndef NARVK_PHILOX_GLSL
#define NARVK_PHILOX_GLSL

// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3" (SC 2011): four 32-bit words as a pure function of (counter, key), so a
// draw depends on what is drawn and never on when. CPU twin: PhiloxReference.
uvec4 philox4x32(uvec4 counter, uvec2 key) {
    for (int round = 0; round < 10; round++) {
        uint high0, low0, high1, low1;
        umulExtended(0xD2511F53u, counter.x, high0, low0);
        umulExtended(0xCD9E8D57u, counter.z, high1, low1);
        counter = uvec4(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
        key += uvec2(0x9E3779B9u, 0xBB67AE85u); // Weyl sequence; the bump after round ten is unused
    }
    return counter;
}

#endif
