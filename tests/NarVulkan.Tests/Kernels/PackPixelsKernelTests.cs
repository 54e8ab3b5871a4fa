using NarVulkan.Cli.Media;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class PackPixelsKernelTests(VulkanFixture fixture)
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Record_OfAnyValues_AgreesWithTheTwinInEveryBit(bool isSigned)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        const int Count = 1003, Stride = 1010, First = 3, FirstPacked = 5;
        var planes = Values(First + 3 * Stride);
        uint[] expected = [.. Enumerable.Repeat(0xDEADBEEFu, FirstPacked + Count + 256)];
        var packed = harness.Upload("packed", expected);

        harness.Run(recorder => new PackPixelsKernel(fixture.RequireDevice()).Record(recorder, new PixelRun(harness.Upload("planes", planes), First, Stride, Count), packed, FirstPacked, isSigned));

        PackPixelsReference.Pack(planes.AsSpan(First), Stride, isSigned, expected.AsSpan(FirstPacked, Count));
        Assert.Equal(expected, harness.Read<uint>(packed));
    }

    [Theory]
    [InlineData(NarMedia.Image)]
    [InlineData(NarMedia.Video)]
    public void Pack_OfAFrame_GivesTheBytesOfThePng(NarMedia media)
    {
        const int Area = 40 * 25;
        var values = Values(3 * Area);
        var packed = new uint[Area];

        PackPixelsReference.Pack(values, Area, media == NarMedia.Image, packed);

        byte[] png = FrameConversion.ToImages(values, media, 0, 1, 25, 40, 1)[0].Pixels;
        Assert.Equal(png, packed.SelectMany(pixel => (byte[])[(byte)pixel, (byte)(pixel >> 8), (byte)(pixel >> 16)]));
    }

    // Around and on the edges between two bytes, beyond the range, and what is no number.
    private static float[] Values(int count)
    {
        var random = new Random(5);
        var values = new float[count];
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 0f, 1f, -1f, float.Epsilon, 1e30f, -1e30f];
        for (int i = 0; i < count; i++)
        {
            int step = random.Next(-300, 600);
            values[i] = (i % 4) switch
            {
                0 => step / 255f,
                1 => MathF.BitIncrement(step / 255f),
                2 => (step - 128) / 127.5f,
                _ => i % 100 == 3 ? special[i / 100 % special.Length] : (float)(random.NextDouble() * 3 - 1.5),
            };
        }
        return values;
    }
}
