using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class EmbedTokensKernelTests(VulkanFixture fixture)
{
    private const int Width = 72;
    private const int TableRows = 53;
    private const int Samples = 3;
    private const int Rows = 5;
    private const int FirstRow = 1;
    private const int OutputRows = 6; // the rows around the gathered ones must stay
    private const int IdStride = 9;
    private const int IdOffset = 2;

    [SkippableTheory]
    [InlineData(nameof(WeightPrecision.Float32), false)]
    [InlineData(nameof(WeightPrecision.Float32), true)]
    [InlineData(nameof(WeightPrecision.Float16), true)]
    [InlineData(nameof(WeightPrecision.BFloat16), true)]
    public void Record_OfEachPrecision_AgreesWithTheTwin(string precision, bool withPositions) =>
        AssertGather(fixture.RequireDevice(), Enum.Parse<WeightPrecision>(precision), withPositions, expectedParts: 1);

    [SkippableTheory]
    [InlineData(nameof(WeightPrecision.Float32), 4)]
    [InlineData(nameof(WeightPrecision.BFloat16), 2)]
    public void Record_OfATableBeyondTheBindingLimit_GathersFromEveryPart(string precision, int expectedParts)
    {
        fixture.RequireDevice();

        // 4864 bytes: 16 rows of 288 bytes, or 33 of 144, and every other buffer of this test.
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 19 * 256 });

        AssertGather(device, Enum.Parse<WeightPrecision>(precision), withPositions: false, expectedParts);
    }

    [SkippableFact]
    public void Create_WithAWeightBeyondHalfPrecision_SaysWhichTable()
    {
        var device = fixture.RequireDevice();

        var error = Assert.Throws<InvalidRequestException>(() =>
            EmbeddingTable.Create(device, "tokenTable", new ArrayMatrixSource([1f, 70_000f], 2), WeightPrecision.Float16));

        Assert.Contains("'tokenTable' is outside the range of Float16", error.Message);
    }

    [SkippableFact]
    public void Create_WithRowsBeyondTheBindingLimit_SaysSo()
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 256 });

        var error = Assert.Throws<DeviceException>(() =>
            EmbeddingTable.Create(device, "tokenTable", new ArrayMatrixSource(new float[3 * Width], Width), WeightPrecision.Float32));

        Assert.Contains("one row of 'tokenTable' has 288 bytes", error.Message);
    }

    // Ids below, inside and beyond the table; two sequences per sample share them.
    private static void AssertGather(VulkanDevice device, WeightPrecision precision, bool withPositions, int expectedParts)
    {
        using var harness = new KernelHarness(device);
        var random = new Random(12);
        var table = RandomData.Normal(random, TableRows * Width);
        var ids = Enumerable.Range(0, Samples * IdStride).Select(_ => random.Next(TableRows)).ToArray();
        (ids[IdOffset], ids[IdOffset + 1], ids[IdOffset + 2], ids[IdOffset + 3]) = (-1, TableRows, int.MinValue, TableRows - 1);
        (ids[IdStride + IdOffset], ids[IdStride + IdOffset + 1]) = (int.MaxValue, 0);
        var positionEmbedding = RandomData.Normal(random, 7 * Width);
        int[] positions = [0, 6, 3, 7, -2, 5];
        var sequences = withPositions ? 2 * Samples : 2;
        var expected = KernelHarness.Sentinels(sequences * OutputRows * Width);
        var deviceTable = harness.Own(EmbeddingTable.Create(device, "tokenTable", new ArrayMatrixSource(table, Width), precision));
        var output = harness.Upload("embedded", expected);
        Assert.Equal(expectedParts, deviceTable.Parts.Count);

        PositionIds? positionIds = withPositions
            ? new(harness.Upload("positionTable", positionEmbedding), 7, harness.Upload("positions", positions), 1)
            : null;
        harness.Run(recorder => new EmbedTokensKernel(device).Record(
            recorder, deviceTable, new TokenIds(harness.Upload("ids", ids), IdOffset, IdStride, 2), positionIds, output, sequences, OutputRows, FirstRow, Rows));

        EmbedTokensReference.Gather(
            Array.ConvertAll(table, value => Round(value, precision)), ids, IdOffset, IdStride, 2,
            withPositions ? positionEmbedding : [], positions, 1, expected, sequences, OutputRows, FirstRow, Rows, Width);

        // The gather is exact, the position one addition.
        Assert.Equal(expected, harness.Read<float>(output));
    }

    private static float Round(float value, WeightPrecision precision) => precision switch
    {
        WeightPrecision.Float16 => (float)(Half)value,
        WeightPrecision.BFloat16 => RoundToEightBits(value),
        _ => value,
    };

    // bfloat16 has eight significant bits: scale them to whole numbers, round half to even, scale back.
    private static float RoundToEightBits(float value)
    {
        var exponent = Math.ILogB(value) - 7;
        return (float)(Math.Round(value / Math.Pow(2, exponent), MidpointRounding.ToEven) * Math.Pow(2, exponent));
    }
}
