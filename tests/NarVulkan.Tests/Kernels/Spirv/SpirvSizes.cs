namespace NarVulkan.Tests.Kernels.Spirv;

/// <summary>
/// How large a workgroup of a module is once its constants are specialised: invocations, and bytes of its shared variables without padding between
/// them. Constants are folded as SPIR-V's section 3.32.7 and 3.32.13 to 3.32.15 define the operations that may stand in OpSpecConstantOp.
/// </summary>
internal sealed class SpirvSizes
{
    private const uint WorkgroupStorage = 4, LocalSizeMode = 17, WorkgroupSizeBuiltIn = 25, BuiltInDecoration = 11, SpecIdDecoration = 1, CompositeExtract = 81;

    private readonly Dictionary<uint, (uint Op, uint[] Operands)> _types = [];
    private readonly Dictionary<uint, uint> _values = [];
    private readonly Dictionary<uint, uint[]> _composites = [];
    private readonly Dictionary<uint, uint> _specIds = [];
    private readonly IReadOnlyDictionary<uint, uint> _specialised;
    private uint[] _localSize = [1, 1, 1];
    private uint? _workgroupSize;

    private SpirvSizes(IReadOnlyDictionary<uint, uint> specialised) => _specialised = specialised;

    public uint Invocations { get; private set; }

    /// <summary>Invocations along each axis.</summary>
    public IReadOnlyList<uint> WorkgroupSize { get; private set; } = [];

    public uint SharedBytes { get; private set; }

    /// <param name="words">The module.</param>
    /// <param name="specialised">Values of specialisation constants by constant_id; the others have the module's.</param>
    /// <exception cref="InvalidDataException">A size is made by an operation that is not known here.</exception>
    public static SpirvSizes Of(ReadOnlySpan<uint> words, IReadOnlyDictionary<uint, uint> specialised)
    {
        var sizes = new SpirvSizes(specialised);
        for (var at = 5; at < words.Length; at += (int)(words[at] >> 16))
        {
            sizes.Take(words[at] & 0xFFFF, words.Slice(at + 1, (int)(words[at] >> 16) - 1).ToArray());
        }

        uint[] size = sizes._workgroupSize is { } builtIn ? [.. sizes._composites[builtIn].Select(id => sizes._values[id])] : sizes._localSize;
        sizes.WorkgroupSize = size;
        sizes.Invocations = size.Aggregate(1u, (product, dimension) => product * dimension);
        return sizes;
    }

    private void Take(uint op, uint[] operands)
    {
        switch (op)
        {
            case 16 when operands[1] == LocalSizeMode: // OpExecutionMode
                _localSize = operands[2..];
                break;
            case >= 20 and <= 32: // types of values, arrays, structures and pointers
                _types[operands[0]] = (op, operands[1..]);
                break;
            case 71 when operands[1] == SpecIdDecoration: // OpDecorate
                _specIds[operands[0]] = operands[2];
                break;
            case 71 when operands[1] == BuiltInDecoration && operands[2] == WorkgroupSizeBuiltIn:
                _workgroupSize = operands[0];
                break;
            case 41 or 48: // OpConstantTrue, OpSpecConstantTrue
                _values[operands[1]] = Specialised(operands[1], 1);
                break;
            case 42 or 49: // OpConstantFalse, OpSpecConstantFalse
                _values[operands[1]] = Specialised(operands[1], 0);
                break;
            case 43 or 50: // OpConstant, OpSpecConstant
                _values[operands[1]] = Specialised(operands[1], operands[2]);
                break;
            case 44 or 51: // OpConstantComposite, OpSpecConstantComposite
                _composites[operands[1]] = operands[2..];
                break;
            case 52 when operands[2] == CompositeExtract && _composites.TryGetValue(operands[3], out var members): // OpSpecConstantOp, of gl_WorkGroupSize
                _values[operands[1]] = _values[members[operands[4]]];
                break;
            case 52 when Fold(operands[2], operands[3..]) is { } value: // OpSpecConstantOp
                _values[operands[1]] = value;
                break;
            case 59 when operands[2] == WorkgroupStorage: // OpVariable
                SharedBytes += BytesOf(_types[operands[0]].Operands[1]);
                break;
            default:
                break; // code, names, and types that nothing shared is made of
        }
    }

    private uint Specialised(uint id, uint own) => _specIds.TryGetValue(id, out var number) && _specialised.TryGetValue(number, out var value) ? value : own;

    private uint BytesOf(uint type)
    {
        var (op, operands) = _types[type];
        return op switch
        {
            20 => 4, // OpTypeBool
            21 or 22 => operands[0] / 8, // OpTypeInt, OpTypeFloat
            23 or 24 => BytesOf(operands[0]) * operands[1], // OpTypeVector, OpTypeMatrix
            28 => BytesOf(operands[0]) * (_values.TryGetValue(operands[1], out var length)
                ? length
                : throw new InvalidDataException($"the length of shared array type {type} is made by an operation that is not known here")), // OpTypeArray
            30 => (uint)operands.Sum(member => BytesOf(member)), // OpTypeStruct
            _ => throw new InvalidDataException($"type {type} (instruction {op}) cannot be shared"),
        };
    }

    /// <summary>Null where an operand, or the operation, is not one of whole numbers: no size is made of it, or its use says so.</summary>
    private uint? Fold(uint op, uint[] operands)
    {
        if (operands.Any(id => !_values.ContainsKey(id)))
        {
            return null;
        }

        var a = _values[operands[0]];
        var b = operands.Length > 1 ? _values[operands[1]] : 0;
        return op switch
        {
            128 => a + b, // OpIAdd
            130 => a - b, // OpISub
            132 => a * b, // OpIMul
            134 => b == 0 ? null : a / b, // OpUDiv
            137 => b == 0 ? null : a % b, // OpUMod
            166 => a | b, // OpLogicalOr
            167 => a & b, // OpLogicalAnd
            168 => 1 - a, // OpLogicalNot
            169 => a != 0 ? b : _values[operands[2]], // OpSelect
            170 or 164 => Bit(a == b), // OpIEqual, OpLogicalEqual
            171 or 165 => Bit(a != b), // OpINotEqual, OpLogicalNotEqual
            172 => Bit(a > b), // OpUGreaterThan
            174 => Bit(a >= b), // OpUGreaterThanEqual
            176 => Bit(a < b), // OpULessThan
            178 => Bit(a <= b), // OpULessThanEqual
            194 => a >> (int)b, // OpShiftRightLogical
            196 => a << (int)b, // OpShiftLeftLogical
            197 => a | b, // OpBitwiseOr
            198 => a ^ b, // OpBitwiseXor
            199 => a & b, // OpBitwiseAnd
            200 => ~a, // OpNot
            _ => null,
        };

        static uint Bit(bool value) => value ? 1u : 0u;
    }
}
