namespace NarVulkan.Kernels;

/// <summary>What a product does with its result r before it is written to y.</summary>
internal enum MatmulEpilogue
{
    /// <summary>y = r.</summary>
    Store,

    /// <summary>y = r + bias.</summary>
    StoreBias,

    /// <summary>y = gelu(r + bias), exact form.</summary>
    StoreBiasGelu,

    /// <summary>y = gelu(r), tanh form.</summary>
    StoreGeluTanh,

    /// <summary>y += r.</summary>
    AddTo,

    /// <summary>y += r + bias.</summary>
    AddToBias,

    /// <summary>y = silu(gate) * up; needs <see cref="MatrixLayout.GateUp"/>, half as many columns as rows of weights.</summary>
    SwiGlu,

    /// <summary>y = gelu(gate) * up, tanh form; needs <see cref="MatrixLayout.GateUp"/>, half as many columns as rows of weights.</summary>
    GeGluTanh,

    /// <summary>
    /// Queries to y, keys and values to the KV cache, queries and keys turned by RoPE where there are angles; needs
    /// <see cref="MatrixLayout.Pairs"/> and a <see cref="KvAppend"/>.
    /// </summary>
    QueryKeyValue,
}
