using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>
/// A tensor whose elements are bytes of a file, possibly strided. Its geometry was checked when the file was opened.
/// </summary>
internal sealed class FileTensor : WeightTensor
{
    /// <summary>Bytes without a gap that are worth a call of the system; shorter runs of a strided tensor are looked at in place.</summary>
    private const int LeastRead = 256;

    /// <summary>Bytes on the stack that are read before they are converted: more than most rows have, less than a processor's first cache.</summary>
    private const int PieceBytes = 16 << 10;

    private const int MostFloats = 1 << 28;

    private readonly MappedFile file;
    private readonly TensorLayout layout;
    private readonly long storageStart;

    /// <param name="file">The file that holds the storage.</param>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="type">Element type.</param>
    /// <param name="layout">Shape, strides and offset, in elements, already checked against the storage's length.</param>
    /// <param name="storageStart">Byte offset of the storage in the file.</param>
    public FileTensor(MappedFile file, string name, WeightType type, TensorLayout layout, long storageStart)
        : base(name, type, layout.Shape, layout.ElementCount)
    {
        this.file = file;
        this.layout = layout;
        this.storageStart = storageStart;
    }

    /// <inheritdoc/>
    public override string FilePath => file.Path;

    /// <inheritdoc/>
    public override bool IsStored => true;

    /// <summary>Whether the elements lie in the file one after another in row-major order.</summary>
    public bool IsContiguous => layout.IsContiguous;

    /// <inheritdoc/>
    public override void Release()
    {
        // What was read rather than looked at has no pages here.
        if (!IsContiguous)
        {
            file.Release(storageStart + layout.Offset * Type.ByteSize(), layout.Extent * Type.ByteSize());
        }
    }

    /// <inheritdoc/>
    protected override void CopyTo(long firstElement, Span<byte> destination)
    {
        int size = Type.ByteSize();
        while (destination.Length > 0)
        {
            (long start, int count) = RunAt(firstElement, destination.Length / size);
            CopyRun(start, destination[..(count * size)]);
            destination = destination[(count * size)..];
            firstElement += count;
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    protected override void Read(long firstElement, Span<float> destination)
    {
        int size = Type.ByteSize();
        if (Type == WeightType.F32)
        {
            // As they are; a span of bytes ends at 2 GiB.
            for (Span<float> part; destination.Length > 0; destination = destination[part.Length..], firstElement += part.Length)
            {
                part = destination[..Math.Min(destination.Length, MostFloats)];
                CopyTo(firstElement, MemoryMarshal.AsBytes(part));
            }
            return;
        }
        Span<byte> piece = stackalloc byte[PieceBytes];
        while (destination.Length > 0)
        {
            (long start, int count) = RunAt(firstElement, Math.Min(destination.Length, PieceBytes / size));
            Span<byte> bytes = piece[..(count * size)];
            CopyRun(start, bytes);
            FloatConversion.ToSingle(Type, bytes, destination[..count]);
            destination = destination[count..];
            firstElement += count;
        }
    }

    /// <summary>Where in the file an element lies, and how many follow it without a gap, itself included, up to <paramref name="most"/>.</summary>
    private (long Start, int Count) RunAt(long element, int most)
    {
        (long stored, long run) = layout.RunAt(element);
        return (storageStart + stored * Type.ByteSize(), (int)Math.Min(run, most));
    }

    private void CopyRun(long start, Span<byte> destination)
    {
        if (IsContiguous)
        {
            ReadAhead.OfThread.Read(file, start, storageStart + (layout.Offset + ElementCount) * Type.ByteSize(), destination);
        }
        else if (destination.Length >= LeastRead)
        {
            file.Read(start, destination);
        }
        else
        {
            file.Slice(start, destination.Length).CopyTo(destination);
        }
    }
}
