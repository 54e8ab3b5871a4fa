using System.Collections.Immutable;
using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Checkpoints;

/// <summary>The tensors of a PyTorch checkpoint of either format: views of its storages in place.</summary>
/// <param name="file">The file.</param>
/// <param name="find">Where the storage of a key lies; null if there is none. Ranges are within the file.</param>
internal sealed class TorchTensors(MappedFile file, Func<string, TorchStorage?> find)
{
    private readonly Dictionary<string, WeightType> storageTypes = new(StringComparer.Ordinal);

    /// <param name="root">What the pickle describes.</param>
    /// <param name="foreign">Names in the pickle that no checkpoint needs.</param>
    /// <exception cref="ModelFileException">It holds no state dict, or a tensor does not fit its storage.</exception>
    public WeightFileContents Read(object? root, IEnumerable<GlobalName> foreign)
    {
        StateDict found = StateDict.Find(root, file.Path);
        WeightFileContents contents = new(found.Hyperparameters) { ForeignNames = [.. foreign.Select(name => name.ToString()).Order(StringComparer.Ordinal)] };
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

    private FileTensor Resolve(string name, TensorReference reference)
    {
        StorageReference storage = reference.Storage;
        if (WeightTypes.FromTorchStorage(storage.TypeName) is not { } type)
        {
            throw Wrong(name, $"has elements of {storage.TypeName}, which is not supported; convert it to float32 or float16");
        }
        if (find(storage.Key) is not { } range)
        {
            throw Wrong(name, $"needs storage {storage.Key}, which the file does not hold; download it again");
        }
        if (storage.ElementCount < 0 || storage.ElementCount != range.Length / type.ByteSize() || range.Length % type.ByteSize() != 0)
        {
            throw Wrong(name, $"needs storage {storage.Key} with {storage.ElementCount} {type}, but it has {range.Length} bytes; download it again");
        }
        if (!storageTypes.TryAdd(storage.Key, type) && storageTypes[storage.Key] != type)
        {
            throw Wrong(name, $"reads storage {storage.Key} as {type}, another tensor as {storageTypes[storage.Key]}; download it again");
        }
        if (storage.View is { } part && (part.Offset < 0 || part.ElementCount < 0 || part.Offset > storage.ElementCount - part.ElementCount))
        {
            throw Wrong(name, $"views {part.ElementCount} elements from {part.Offset} of storage {storage.Key}, which has {storage.ElementCount}; download it again");
        }
        if (reference.Offset is not long offset || Sizes(reference.Size) is not { } shape || Sizes(reference.Stride) is not { } strides)
        {
            throw Wrong(name, "has sizes that are not whole numbers; download it again");
        }
        StorageView view = storage.View ?? new StorageView(0, storage.ElementCount);
        return TensorLayout.TryCreate(shape, strides, offset, view.ElementCount, out TensorLayout? layout) is { } problem
            ? throw Wrong(name, $"{problem}; download it again")
            : new FileTensor(file, name, type, layout!, range.Start + view.Offset * type.ByteSize());
    }

    private static ImmutableArray<long>? Sizes(object? value)
        => value is PickleTuple { Items: var items } && items.All(item => item is long) ? [.. items.Cast<long>()] : null;

    private ModelFileException Wrong(string tensor, string problem) => new(file.Path, $"tensor {tensor} {problem}");
}
