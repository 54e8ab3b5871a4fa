// What becomes of a product's results, whichever shader computed them. That shader includes its parameters (`p`),
// exponential.glsl and activation_functions.glsl before this file. Results come one at a time: storeColumn where
// epiloguePairs() is false, storePair where it is true. Then blocks of LANES packed columns alternate, and `first` and
// `second` are the results of the same lane in a block of even number and the one behind it.
// `row` is counted within the dispatch, `column` within the panel: in columns, or in pairs. Columns that only fill up
// the last block are dropped here.
layout(std430, set = 0, binding = 2) buffer Output { float y[]; };
// Bias [N], or angles [slots, D / 2, 2] for EPILOGUE_ROTATE.
layout(std430, set = 0, binding = 3) readonly buffer Constants { float constants[]; };
// [sequence][head][slot][D], for EPILOGUE_CACHE; unused and unwritten otherwise.
layout(std430, set = 0, binding = 4) writeonly buffer KeyBuffer { float keys[]; };
layout(std430, set = 0, binding = 5) writeonly buffer ValueBuffer { float values[]; };

const uint EPILOGUE_ADD = 1u;           // y += result
const uint EPILOGUE_BIAS = 2u;          // result += bias[column]
const uint EPILOGUE_GELU = 4u;          // result = gelu(result), after the bias
const uint EPILOGUE_SWIGLU = 8u;        // pairs are gate and up: result = silu(gate) * up
const uint EPILOGUE_GELU_TANH = 16u;    // result = geluTanh(result)
const uint EPILOGUE_CACHE = 32u;        // pairs (2i, 2i + 1) of [q, k, v]: q to y, k and v to their slots of the KV cache
const uint EPILOGUE_ROTATE = 64u;       // with CACHE: q and k turned by the angles of their slot, RoPE

bool epiloguePairs() { return (p.epilogue & (EPILOGUE_SWIGLU | EPILOGUE_CACHE)) != 0u; }

void storeResult(uint row, uint column, float value)
{
    uint index = p.yOffset + row * p.yStride + column;
    if ((p.epilogue & EPILOGUE_BIAS) != 0u)
        value += constants[column];
    if ((p.epilogue & EPILOGUE_GELU) != 0u)
        value = gelu(value);
    if ((p.epilogue & EPILOGUE_GELU_TANH) != 0u)
        value = geluTanh(value);
    if ((p.epilogue & EPILOGUE_ADD) != 0u)
        value += y[index];
    y[index] = value;
}

// Pair i of the row's q, k and v. A slot whose angles are zeros makes q and k zero (condition tokens).
void storeQueryKeyValue(uint row, uint pair, float first, float second)
{
    uint sequence = (p.firstRow + row) / p.rowsPerSequence;
    uint slot = p.firstSlot + (p.firstRow + row) - sequence * p.rowsPerSequence;
    uint headOfAll = 2u * pair / p.headSize;    // heads of q, then of k, then of v
    uint element = 2u * pair - headOfAll * p.headSize;
    if ((p.epilogue & EPILOGUE_ROTATE) != 0u && headOfAll < 2u * p.heads) {
        uint angle = slot * p.headSize + element;
        // Exactly rounded one by one: the same in every pipeline.
        precise float turnedFirst = first * constants[angle] - second * constants[angle + 1u];
        precise float turnedSecond = first * constants[angle + 1u] + second * constants[angle];
        first = turnedFirst;
        second = turnedSecond;
    }
    if (headOfAll < p.heads) {
        uint index = p.yOffset + row * p.yStride + 2u * pair;
        y[index] = first;
        y[index + 1u] = second;
        return;
    }
    bool isKey = headOfAll < 2u * p.heads;
    uint head = headOfAll - (isKey ? p.heads : 2u * p.heads);
    uint index = ((sequence * p.sequenceStride * p.heads + head) * p.capacity + slot) * p.headSize + element;
    if (isKey) {
        keys[index] = first;
        keys[index + 1u] = second;
    } else {
        values[index] = first;
        values[index + 1u] = second;
    }
}

void storeColumn(uint row, uint column, float value)
{
    if (column < p.columnCount)
        storeResult(row, p.firstColumn + column, value);
}

void storePair(uint row, uint column, float first, float second)
{
    if (column >= p.columnCount)
        return;
    if ((p.epilogue & EPILOGUE_CACHE) != 0u)
        storeQueryKeyValue(row, p.firstColumn + column, first, second);
    else
        storeResult(row, p.firstColumn + column, silu(first) * second);
}
