namespace NarVulkan.Tests.Kernels.Spirv;

/// <summary>
/// What a compiled shader says about its interface, read from the instructions of SPIR-V 1.3 (sections 2.3, 3.32 of
/// the specification): push constants, bindings, capabilities, workgroup size.
/// </summary>
internal sealed class SpirvModule
{
    private const uint Magic = 0x07230203;
    private const uint LocalSizeMode = 17;
    private const uint WorkgroupSizeBuiltIn = 25;

    private readonly Dictionary<uint, uint[]> _types = [];
    private readonly Dictionary<uint, uint> _constants = [];
    private readonly Dictionary<uint, uint[]> _composites = [];
    private readonly Dictionary<(uint Target, int Member, Decoration), uint> _decorations = [];
    private readonly List<(uint Id, uint PointerType, StorageClass Class)> _variables = [];
    private readonly List<uint> _capabilities = [];
    private uint[] _localSize = [];

    private SpirvModule()
    {
    }

    /// <summary>Capabilities that the device must have.</summary>
    public IReadOnlyList<uint> Capabilities => _capabilities;

    /// <summary>Reads a module.</summary>
    /// <exception cref="InvalidDataException">The words are no SPIR-V module.</exception>
    public static SpirvModule Read(ReadOnlySpan<uint> words)
    {
        if (words.Length < 5 || words[0] != Magic)
        {
            throw new InvalidDataException("not a SPIR-V module");
        }

        var module = new SpirvModule();
        for (var at = 5; at < words.Length;)
        {
            var length = (int)(words[at] >> 16);
            if (length == 0 || at + length > words.Length)
            {
                throw new InvalidDataException($"the instruction at word {at} has {length} words");
            }

            module.Take((Op)(words[at] & 0xFFFF), words.Slice(at + 1, length - 1).ToArray());
            at += length;
        }

        return module;
    }

    /// <summary>Members of the push constant block in order; empty where there is none.</summary>
    public IReadOnlyList<SpirvMember> PushConstants()
    {
        var blocks = _variables.Where(variable => variable.Class == StorageClass.PushConstant).ToList();
        return blocks.Count == 0 ? [] : Members(Pointee(blocks.Single().PointerType));
    }

    /// <summary>Every resource of set 0, by binding number; declarations that share a binding are merged.</summary>
    public IReadOnlyDictionary<uint, SpirvBinding> Bindings()
    {
        var bindings = new SortedDictionary<uint, SpirvBinding>();
        foreach (var (id, pointer, storage) in _variables)
        {
            if (!_decorations.TryGetValue((id, -1, Decoration.Binding), out var number))
            {
                continue;
            }

            if (_decorations[(id, -1, Decoration.DescriptorSet)] != 0)
            {
                throw new InvalidDataException($"binding {number} is not in set 0");
            }

            var binding = storage == StorageClass.StorageBuffer ? StorageBinding(id, Pointee(pointer)) : TexelBinding(Pointee(pointer));
            bindings[number] = bindings.TryGetValue(number, out var other) ? binding.MergedWith(other) : binding;
        }

        return bindings;
    }

    /// <summary>Members of the block behind a storage binding.</summary>
    public IReadOnlyList<SpirvMember> BufferMembers(uint number)
    {
        var variable = _variables.Single(v => _decorations.TryGetValue((v.Id, -1, Decoration.Binding), out var n) && n == number);
        return Members(Pointee(variable.PointerType));
    }

    /// <summary>Invocations per workgroup with the specialization constants' defaults.</summary>
    public uint WorkgroupInvocations()
    {
        var builtIn = _decorations.FirstOrDefault(entry => entry.Key.Item3 == Decoration.BuiltIn && entry.Value == WorkgroupSizeBuiltIn);
        var size = builtIn.Key.Target == 0 ? _localSize : [.. _composites[builtIn.Key.Target].Select(id => _constants[id])];
        return size.Aggregate(1u, (product, dimension) => product * dimension);
    }

    private void Take(Op op, uint[] operands)
    {
        switch (op)
        {
            case Op.Capability:
                _capabilities.Add(operands[0]);
                break;
            case Op.ExecutionMode when operands[1] == LocalSizeMode:
                _localSize = operands[2..];
                break;
            case Op.TypeInt or Op.TypeFloat or Op.TypeImage or Op.TypeSampledImage or Op.TypeRuntimeArray or Op.TypeStruct or Op.TypePointer:
                _types[operands[0]] = [(uint)op, .. operands[1..]];
                break;
            case Op.Constant or Op.SpecConstant:
                _constants[operands[1]] = operands[2];
                break;
            case Op.ConstantComposite or Op.SpecConstantComposite:
                _composites[operands[1]] = operands[2..];
                break;
            case Op.Variable:
                _variables.Add((operands[1], operands[0], (StorageClass)operands[2]));
                break;
            case Op.Decorate:
                _decorations[(operands[0], -1, (Decoration)operands[1])] = operands.Length > 2 ? operands[2] : 0;
                break;
            case Op.MemberDecorate:
                _decorations[(operands[0], (int)operands[1], (Decoration)operands[2])] = operands.Length > 3 ? operands[3] : 0;
                break;
            default:
                break; // code, names and types that no interface is made of
        }
    }

    private uint Pointee(uint pointerType) => _types[pointerType][2];

    private List<SpirvMember> Members(uint structType)
    {
        var members = new List<SpirvMember>();
        foreach (var type in _types[structType][1..])
        {
            var kind = (Op)_types[type][0] switch
            {
                Op.TypeFloat => SpirvMemberKind.Float,
                Op.TypeInt => _types[type][2] == 0 ? SpirvMemberKind.UInt : SpirvMemberKind.Int,
                _ => SpirvMemberKind.Other,
            };
            members.Add(new SpirvMember(kind, _decorations[(structType, members.Count, Decoration.Offset)]));
        }

        return members;
    }

    private SpirvBinding StorageBinding(uint variable, uint structType)
    {
        var members = _types[structType].Length - 1;
        return new SpirvBinding(
            IsTexel: false,
            Reads: !IsDecorated(variable, structType, members, Decoration.NonReadable),
            Writes: !IsDecorated(variable, structType, members, Decoration.NonWritable));
    }

    private bool IsDecorated(uint variable, uint structType, int members, Decoration decoration) =>
        _decorations.ContainsKey((variable, -1, decoration))
        || Enumerable.Range(0, members).All(member => _decorations.ContainsKey((structType, member, decoration)));

    private SpirvBinding TexelBinding(uint type)
    {
        // A texel buffer is an image (or, in GLSL, a sampled image) of dimension Buffer.
        var image = (Op)_types[type][0] == Op.TypeSampledImage ? _types[type][1] : type;
        const uint dimensionBuffer = 5;
        return _types[image][2] == dimensionBuffer
            ? new SpirvBinding(IsTexel: true, Reads: true, Writes: false)
            : throw new InvalidDataException("a resource is neither a storage buffer nor a texel buffer");
    }

    private enum Op : uint
    {
        ExecutionMode = 16,
        Capability = 17,
        TypeInt = 21,
        TypeFloat = 22,
        TypeImage = 25,
        TypeSampledImage = 27,
        TypeRuntimeArray = 29,
        TypeStruct = 30,
        TypePointer = 32,
        Constant = 43,
        ConstantComposite = 44,
        SpecConstant = 50,
        SpecConstantComposite = 51,
        Variable = 59,
        Decorate = 71,
        MemberDecorate = 72,
    }

    private enum Decoration : uint
    {
        BuiltIn = 11,
        NonWritable = 24,
        NonReadable = 25,
        Binding = 33,
        DescriptorSet = 34,
        Offset = 35,
    }

    private enum StorageClass : uint
    {
        PushConstant = 9,
        StorageBuffer = 12,
    }
}
