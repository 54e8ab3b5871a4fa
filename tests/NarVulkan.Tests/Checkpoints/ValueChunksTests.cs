using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class ValueChunksTests
{
    [Theory]
    [InlineData(0, 16)]
    [InlineData(4, 16)] // exactly a chunk
    [InlineData(1001, 16)]
    [InlineData(1001, 18)] // chunks hold whole values
    [InlineData(1001, 1 << 20)]
    public void WriteAndRead_AnyCount_GoesInBoundedPartsAndComesBackEqual(int count, int chunkBytes)
    {
        float[] values = [.. Enumerable.Range(0, count).Select(i => i * 0.5f)];
        MemoryStream stream = new();

        ValueChunks.Write<float>(
            values,
            bytes =>
            {
                Assert.InRange(bytes.Length, 1, chunkBytes / sizeof(float) * sizeof(float));
                stream.Write(bytes);
            },
            chunkBytes);
        stream.Position = 0;
        float[] read = new float[count];
        ValueChunks.Read<float>(stream, read, chunkBytes);

        Assert.Equal(count * sizeof(float), stream.Length);
        Assert.Equal(values, read);
    }

    [Fact]
    public void Read_StreamThatEndsEarly_Throws()
        => Assert.Throws<EndOfStreamException>(() => ValueChunks.Read<int>(new MemoryStream(new byte[42]), new int[11], 16));

    [SkippableFact]
    public unsafe void Write_NpyOfTwoGibibytes_IsWritten()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs /dev/null");
        const int count = 1 << 29;
        // Never touched, since /dev/null does not look, so no memory is taken either.
        void* values = NativeMemory.AllocZeroed(count, sizeof(float));
        try
        {
            NpyFile.Write("/dev/null", [count], new ReadOnlySpan<float>(values, count));
        }
        finally
        {
            NativeMemory.Free(values);
        }
    }
}
