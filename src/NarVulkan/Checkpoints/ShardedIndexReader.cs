using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>A hub index (<c>model.safetensors.index.json</c>): which tensor lies in which file next to it.</summary>
internal static class ShardedIndexReader
{
    /// <summary>Indices of the largest published models take a few hundred kilobytes.</summary>
    private const int LongestIndex = 16 << 20;

    /// <summary>Each is kept open, and a process may have 1024 files on many systems. Of the largest published models some hundred.</summary>
    private const int MostShards = 400;

    /// <param name="path">The index file.</param>
    /// <returns>For each tensor the full path of its shard, all of them in the folder of the index.</returns>
    /// <exception cref="ModelFileException">The index is not valid, or names a file outside of its folder.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using JsonDocument document = JsonFile.Read(path, LongestIndex);
        JsonFields map = new JsonFields(path, document.RootElement).Object("weight_map")
            ?? throw new ModelFileException(path, "is JSON without a weight_map, so no index of sharded weights; name the weights file itself");
        Dictionary<string, string> shards = new(StringComparer.Ordinal);
        foreach (string tensor in map.Names)
        {
            string shard = map.RequireString(tensor);
            if (shard.Length == 0 || shard is "." or ".." || shard.AsSpan().ContainsAny('/', '\\', '\0') || Path.IsPathRooted(shard))
            {
                throw new ModelFileException(path, $"tensor {tensor} lies in '{shard}', but a shard must be a file next to the index");
            }
            shards[tensor] = Path.Combine(folder, shard);
        }
        int files = shards.Values.Distinct(StringComparer.Ordinal).Count();
        if (files > MostShards)
        {
            throw new ModelFileException(path, $"names {files} files, but at most {MostShards} are supported; join them into fewer");
        }
        return shards.Count > 0 ? shards : throw new ModelFileException(path, "its weight_map is empty; download it again");
    }
}
