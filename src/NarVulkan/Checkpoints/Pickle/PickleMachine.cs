using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// Reads a Python pickle as inert data. The instructions are those of protocols 2 to 5 as <c>pickletools</c> documents them. No class is
/// imported, no function called: the few constructors that a checkpoint's structure needs are recognised by name
/// (<see cref="PickleConstructors"/>), everything else becomes an <see cref="OpaqueObject"/>. Each instruction reads at least
/// one byte and does work bounded by what it pops, so time and memory are bounded by the length of the pickle.
/// </summary>
internal ref struct PickleMachine
{
    /// <summary>
    /// Bytes of the longest pickle that is worth reading: structures of published checkpoints, optimizer state included, take less than 1 MB.
    /// A hostile one makes some 100 bytes of objects from each of its own.
    /// </summary>
    public const int LongestPickle = 8 << 20;

    /// <summary>Foreign names that are worth telling.</summary>
    private const int MostForeign = 20;

    /// <summary>Longest class or module name; names are joined and compared often, so they must be short.</summary>
    private const int LongestName = 250;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> code;
    private readonly List<object?> stack;
    private readonly Stack<int> marks;
    private readonly Dictionary<long, object?> memo;
    private readonly List<StorageReference>? storages;
    private readonly ISet<GlobalName>? foreign;
    private int position;

    private PickleMachine(ReadOnlySpan<byte> code, List<StorageReference>? storages, ISet<GlobalName>? foreign)
    {
        this.code = code;
        this.storages = storages;
        this.foreign = foreign;
        stack = [];
        marks = [];
        memo = [];
    }

    /// <summary>The object that the pickle describes.</summary>
    /// <exception cref="PickleFormatException">
    /// It is truncated, inconsistent, holds itself, nests without end, uses an instruction that PyTorch never writes, calls what makes no tensors or settings, or names what runs programs.
    /// </exception>
    public static object? Read(ReadOnlySpan<byte> code) => Read(code, null, null, out _);

    /// <summary>The object that the pickle at the start of <paramref name="code"/> describes; more may follow it.</summary>
    /// <param name="code">The pickle and what follows.</param>
    /// <param name="storages">Receives every storage that it refers to, as often as it does; null where nobody asks.</param>
    /// <param name="foreign">Receives names that it refers to though nothing in a checkpoint needs them, not too many; null where nobody asks.</param>
    /// <param name="length">Bytes of the pickle.</param>
    /// <exception cref="PickleFormatException">As for <see cref="Read(ReadOnlySpan{byte})"/>.</exception>
    public static object? Read(ReadOnlySpan<byte> code, List<StorageReference>? storages, ISet<GlobalName>? foreign, out int length)
    {
        PickleMachine machine = new(code, storages, foreign);
        object? root = machine.Run();
        length = machine.position;
        PickleNesting.Check(root);
        return root;
    }

    private object? Run()
    {
        while (true)
        {
            PickleOp op = (PickleOp)Take(1)[0];
            if (op == PickleOp.Stop)
            {
                return marks.Count == 0 && stack.Count == 1 ? Pop() : throw new PickleFormatException("it ends with a disordered stack");
            }
            Execute(op);
        }
    }

    private void Execute(PickleOp op)
    {
        switch (op)
        {
            case PickleOp.Proto:
                byte version = Take(1)[0];
                if (version is < 2 or > 5)
                {
                    throw new PickleFormatException($"it has protocol {version}, but 2 to 5 are supported");
                }
                break;
            case PickleOp.Frame: Take(8); break;
            case PickleOp.Mark: marks.Push(stack.Count); break;
            case PickleOp.Pop: PopOrUnmark(); break;
            case PickleOp.PopMark: PopToMark(); break;
            case PickleOp.Dup: Push(Peek()); break;

            case PickleOp.None: Push(null); break;
            case PickleOp.NewTrue: Push(true); break;
            case PickleOp.NewFalse: Push(false); break;
            case PickleOp.BinInt: Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case PickleOp.BinInt1: Push((long)Take(1)[0]); break;
            case PickleOp.BinInt2: Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case PickleOp.Long1: PushLong(Take(Take(1)[0])); break;
            case PickleOp.Long4: PushLong(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))); break;
            case PickleOp.BinFloat: Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;

            case PickleOp.ShortBinUnicode: PushText(Take(Take(1)[0])); break;
            case PickleOp.BinUnicode: PushText(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case PickleOp.BinUnicode8: PushText(Take(BinaryPrimitives.ReadInt64LittleEndian(Take(8)))); break;
            case PickleOp.ShortBinString: PushOldText(Take(Take(1)[0])); break;
            case PickleOp.BinString: PushOldText(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))); break;
            case PickleOp.ShortBinBytes: PushBytes(Take(1)[0]); break;
            case PickleOp.BinBytes: PushBytes(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case PickleOp.BinBytes8 or PickleOp.ByteArray8: PushBytes(BinaryPrimitives.ReadInt64LittleEndian(Take(8))); break;

            case PickleOp.EmptyTuple: Push(PickleTuple.Empty); break;
            case PickleOp.Tuple1: PushTuple(1); break;
            case PickleOp.Tuple2: PushTuple(2); break;
            case PickleOp.Tuple3: PushTuple(3); break;
            case PickleOp.Tuple: Push(new PickleTuple(PopToMark())); break;
            case PickleOp.EmptyList or PickleOp.EmptySet: Push(new PickleList()); break;
            case PickleOp.List: PushList(PopToMark()); break;
            case PickleOp.FrozenSet: PushList(PopToMark()); break;
            case PickleOp.EmptyDict: Push(new PickleDict("dict")); break;
            case PickleOp.Dict: PushDict(PopToMark()); break;
            case PickleOp.Append: Append([Pop()]); break;
            case PickleOp.Appends or PickleOp.AddItems: Append(PopToMark()); break;
            case PickleOp.SetItem: SetOne(); break;
            case PickleOp.SetItems: SetItems(PopToMark()); break;

            case PickleOp.BinGet: Push(Recall(Take(1)[0])); break;
            case PickleOp.LongBinGet: Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case PickleOp.BinPut: memo[Take(1)[0]] = Peek(); break;
            case PickleOp.LongBinPut: memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
            case PickleOp.Memoize: memo[memo.Count] = Peek(); break;

            case PickleOp.Global: PushGlobal(TakeLine(), TakeLine()); break;
            case PickleOp.StackGlobal: object? name = Pop(); PushGlobal(Pop(), name); break;
            case PickleOp.Reduce or PickleOp.NewObj: Construct(op, Pop()); break;
            case PickleOp.NewObjEx: Pop(); Construct(op, Pop()); break;
            case PickleOp.Inst: PushGlobal(TakeLine(), TakeLine()); object? type = Pop(); Push(PickleConstructors.Call(type, new PickleTuple(PopToMark()))); break;
            case PickleOp.Obj: MakeObject(PopToMark()); break;
            case PickleOp.Build: PickleConstructors.Build(Pop(), Peek()); break;
            case PickleOp.BinPersId: PushPersistent(Pop()); break;
            default:
                throw new PickleFormatException($"instruction 0x{(byte)op:X2} at byte {position - 1} is not one that PyTorch writes");
        }
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > code.Length - position)
        {
            throw new PickleFormatException("it ends in the middle of an instruction", ended: true);
        }
        ReadOnlySpan<byte> taken = code.Slice(position, (int)count);
        position += (int)count;
        return taken;
    }

    private string TakeLine()
    {
        int length = code[position..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw new PickleFormatException("it ends in the middle of a name", ended: true);
        }
        string line = Decode(Take(length));
        position++;
        return line;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new PickleFormatException("a string in it is not UTF-8");
        }
    }

    private readonly void Push(object? value) => stack.Add(value);

    private readonly object? Peek() => stack.Count > Floor ? stack[^1] : throw Underflow();

    private readonly object? Pop()
    {
        object? top = Peek();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    // What lies below the last mark belongs to an outer collection.
    private readonly int Floor => marks.Count > 0 ? marks.Peek() : 0;

    private readonly void PopOrUnmark()
    {
        if (stack.Count == Floor && marks.Count > 0)
        {
            marks.Pop();
            return;
        }
        Pop();
    }

    private readonly object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw Underflow();
        }
        int first = marks.Pop();
        object?[] items = new object?[stack.Count - first];
        stack.CopyTo(first, items, 0, items.Length);
        stack.RemoveRange(first, items.Length);
        return items;
    }

    private readonly void PushTuple(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }
        Push(new PickleTuple(items));
    }

    private readonly void PushList(object?[] items)
    {
        Push(new PickleList());
        Append(items);
    }

    private readonly void PushDict(object?[] pairs)
    {
        Push(new PickleDict("dict"));
        SetItems(pairs);
    }

    private readonly void PushText(ReadOnlySpan<byte> utf8) => Push(Decode(utf8));

    // The strings of Python 2, which kept texts and bytes in them.
    private readonly void PushOldText(ReadOnlySpan<byte> bytes) => Push(Utf8.IsValid(bytes) ? Decode(bytes) : new OpaqueObject("bytes"));

    private readonly void PushPersistent(object? id)
    {
        object named = PickleConstructors.Persistent(id);
        if (named is StorageReference storage)
        {
            storages?.Add(storage);
        }
        Push(named);
    }

    private void PushBytes(long count)
    {
        Take(count);
        Push(new OpaqueObject("bytes"));
    }

    // Python integers have any length; those beyond 64 bits (hashes, random states) have no use here.
    private readonly void PushLong(ReadOnlySpan<byte> twosComplement)
    {
        if (twosComplement.Length > 8)
        {
            Push(new OpaqueObject("int"));
            return;
        }
        long value = twosComplement.Length > 0 && twosComplement[^1] >= 0x80 ? -1 : 0;
        for (int i = twosComplement.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | twosComplement[i];
        }
        Push(value);
    }

    private readonly object? Recall(long index)
        => memo.TryGetValue(index, out object? value) ? value : throw new PickleFormatException($"it recalls memo {index}, which is not set");

    private readonly void PushGlobal(object? module, object? name)
    {
        if (module is not string { Length: <= LongestName } moduleName || name is not string { Length: <= LongestName } typeName)
        {
            throw new PickleFormatException("a class name in it is not a short string");
        }
        GlobalName global = new(moduleName, typeName);
        // Nothing is ever called, whatever its name: this is to warn the one who has the file.
        Push(!HarmfulNames.Contains(global)
            ? global
            : throw new PickleFormatException($"it asks for {global}, which no checkpoint needs and which other programs would run; do not open it with them", refused: true));
        if (foreign?.Count < MostForeign && !KnownNames.MayBeReferredTo(global))
        {
            foreign.Add(global);
        }
    }

    // A class and its arguments.
    private readonly void MakeObject(object?[] items)
    {
        if (items.Length == 0)
        {
            throw Underflow();
        }
        Push(PickleConstructors.Call(items[0], new PickleTuple(items[1..])));
    }

    private readonly void Construct(PickleOp op, object? arguments)
    {
        object? callee = Pop();
        Push(op == PickleOp.Reduce ? PickleConstructors.Call(callee, arguments) : PickleConstructors.New(callee));
    }

    private readonly void Append(object?[] items)
    {
        // Opaque containers (sets of a class, arrays) swallow their items.
        switch (Peek())
        {
            case PickleList list: list.Items.AddRange(items); break;
            case OpaqueObject: break;
            default: throw new PickleFormatException("it appends to something that is no list");
        }
    }

    private readonly void SetOne()
    {
        object? value = Pop();
        object? key = Pop();
        SetItems([key, value]);
    }

    private readonly void SetItems(object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw new PickleFormatException("it sets a key without a value");
        }
        object? target = Peek();
        if (target is OpaqueObject)
        {
            return;
        }
        PickleDict dict = target as PickleDict ?? throw new PickleFormatException("it sets items of something that is no dictionary");
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] is string key && !dict.TryAdd(key, pairs[i + 1]))
            {
                throw new PickleFormatException($"key '{key}' is set twice");
            }
        }
    }

    private static PickleFormatException Underflow() => new("it takes more from the stack than there is");
}
