using System.Collections.Immutable;

namespace NarVulkan.Checkpoints;

/// <summary>A tensor that is about to be written: its place in the header, and its bytes when asked for.</summary>
internal abstract class StoredTensor(string name, WeightType type, ImmutableArray<long> shape, long elementCount)
{
    public string Name => name;

    public WeightType Type => type;

    public ImmutableArray<long> Shape => shape;

    public long ElementCount => elementCount;

    public long ByteLength => elementCount * type.ByteSize();

    /// <summary>Values that turned out to be infinite or no numbers while it was written.</summary>
    public long NotFinite { get; protected set; }

    /// <summary>Hands all <see cref="ByteLength"/> bytes over, row-major and little-endian, in pieces.</summary>
    public abstract void Write(ValueChunks.ChunkWriter write);
}
