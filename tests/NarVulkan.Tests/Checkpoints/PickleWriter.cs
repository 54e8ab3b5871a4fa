using System.Buffers.Binary;
using System.Text;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Writes pickles instruction by instruction, as Python's protocol 2 does, or worse.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream code = new();

    public PickleWriter()
    {
        Raw(0x80, 2);
    }

    public PickleWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        code.Write(bytes);
        return this;
    }

    public PickleWriter Op(char instruction) => Raw((byte)instruction);

    public PickleWriter Global(string module, string name) => Raw(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    public PickleWriter Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public PickleWriter Text(byte[] utf8)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op('X').Raw(length).Raw(utf8);
    }

    public PickleWriter Int(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleWriter Ints(params ReadOnlySpan<long> values)
    {
        Op('(');
        foreach (long value in values)
        {
            Int(value);
        }
        return Op('t');
    }

    /// <summary>A storage's persistent id.</summary>
    public PickleWriter Storage(string key, long elements, string type = "FloatStorage")
        => Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Int(elements).Op('t').Op('Q');

    /// <summary>A tensor over storage <paramref name="key"/>.</summary>
    public PickleWriter Tensor(string key, long elements, long[] shape, long[] strides, long offset = 0, string type = "FloatStorage")
        => Global("torch._utils", "_rebuild_tensor_v2")
            .Op('(').Storage(key, elements, type).Int(offset).Ints(shape).Ints(strides).Raw(0x89).EmptyOrderedDict().Op('t').Op('R');

    public PickleWriter EmptyOrderedDict() => Global("collections", "OrderedDict").Op(')').Op('R');

    /// <summary>The bytes, with a final STOP.</summary>
    public byte[] ToArray()
    {
        Op('.');
        return code.ToArray();
    }
}
