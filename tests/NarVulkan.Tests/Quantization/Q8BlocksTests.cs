using NarVulkan.Quantization;
using Xunit;

namespace NarVulkan.Tests.Quantization;

public sealed class Q8BlocksTests
{
    /// <summary>The smallest scale that is not zero.</summary>
    private const double SmallestScale = 1.0 / (1 << 24);

    public static TheoryData<int, float> DepthsAndSizes()
    {
        var data = new TheoryData<int, float>();
        foreach (int depth in new[] { 1, 31, 32, 33, 47, 64, 200 })
        {
            // From where scales are subnormal or vanish to nearly the largest that there is.
            foreach (float size in new[] { 1e-30f, 1e-8f, 3e-7f, 1e-5f, 2e-3f, 0.02f, 1f, 3e4f, 1e6f })
            {
                data.Add(depth, size);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(DepthsAndSizes))]
    public void Quantize_OfAnyRow_GivesTheNearestStepOfTheStoredScale(int depth, float size)
    {
        float[] row = RandomData.Normal(new Random(depth), depth, size);
        var (weights, scales) = Quantize(row);

        for (int k = 0; k < depth; k++)
        {
            double scale = (double)scales[k / Q8Blocks.Length];
            double steps = scale == 0 ? 0 : Math.Round(row[k] / scale, MidpointRounding.ToEven);
            Assert.Equal(steps, weights[k]);
            Assert.InRange(Math.Abs(row[k] - weights[k] * scale), 0, scale / 2);
        }
        for (int block = 0; block < scales.Length; block++)
        {
            double largest = row.Skip(block * Q8Blocks.Length).Take(Q8Blocks.Length).Max(Math.Abs);
            // As close as halfs come to the magnitude over 127, and never so small that the largest weight needs more than 127 steps.
            Assert.InRange((double)scales[block], largest / 127.5, largest / 127 * (1 + 1.0 / 2048) + SmallestScale);
        }
    }

    [Fact]
    public void Quantize_OfTiesAndTheirNeighbours_RoundsToEvenAndOthersToTheNearest()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 2000; trial++)
        {
            // Any half that can be a scale, subnormal ones too: 127 of it fix the scale of the block.
            var scale = BitConverter.UInt16BitsToHalf((ushort)random.Next(1, 0x7c00));
            var row = new float[Q8Blocks.Length];
            row[0] = 127f * (float)scale;
            for (int k = 1; k < row.Length; k++)
            {
                float tie = (random.Next(-127, 127) + 0.5f) * (float)scale;
                row[k] = (k % 3) switch { 0 => tie, 1 => MathF.BitIncrement(tie), _ => MathF.BitDecrement(tie) };
            }

            var (weights, scales) = Quantize(row);

            Assert.Equal(scale, scales[0]);
            Assert.Equal(row.Select(weight => Math.Round((double)weight / (double)scale, MidpointRounding.ToEven)), weights.Select(weight => (double)weight));
        }
    }

    [Fact]
    public void Dequantize_OfEveryScaleAndWeight_IsExact()
    {
        var weights = Enumerable.Range(-128, 256).Select(weight => (sbyte)weight).ToArray();
        var row = new float[256];
        for (int bits = 0; bits < 0x7c00; bits++)
        {
            var scale = BitConverter.UInt16BitsToHalf((ushort)bits);
            Q8Blocks.Dequantize(weights, Enumerable.Repeat(scale, 8).ToArray(), row);
            for (int i = 0; i < 256; i++)
            {
                if (row[i] != weights[i] * (double)scale)
                {
                    Assert.Fail($"{weights[i]} x {scale} became {row[i]:R}");
                }
            }
        }
    }

    [Fact]
    public void Quantize_OfWhatWasDequantized_ChangesNothing()
    {
        float[] row = RandomData.Normal(new Random(8), 1000, 0.05f);
        var (weights, scales) = Quantize(row);
        Q8Blocks.Dequantize(weights, scales, row);

        var again = Quantize(row);

        Assert.Equal(weights, again.Weights);
        Assert.Equal(scales, again.Scales);
    }

    [Fact]
    public void Quantize_OfZeros_GivesZerosWithAScaleOfZero()
    {
        var row = new float[70];
        row[3] = -0f;

        var (weights, scales) = Quantize(row);

        Assert.All(weights, weight => Assert.Equal(0, weight));
        Assert.All(scales, scale => Assert.Equal(Half.Zero, scale));
    }

    [Fact]
    public void Quantize_OfOneLargeWeight_LeavesOtherBlocksAlone()
    {
        float[] row = RandomData.Normal(new Random(9), 96, 0.02f);
        var before = Quantize(row);
        row[40] = 1000f;

        var after = Quantize(row);

        Assert.Equal(before.Weights[..32], after.Weights[..32]);
        Assert.Equal(before.Weights[64..], after.Weights[64..]);
        Assert.Equal(127, after.Weights[40]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    [InlineData(8351760f)] // 127.5 times the largest half
    public void Quantize_OfWhatNoScaleHolds_SaysSoWhereverItStands(float weight)
    {
        for (int at = 0; at < 75; at++)
        {
            var row = new float[75];
            row[at] = weight;
            Assert.False(Q8Blocks.Quantize(row, new sbyte[75], new Half[3]), $"{weight} at {at}");
            row[at] = -weight;
            Assert.False(Q8Blocks.Quantize(row, new sbyte[75], new Half[3]), $"{-weight} at {at}");
            row[at] = 8351759f;
            Assert.True(Q8Blocks.Quantize(row, new sbyte[75], new Half[3]), $"the largest at {at}");
        }
    }

    [Fact]
    public void AreValid_OfScalesThatNoMatrixHas_IsFalse()
    {
        Assert.True(Q8Blocks.AreValid([Half.Zero, Half.NegativeZero, Half.Epsilon, Half.MaxValue]));
        Assert.False(Q8Blocks.AreValid([Half.One, Half.NaN]));
        Assert.False(Q8Blocks.AreValid([Half.PositiveInfinity]));
        Assert.False(Q8Blocks.AreValid([-Half.Epsilon]));
    }

    private static (sbyte[] Weights, Half[] Scales) Quantize(float[] row)
    {
        var weights = new sbyte[row.Length];
        var scales = new Half[Q8Blocks.Count(row.Length)];
        Assert.True(Q8Blocks.Quantize(row, weights, scales));
        return (weights, scales);
    }
}
