// Parameters of attention. Offsets and strides in floats, multiples of 4; keys and rows are counted per sequence.
layout(push_constant) uniform AttentionParameters {
    uint qOffset;
    uint qRowStride;
    uint rowsPerSequence;
    uint sequenceStride;    // sequence s reads the cache of sequence s * sequenceStride
    uint heads;
    uint capacity;          // key slots per sequence and head in the cache
    uint visibleKeys;       // keys [0, visibleKeys + hiddenCount) less the hidden ones
    uint hiddenBegin;       // keys [hiddenBegin, hiddenBegin + hiddenCount) are not looked at
    uint hiddenCount;
    uint causal;            // 1: row i sees keys up to causalFirstKey + i only
    uint causalFirstKey;    // row i's own key is causalFirstKey + i
    float scale;
    uint maskedKeys;        // keys that the mask covers, from the first on; with MASKED only
    uint maskWords;         // words of the mask for each sequence of the cache
    uint biasFirst;         // row i's score of the key in slot k gets bias [head][biasFirst + k - i], modulo 2^32; with BIASED only
    uint biasStride;        // position biases of a head
} p;
