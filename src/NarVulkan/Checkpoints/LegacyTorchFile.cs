using System.Buffers.Binary;
using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Checkpoints;

/// <summary>
/// A checkpoint that <c>torch.save</c> wrote before PyTorch 1.6, or writes still with <c>_use_new_zipfile_serialization=False</c>: a
/// magic number, a version, facts of the machine, the structure, and the list of storage keys, a pickle each; then for every key the
/// number of elements in eight bytes and the elements. Format: <c>_legacy_save</c> in <c>torch/serialization.py</c>.
/// </summary>
internal sealed class LegacyTorchFile
{
    private const long ProtocolVersion = 1001;

    /// <summary>A frame and a few instructions may come before the magic number.</summary>
    private const int LongestStart = 32;

    private readonly MappedFile file;
    private readonly Dictionary<string, TorchStorage> storages = new(StringComparer.Ordinal);
    private readonly HashSet<GlobalName> foreign = [];
    private long position;

    private LegacyTorchFile(MappedFile file)
    {
        this.file = file;
    }

    // 0x1950a86a20f9469cfc6c as a pickle has it: ten bytes, the lowest first.
    private static ReadOnlySpan<byte> MagicNumber => [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Whether a file that starts like this is one.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start)
        => start.Length > 2 && start[0] == (byte)PickleOp.Proto && start[..Math.Min(start.Length, LongestStart)].IndexOf(MagicNumber) >= 0;

    /// <exception cref="ModelFileException">The file is damaged, or holds no state dict.</exception>
    public static WeightFileContents Read(MappedFile file)
    {
        LegacyTorchFile legacy = new(file);
        List<StorageReference> references = [];
        legacy.ReadPickle("magic number", null);
        legacy.CheckVersion(legacy.ReadPickle("version", null));
        legacy.CheckMachine(legacy.ReadPickle("machine's description", null));
        object? root = legacy.ReadPickle("structure", references);
        legacy.FindStorages(legacy.ReadPickle("list of storages", null), references);
        return new TorchTensors(file, legacy.FindStorage).Read(root, legacy.foreign);
    }

    private object? ReadPickle(string what, List<StorageReference>? references)
    {
        int available = (int)Math.Min(file.Length - position, PickleMachine.LongestPickle);
        try
        {
            object? value = PickleMachine.Read(file.Slice(position, available), references, foreign, out int length);
            position += length;
            return value;
        }
        catch (PickleFormatException e)
        {
            string advice = e.Ended && available == PickleMachine.LongestPickle ? $"at most {PickleMachine.LongestPickle} bytes are supported, save only the weights" : "download it again or convert it to safetensors";
            throw new ModelFileException(file.Path, $"the pickle of its {what} {e.Advise(advice)}", e);
        }
    }

    private void CheckVersion(object? version)
    {
        if (version is not ProtocolVersion)
        {
            throw new ModelFileException(file.Path, $"has version {(version is long number ? number : "unknown")} of the format from before PyTorch 1.6, but {ProtocolVersion} is supported; save it again with a newer PyTorch");
        }
    }

    private void CheckMachine(object? machine)
    {
        if ((machine as PickleDict)?.Find("little_endian") is not true)
        {
            throw new ModelFileException(file.Path, "its numbers are not little-endian; save it again on a little-endian machine");
        }
    }

    private void FindStorages(object? keys, List<StorageReference> references)
    {
        Dictionary<string, string> types = new(StringComparer.Ordinal);
        foreach (StorageReference reference in references)
        {
            if (!types.TryAdd(reference.Key, reference.TypeName) && types[reference.Key] != reference.TypeName)
            {
                throw Damaged($"storage {reference.Key} is used as {types[reference.Key]} and as {reference.TypeName}");
            }
        }
        foreach (object? item in (keys as PickleList ?? throw Damaged("what should be the list of storages is none")).Items)
        {
            string key = item as string ?? throw Damaged("the key of a storage is no string");
            if (!types.TryGetValue(key, out string? type))
            {
                throw Damaged($"storage {key} belongs to no tensor");
            }
            if (!storages.TryAdd(key, TakeStorage(key, type)))
            {
                throw Damaged($"storage {key} occurs twice");
            }
        }
    }

    private TorchStorage TakeStorage(string key, string type)
    {
        int size = WeightTypes.TorchStorageByteSize(type)
            ?? throw new ModelFileException(file.Path, $"storage {key} has elements of {type}, which is not supported; save only the weights, as float32 or float16");
        if (file.Length - position < sizeof(long))
        {
            throw Truncated($"it ends before storage {key}");
        }
        long count = BinaryPrimitives.ReadInt64LittleEndian(file.Slice(position, sizeof(long)));
        position += sizeof(long);
        if (count < 0 || count > (file.Length - position) / size)
        {
            throw Truncated($"storage {key} claims {count} elements of {size} bytes, but {file.Length - position} bytes are left");
        }
        TorchStorage storage = new(position, count * size);
        position += storage.Length;
        return storage;
    }

    private TorchStorage? FindStorage(string key) => storages.TryGetValue(key, out TorchStorage storage) ? storage : null;

    private ModelFileException Damaged(string what) => new(file.Path, $"damaged checkpoint: {what}; download or copy it again");

    private ModelFileException Truncated(string what) => new(file.Path, $"truncated checkpoint: {what}; download or copy it again");
}
