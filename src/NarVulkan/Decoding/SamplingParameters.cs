using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NarVulkan.Decoding;

/// <summary>
/// A request's sampling settings as the kernels read them: a 64-byte block of one storage buffer, so that one
/// recording serves requests with any settings. Field order is that of
/// <c>shaders/shared/sampling_parameters.glsl</c>; a test compares the two. Behind it lie the random streams of the
/// batch's samples, one word each.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal readonly struct SamplingParameters
{
    /// <summary>logits = unconditional + (conditional - unconditional) * GuidanceScale.</summary>
    public readonly float GuidanceScale;

    /// <summary>log2(e) / max(temperature, 1e-5): divided here, once, because devices round divisions differently.</summary>
    public readonly float Base2LogitScale;

    /// <summary>top-p in 0.32 fixed point; only read where <see cref="TopPOn"/> is not 0.</summary>
    public readonly uint TopPFraction;

    /// <summary>1 where top-p drops anything (top-p below 1), else 0.</summary>
    public readonly uint TopPOn;

    /// <summary>Number of largest logits kept; 0 keeps all.</summary>
    public readonly uint TopK;

    /// <summary>1: take the largest logit instead of drawing.</summary>
    public readonly uint Greedy;

    /// <summary>Lower 32 bits of the seed.</summary>
    public readonly uint SeedLow;

    /// <summary>Upper 32 bits of the seed.</summary>
    public readonly uint SeedHigh;

    /// <summary>Settings of a request.</summary>
    /// <param name="temperature">Divides the logits; taken as 1e-5 where smaller.</param>
    /// <param name="topP">Kept probability mass; 1 or more keeps all, 0 or less only the largest.</param>
    /// <param name="topK">Kept entries; 0 or less keeps all.</param>
    public SamplingParameters(
        float guidanceScale, float temperature, float topP, int topK, bool greedy, ulong seed)
    {
        GuidanceScale = guidanceScale;
        Base2LogitScale = (float)(1.0 / Math.Log(2.0) / Math.Max(temperature, 1e-5));
        TopPOn = topP < 1f ? 1u : 0u;
        TopPFraction = topP > 0f && topP < 1f ? (uint)(topP * 4294967296.0) : 0u;
        TopK = (uint)Math.Max(topK, 0);
        Greedy = greedy ? 1u : 0u;
        SeedLow = (uint)seed;
        SeedHigh = (uint)(seed >> 32);
    }

    /// <summary>Bytes of the block with the streams of <paramref name="samples"/> samples behind it.</summary>
    public static ulong BytesFor(int samples) => (ulong)Unsafe.SizeOf<SamplingParameters>() + (ulong)samples * sizeof(uint);

    /// <summary>The block followed by the random stream of each sample, as the sampling kernel reads them.</summary>
    public uint[] WithStreams(ReadOnlySpan<uint> streams)
    {
        var words = new uint[BytesFor(streams.Length) / sizeof(uint)];
        Write(streams, words);
        return words;
    }

    /// <summary><see cref="WithStreams"/> into memory of <see cref="BytesFor"/> bytes.</summary>
    public void Write(ReadOnlySpan<uint> streams, Span<uint> words)
    {
        MemoryMarshal.Write(MemoryMarshal.AsBytes(words), this);
        streams.CopyTo(words[(Unsafe.SizeOf<SamplingParameters>() / sizeof(uint))..]);
    }
}
