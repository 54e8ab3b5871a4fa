namespace NarVulkan.Benchmarks;

/// <summary>What is measured.</summary>
[Flags]
internal enum BenchParts
{
    None = 0,

    /// <summary>The model's kernels at its own shapes.</summary>
    Kernels = 1,

    /// <summary>Every step of a generation, by part.</summary>
    Steps = 2,

    /// <summary>Whole generations.</summary>
    Generation = 4,

    /// <summary>Time from the start of a process to its first token.</summary>
    Startup = 8,

    /// <summary>Loading the model.</summary>
    Load = 16,

    /// <summary>Tokens to pixels.</summary>
    Decode = 32,
}
