using System.Collections.Immutable;
using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Checkpoints;

/// <summary>
/// A checkpoint that <c>torch.save</c> of PyTorch 1.6 or later wrote: a zip archive of <c>*/data.pkl</c> (the structure) and
/// <c>*/data/KEY</c> (raw storages). The tensors are views of the storages in place.
/// </summary>
internal sealed class TorchArchive
{
    /// <summary>Structures of published checkpoints, optimizer state included, take less than 1 MB.</summary>
    private const int LongestPickle = 32 << 20;

    private readonly MappedFile file;
    private readonly Dictionary<string, ZipEntry> entries;
    private readonly string folder;
    private readonly Dictionary<string, WeightType> storageTypes = new(StringComparer.Ordinal);

    private TorchArchive(MappedFile file, Dictionary<string, ZipEntry> entries, string folder)
    {
        this.file = file;
        this.entries = entries;
        this.folder = folder;
    }

    /// <exception cref="ModelFileException">The archive or its pickle is damaged, or holds no state dict.</exception>
    public static WeightFileContents Read(MappedFile file)
    {
        Dictionary<string, ZipEntry> entries = ZipDirectory.Read(file);
        string[] pickles = [.. entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)).Take(2)];
        if (pickles.Length != 1)
        {
            string found = pickles.Length == 0 ? "no data.pkl" : "more than one data.pkl";
            throw new ModelFileException(file.Path, $"a zip archive with {found} is no PyTorch checkpoint; pass a file that torch.save wrote");
        }
        TorchArchive archive = new(file, entries, pickles[0][..^"data.pkl".Length]);
        return archive.ReadTensors(archive.ReadPickle(entries[pickles[0]]));
    }

    private object? ReadPickle(ZipEntry entry)
    {
        if (entries.TryGetValue(folder + "byteorder", out ZipEntry? order)
            && (order.Length != 6 || !file.Slice(order.DataStart, 6).SequenceEqual("little"u8)))
        {
            throw new ModelFileException(file.Path, "its numbers are not little-endian; save it again on a little-endian machine");
        }
        if (entry.Length > LongestPickle)
        {
            throw new ModelFileException(file.Path, $"its data.pkl has {entry.Length} bytes, but at most {LongestPickle} are supported; save only the weights");
        }
        try
        {
            return PickleMachine.Read(file.Slice(entry.DataStart, (int)entry.Length));
        }
        catch (PickleFormatException e)
        {
            throw new ModelFileException(file.Path, $"its pickle is damaged or unsupported: {e.Message}; download it again or convert it to safetensors", e);
        }
    }

    private WeightFileContents ReadTensors(object? root)
    {
        StateDict found = StateDict.Find(root, file.Path);
        WeightFileContents contents = new(found.Hyperparameters);
        foreach ((string rawName, object? value) in found.Entries)
        {
            string name = rawName[found.Prefix.Length..];
            if (value is TensorReference reference)
            {
                contents.Add(Resolve(name, reference), file.Path);
            }
            else
            {
                contents.NotTensors.TryAdd(name, (value as OpaqueObject)?.Kind ?? (value as PickleDict)?.Kind ?? "a plain value");
            }
        }
        return contents;
    }

    private WeightTensor Resolve(string name, TensorReference reference)
    {
        StorageReference storage = reference.Storage;
        if (WeightTypes.FromTorchStorage(storage.TypeName) is not { } type)
        {
            throw Wrong(name, $"has elements of {storage.TypeName}, which is not supported; convert it to float32 or float16");
        }
        if (!entries.TryGetValue($"{folder}data/{storage.Key}", out ZipEntry? entry))
        {
            throw Wrong(name, $"needs storage {storage.Key}, which the archive does not hold; download it again");
        }
        if (storage.ElementCount < 0 || storage.ElementCount != entry.Length / type.ByteSize() || entry.Length % type.ByteSize() != 0)
        {
            throw Wrong(name, $"needs storage {storage.Key} with {storage.ElementCount} {type}, but it has {entry.Length} bytes; download it again");
        }
        if (!storageTypes.TryAdd(storage.Key, type) && storageTypes[storage.Key] != type)
        {
            throw Wrong(name, $"reads storage {storage.Key} as {type}, another tensor as {storageTypes[storage.Key]}; download it again");
        }
        if (reference.Offset is not long offset || Sizes(reference.Size) is not { } shape || Sizes(reference.Stride) is not { } strides)
        {
            throw Wrong(name, "has sizes that are not whole numbers; download it again");
        }
        return TensorLayout.TryCreate(shape, strides, offset, storage.ElementCount, out TensorLayout? layout) is { } problem
            ? throw Wrong(name, $"{problem}; download it again")
            : new MappedTensor(file, name, type, layout!, entry.DataStart);
    }

    private static ImmutableArray<long>? Sizes(object? value)
        => value is PickleTuple { Items: var items } && items.All(item => item is long) ? [.. items.Cast<long>()] : null;

    private ModelFileException Wrong(string tensor, string problem) => new(file.Path, $"tensor {tensor} {problem}");
}
