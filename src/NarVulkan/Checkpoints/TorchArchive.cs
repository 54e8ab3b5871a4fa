using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Checkpoints;

/// <summary>
/// A checkpoint that <c>torch.save</c> of PyTorch 1.6 or later wrote: a zip archive of <c>*/data.pkl</c> (the structure) and
/// <c>*/data/KEY</c> (raw storages).
/// </summary>
internal sealed class TorchArchive
{
    private readonly MappedFile file;
    private readonly Dictionary<string, ZipEntry> entries;
    private readonly string folder;

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
        HashSet<GlobalName> foreign = [];
        object? root = archive.ReadPickle(entries[pickles[0]], foreign);
        return new TorchTensors(file, archive.FindStorage).Read(root, foreign);
    }

    private object? ReadPickle(ZipEntry entry, HashSet<GlobalName> foreign)
    {
        if (entries.TryGetValue(folder + "byteorder", out ZipEntry? order)
            && (order.Length != 6 || !file.Slice(order.DataStart, 6).SequenceEqual("little"u8)))
        {
            throw new ModelFileException(file.Path, "its numbers are not little-endian; save it again on a little-endian machine");
        }
        if (entry.Length > PickleMachine.LongestPickle)
        {
            throw new ModelFileException(file.Path, $"its data.pkl has {entry.Length} bytes, but at most {PickleMachine.LongestPickle} are supported; save only the weights");
        }
        try
        {
            return PickleMachine.Read(file.Slice(entry.DataStart, (int)entry.Length), null, foreign, out _);
        }
        catch (PickleFormatException e)
        {
            throw new ModelFileException(file.Path, $"its pickle {e.Advise("download it again or convert it to safetensors")}", e);
        }
    }

    private TorchStorage? FindStorage(string key)
        => entries.TryGetValue($"{folder}data/{key}", out ZipEntry? entry) ? new TorchStorage(entry.DataStart, entry.Length) : null;
}
