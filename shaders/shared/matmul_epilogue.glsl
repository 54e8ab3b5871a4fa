// What becomes of a product's results, whichever shader computed them. That shader includes its parameters (`p`),
// exponential.glsl and activation_functions.glsl before this file, has no specialisation constant 0 of its own, and calls
// beginEpilogue() first. Results come one at a time: storeColumn where EPILOGUE_PAIRS is false, storePair where it is true. Then blocks of
// LANES packed columns alternate, and `first` and `second` are the results of the same lane in a block of even number and the one behind it.
// `row` is counted within the dispatch, `column` within the panel: in columns, or in pairs. Columns that only fill up
// the last block are dropped here.
//
// Which epilogue is a specialisation constant: a software driver executes both sides of a branch under a mask, and all
// epilogues together took a third of a product of K = 1024 (lavapipe of Mesa 22.3, 16 x 4 tile, 64 rows) and three quarters of its compilation.
// Places are worked out once a row and once a column, and parameters read once, outside of every loop, for the same reason: there
// an integer division is eight scalar ones, and a push constant within control flow a gather.
layout(std430, set = 0, binding = 2) buffer Output { float y[]; };
layout(std430, set = 0, binding = 2) writeonly buffer OutputPairs { vec2 yPairs[]; };
// Bias [N], or angles [slots, D / 2, 2] for EPILOGUE_ROTATE.
layout(std430, set = 0, binding = 3) readonly buffer Constants { float bias[]; };
layout(std430, set = 0, binding = 3) readonly buffer Angles { vec2 angles[]; };
// Pairs of [sequence][head][slot][D], for EPILOGUE_CACHE; unused and unwritten otherwise.
layout(std430, set = 0, binding = 4) writeonly buffer KeyBuffer { vec2 keys[]; };
layout(std430, set = 0, binding = 5) writeonly buffer ValueBuffer { vec2 values[]; };

const uint EPILOGUE_ADD = 1u;           // y += result
const uint EPILOGUE_BIAS = 2u;          // result += bias[column]
const uint EPILOGUE_GELU = 4u;          // result = gelu(result), after the bias
const uint EPILOGUE_SWIGLU = 8u;        // pairs are gate and up: result = silu(gate) * up
const uint EPILOGUE_GELU_TANH = 16u;    // result = geluTanh(result)
const uint EPILOGUE_CACHE = 32u;        // pairs (2i, 2i + 1) of [q, k, v]: q to y, k and v to their slots of the KV cache
const uint EPILOGUE_ROTATE = 64u;       // with CACHE: q and k turned by the angles of their slot, RoPE
const uint EPILOGUE_GEGLU_TANH = 128u;  // pairs are gate and up: result = geluTanh(gate) * up

layout(constant_id = 0) const uint EPILOGUE = 0u;
const bool EPILOGUE_PAIRS = (EPILOGUE & (EPILOGUE_SWIGLU | EPILOGUE_GEGLU_TANH | EPILOGUE_CACHE)) != 0u;

// Parameters that stay in registers.
uint resultOffset;
uint resultStride;
uint resultFirstColumn;
uint resultColumns;

void beginEpilogue()
{
    resultOffset = p.yOffset;
    resultStride = p.yStride;
    resultFirstColumn = p.firstColumn;
    resultColumns = p.columnCount;
}

// Where a row of results goes.
struct ResultRow {
    uint y;             // index of its column 0
    uint slot;          // of the cache, for EPILOGUE_CACHE
    uint cacheRow;      // pairs before its slot of head 0
};

// A column, or a pair.
struct ResultColumn {
    bool exists;
    uint column;
    uint head;          // of q, then of k, then of v, for EPILOGUE_CACHE
    uint pair;          // within the head
};

ResultRow resultRow(uint row)
{
    ResultRow result;
    result.y = resultOffset + row * resultStride;
    if ((EPILOGUE & EPILOGUE_CACHE) != 0u) {
        uint sequence = (p.firstRow + row) / p.rowsPerSequence;
        result.slot = p.firstSlot + (p.firstRow + row) - sequence * p.rowsPerSequence;
        result.cacheRow = (sequence * p.sequenceStride * p.heads * p.capacity + result.slot) * (p.headSize / 2u);
    }
    return result;
}

ResultColumn resultColumn(uint column)
{
    ResultColumn result;
    result.exists = column < resultColumns;
    result.column = resultFirstColumn + column;
    if ((EPILOGUE & EPILOGUE_CACHE) != 0u) {
        result.head = 2u * result.column / p.headSize;
        result.pair = result.column - result.head * (p.headSize / 2u);
    }
    return result;
}

void storeResult(ResultRow row, uint column, float value)
{
    uint index = row.y + column;
    if ((EPILOGUE & EPILOGUE_BIAS) != 0u)
        value += bias[column];
    if ((EPILOGUE & EPILOGUE_GELU) != 0u)
        value = gelu(value);
    if ((EPILOGUE & EPILOGUE_GELU_TANH) != 0u)
        value = geluTanh(value);
    if ((EPILOGUE & EPILOGUE_ADD) != 0u)
        value += y[index];
    y[index] = value;
}

// A pair of the row's q, k or v. A slot whose angles are zeros makes q and k zero (condition tokens).
void storeQueryKeyValue(ResultRow row, ResultColumn column, vec2 pair)
{
    if ((EPILOGUE & EPILOGUE_ROTATE) != 0u && column.head < 2u * p.heads) {
        vec2 angle = angles[row.slot * (p.headSize / 2u) + column.pair];
        // Exactly rounded one by one: the same in every pipeline.
        precise float turnedFirst = pair.x * angle.x - pair.y * angle.y;
        precise float turnedSecond = pair.x * angle.y + pair.y * angle.x;
        pair = vec2(turnedFirst, turnedSecond);
    }
    uint headPairs = p.capacity * (p.headSize / 2u);
    if (column.head < p.heads)
        yPairs[row.y / 2u + column.column] = pair;
    else if (column.head < 2u * p.heads)
        keys[row.cacheRow + (column.head - p.heads) * headPairs + column.pair] = pair;
    else
        values[row.cacheRow + (column.head - 2u * p.heads) * headPairs + column.pair] = pair;
}

void storeColumn(ResultRow row, ResultColumn column, float value)
{
    if (column.exists)
        storeResult(row, column.column, value);
}

void storePair(ResultRow row, ResultColumn column, float first, float second)
{
    if (!column.exists)
        return;
    if ((EPILOGUE & EPILOGUE_CACHE) != 0u)
        storeQueryKeyValue(row, column, vec2(first, second));
    else
        storeResult(row, column.column, ((EPILOGUE & EPILOGUE_GEGLU_TANH) != 0u ? geluTanh(first) : silu(first)) * second);
}
