using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class NpyFileTests
{
    [Fact]
    public void Read_GoldenTokens_MatchTheCase()
    {
        NpyArray tokens = NpyFile.Read(TestPaths.Fixture("golden/nar-c2v/step_positions.npy"));

        Assert.Equal(NpyType.Int32, tokens.Type);
        Assert.Equal([32], tokens.Shape);
        Assert.Equal([0, 1, 4, 16, 2, 5, 8], tokens.ToInts()[..7]);
    }

    [Theory]
    [InlineData("golden/nar-c2v/cfg1.25__logits.npy")]
    [InlineData("golden/nar-c2v/cfg1.25__tokens.npy")]
    [InlineData("golden/larp-tokenizer/reconstruct__frames_uint8.npy")]
    public void Write_WhatWasRead_IsByteEqual(string fixture)
    {
        using TemporaryFolder folder = new();
        NpyArray array = NpyFile.Read(TestPaths.Fixture(fixture));
        string copy = folder.File("copy.npy");
        int[] shape = [.. array.Shape];
        switch (array.Type)
        {
            case NpyType.Float32: NpyFile.Write(copy, shape, array.ToFloats()); break;
            case NpyType.Int32: NpyFile.Write(copy, shape, array.ToInts()); break;
            default: NpyFile.Write(copy, shape, array.ToBytes()); break;
        }

        // NumPy wrote the fixture, so equality also shows that NumPy would read ours.
        Assert.Equal(File.ReadAllBytes(TestPaths.Fixture(fixture)), File.ReadAllBytes(copy));
    }
}
