using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Tensors are read from their file rather than looked at in place.</summary>
public sealed class FileTensorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F64")]
    public void ReadFloats_LongerThanAPiece_GivesEveryElementFromAnyOffset(string name)
    {
        WeightType type = Enum.Parse<WeightType>(name);
        // More than one piece of 16 KiB in every type, and no whole number of them.
        const int count = 9001;
        float[] values = [.. Enumerable.Range(0, count).Select(i => (float)(i % 251 - 125))];
        byte[] data = [.. values.SelectMany(value => Encode(type, value))];
        string header = $$"""{"w":{"dtype":"{{type}}","shape":[{{count}}],"data_offsets":[0,{{data.Length}}]} }""";
        using WeightFile file = WeightFile.Open(folder.Write("a.safetensors", SafetensorsFile.Create(System.Text.Encoding.UTF8.GetBytes(header), data)));
        WeightTensor tensor = file.Require("w", count);
        float[] some = new float[8000];
        tensor.ReadFloats(777, some);
        byte[] bytes = new byte[5000 * type.ByteSize()];
        tensor.ReadBytes(3, bytes);

        Assert.True(tensor.IsStored);
        Assert.Equal(values, tensor.ToFloats());
        Assert.Equal(values[777..8777], some);
        Assert.Equal(data[(3 * type.ByteSize())..(5003 * type.ByteSize())], bytes);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(20)]
    public void ReadFloats_ColumnsOfALargerMatrix_AreTheSameWhetherRunsAreReadOrLookedAt(int columns)
    {
        float[] storage = [.. Enumerable.Range(0, 9000).Select(i => (float)i)];
        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.WithTensor(storage, [80, columns], [100, 1], offset: 5)));
        WeightTensor tensor = file.Require("w", 80, columns);

        Assert.Equal(Enumerable.Range(0, 80 * columns).Select(i => 5f + i / columns * 100 + i % columns), tensor.ToFloats());
        tensor.Release();
        Assert.Equal(5f, tensor.ToFloats()[0]);
    }

    [Fact]
    public void ReadBytes_InAnyOrderByManyThreads_GivesWhatTheFileHas()
    {
        // More places than a thread follows at once, forwards, every second row, backwards, and jumping about.
        const int tensors = 11, length = 300_000;
        byte[] data = new byte[tensors * length];
        new Random(1).NextBytes(data);
        string header = $"{{{string.Join(',', Enumerable.Range(0, tensors).Select(i => $"\"t{i}\":{{\"dtype\":\"U8\",\"shape\":[{length}],\"data_offsets\":[{i * length},{(i + 1) * length}]}}"))}}}";
        using WeightFile file = WeightFile.Open(folder.Write("a.safetensors", SafetensorsFile.Create(System.Text.Encoding.UTF8.GetBytes(header), data)));

        Parallel.For(0, 24, run =>
        {
            Random random = new(run);
            int[] next = new int[tensors];
            byte[] row = new byte[80_000];
            for (int i = 0; i < 600; i++)
            {
                int tensor = random.Next(1 + run % tensors), count = random.Next(run % 3 == 0 ? 80_000 : 3000);
                int first = Math.Min(random.Next(20) == 0 ? random.Next(length) : next[tensor] + (run % 2 * count), length - count);
                file.Tensors[$"t{tensor}"].ReadBytes(first, row.AsSpan(0, count));
                Assert.True(row.AsSpan(0, count).SequenceEqual(data.AsSpan(tensor * length + first, count)), $"run {run}, read {i}");
                next[tensor] = first + count >= length - 3000 ? 0 : first + count;
            }
        });
    }

    [SkippableFact]
    public void ReadFloats_OfAFileThatHasShrunk_IsOneLineAndNoCrash()
    {
        Skip.If(OperatingSystem.IsWindows(), "a file that is open cannot be cut there");
        string path = folder.Write("a.pt", TorchFile.WithTensor(new float[200_000], [200_000], [1]));
        using WeightFile file = WeightFile.Open(path);
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(4096);
        }

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => file.Require("w", 200_000).ToFloats()), path, "has become shorter than the");
    }

    private static byte[] Encode(WeightType type, float value) => type switch
    {
        WeightType.F32 => BitConverter.GetBytes(value),
        WeightType.F16 => BitConverter.GetBytes((Half)value),
        WeightType.BF16 => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
        _ => BitConverter.GetBytes((double)value),
    };
}
