using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Small PyTorch checkpoints in the format from before 1.6, any part of which may lie.</summary>
internal sealed class LegacyTorchWriter
{
    private readonly List<(string Key, byte[] Data, long Count)> storages = [];

    public byte[] MagicNumber { get; init; } = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    public byte[] Version { get; init; } = new PickleWriter().Int(1001).ToArray();

    public byte[] Machine { get; init; } = new PickleWriter().Op('}').Text("little_endian").Raw(0x88).Op('s').ToArray();

    /// <summary>The list of storages; null: what was added.</summary>
    public byte[]? Keys { get; init; }

    /// <summary>Adds a storage of float32.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="values">Its elements.</param>
    /// <param name="count">The number of elements that is written; null: the true one.</param>
    public LegacyTorchWriter Add(string key, float[] values, long? count = null)
    {
        storages.Add((key, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), count ?? values.Length));
        return this;
    }

    /// <param name="pickle">The structure.</param>
    public byte[] ToArray(byte[] pickle)
    {
        using MemoryStream file = new();
        file.Write(MagicNumber);
        file.Write(Version);
        file.Write(Machine);
        file.Write(pickle);
        PickleWriter keys = new PickleWriter().Op(']').Op('(');
        Span<byte> count = stackalloc byte[8];
        foreach ((string key, _, _) in storages)
        {
            keys.Text(key);
        }
        file.Write(Keys ?? keys.Op('e').ToArray());
        foreach ((_, byte[] data, long elements) in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(count, elements);
            file.Write(count);
            file.Write(data);
        }
        return file.ToArray();
    }

    /// <summary>The structure of a bare state dict with one tensor <c>w</c> over storage <c>0</c>.</summary>
    public static byte[] OneTensor(long elements, long[] shape, long[] strides, long offset = 0, string type = "FloatStorage")
        => new PickleWriter().Op('}').Text("w").Tensor("0", elements, shape, strides, offset, type).Op('s').ToArray();

    /// <summary>The structure of a bare state dict with one tensor <c>w</c> of four elements over a view of storage <c>0</c>, as PyTorch before 0.4 wrote it.</summary>
    public static byte[] OneView(long elements, long viewOffset, long viewElements)
        => new PickleWriter().Op('}').Text("w").Global("torch._utils", "_rebuild_tensor").Op('(')
            .Op('(').Text("storage").Global("torch.cuda", "FloatStorage").Text("0").Text("cuda:0").Int(elements)
            .Op('(').Text("1").Int(viewOffset).Int(viewElements).Op('t').Op('t').Op('Q')
            .Int(0).Ints(4).Ints(1).Op('t').Op('R').Op('s').ToArray();
}
