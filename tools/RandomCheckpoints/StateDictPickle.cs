using System.Buffers.Binary;
using System.Text;
using NarVulkan.Checkpoints;

namespace NarVulkan.RandomCheckpoints;

/// <summary>The pickle of a checkpoint <c>{"model": {name: tensor, ...}}</c>, tensor i over storage i, as protocol 2 has it.</summary>
internal sealed class StateDictPickle
{
    private readonly MemoryStream code = new();

    /// <summary>The bytes of <c>data.pkl</c>.</summary>
    /// <param name="tensors">Names and shapes; all float32.</param>
    public static byte[] Of(IReadOnlyList<WeightTensor> tensors)
    {
        StateDictPickle pickle = new();
        pickle.Raw(0x80, 2).Op('}').Text("model").Global("collections", "OrderedDict").Op(')').Op('R');
        for (int i = 0; i < tensors.Count; i++)
        {
            pickle.Text(tensors[i].Name).Tensor(i.ToString(System.Globalization.CultureInfo.InvariantCulture), tensors[i]).Op('s');
        }
        pickle.Op('s').Op('.');
        return pickle.code.ToArray();
    }

    private StateDictPickle Tensor(string key, WeightTensor tensor)
    {
        long[] strides = new long[tensor.Shape.Length];
        long step = 1;
        for (int i = strides.Length - 1; i >= 0; step *= tensor.Shape[i--])
        {
            strides[i] = step;
        }
        return Global("torch._utils", "_rebuild_tensor_v2").Op('(')
            .Op('(').Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Int(tensor.ElementCount).Op('t').Op('Q')
            .Int(0).Ints(tensor.Shape.AsSpan()).Ints(strides).Raw(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');
    }

    private StateDictPickle Ints(ReadOnlySpan<long> values)
    {
        Op('(');
        foreach (long value in values)
        {
            Int(value);
        }
        return Op('t');
    }

    private StateDictPickle Int(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        // LONG1: its bytes, counted.
        return Raw(0x8a, sizeof(long)).Raw(bytes);
    }

    private StateDictPickle Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op('X').Raw(length).Raw(utf8);
    }

    private StateDictPickle Global(string module, string name) => Raw(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    private StateDictPickle Op(char instruction) => Raw((byte)instruction);

    private StateDictPickle Raw(params ReadOnlySpan<byte> bytes)
    {
        code.Write(bytes);
        return this;
    }
}
