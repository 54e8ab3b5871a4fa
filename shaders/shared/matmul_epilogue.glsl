// What becomes of a product's results, whichever shader computed them. That shader includes its parameters (`p`),
// exponential.glsl and activation_functions.glsl before this file. Results come one at a time: storeColumn where
// epiloguePairs() is false, storePair where it is true.
layout(std430, set = 0, binding = 2) buffer Output { float y[]; };
layout(std430, set = 0, binding = 3) readonly buffer Bias { float bias[]; };

const uint EPILOGUE_ADD = 1u;           // y += result
const uint EPILOGUE_BIAS = 2u;          // result += bias[column]
const uint EPILOGUE_GELU = 4u;          // result = gelu(result), after the bias
const uint EPILOGUE_SWIGLU = 8u;        // pairs are gate and up: result = silu(gate) * up
const uint EPILOGUE_GELU_TANH = 16u;    // result = geluTanh(result)

bool epiloguePairs() { return (p.epilogue & EPILOGUE_SWIGLU) != 0u; }

void storeResult(uint row, uint column, float value)
{
    uint index = p.yOffset + row * p.yStride + column;
    if ((p.epilogue & EPILOGUE_BIAS) != 0u)
        value += bias[column];
    if ((p.epilogue & EPILOGUE_GELU) != 0u)
        value = gelu(value);
    if ((p.epilogue & EPILOGUE_GELU_TANH) != 0u)
        value = geluTanh(value);
    if ((p.epilogue & EPILOGUE_ADD) != 0u)
        value += y[index];
    y[index] = value;
}

void storeColumn(uint row, uint column, float value)
{
    if (column < p.columnCount)
        storeResult(row, p.firstColumn + column, value);
}

void storePair(uint row, uint column, float first, float second)
{
    if (column < p.columnCount)
        storeResult(row, p.firstColumn + column, silu(first) * second);
}
