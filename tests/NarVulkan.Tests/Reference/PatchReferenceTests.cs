using NarVulkan.Decoding;
using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class PatchReferenceTests
{
    [Fact]
    public void Cut_OfOneChannel_IsUndoneByAssemble()
    {
        // With one channel the two element orders, (c, t, h, w) and (t, h, w, c), are the same.
        var shape = new VideoPatches(1, 4, 6, 9, 2, 3);
        var video = RandomData.Normal(new Random(4), 2 * shape.VideoLength);
        var rows = new float[2 * (shape.PatchCount + 5) * shape.PatchWidth];
        var assembled = new float[video.Length];

        PatchifyReference.Cut(video, rows, shape, 2, shape.PatchCount + 5, 3);
        UnpatchifyReference.Assemble(rows, assembled, shape, 2, shape.PatchCount + 5, 3);

        Assert.Equal(12, shape.PatchCount);
        Assert.Equal(video, assembled);
    }

    [Fact]
    public void Cut_OfTwoChannels_OrdersChannelsFirst()
    {
        var shape = new VideoPatches(2, 1, 2, 4, 1, 2);
        float[] video = [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17];
        var rows = new float[16];

        PatchifyReference.Cut(video, rows, shape, 1, 2, 0);

        Assert.Equal([0f, 1, 4, 5, 10, 11, 14, 15, 2, 3, 6, 7, 12, 13, 16, 17], rows);
    }

    [Fact]
    public void Assemble_OfTwoChannels_ExpectsChannelsLast()
    {
        var shape = new VideoPatches(2, 1, 2, 4, 1, 2);
        var video = new float[16];

        UnpatchifyReference.Assemble([0, 10, 1, 11, 4, 14, 5, 15, 2, 12, 3, 13, 6, 16, 7, 17], video, shape, 1, 2, 0);

        Assert.Equal([0f, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17], video);
    }
}
