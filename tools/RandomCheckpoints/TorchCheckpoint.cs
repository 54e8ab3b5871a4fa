using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;

namespace NarVulkan.RandomCheckpoints;

/// <summary>Writes weights as <c>torch.save({"model": ...})</c> of PyTorch 1.6 and later would: a zip of a pickle and raw float32 storages, a piece at a time.</summary>
internal static class TorchCheckpoint
{
    private const int PieceElements = 1 << 20;

    /// <param name="path">The file; its name without the ending is the folder in the archive.</param>
    /// <param name="source">The tensors.</param>
    public static void Write(string path, WeightFile source)
    {
        List<WeightTensor> tensors = [.. source.Tensors.Values];
        string folder = Path.GetFileNameWithoutExtension(path);
        using FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 20);
        StoredArchive archive = new(file);
        Add(archive, $"{folder}/data.pkl", StateDictPickle.Of(tensors));
        Add(archive, $"{folder}/byteorder", "little"u8.ToArray());
        byte[] bytes = new byte[PieceElements * sizeof(float)];
        for (int i = 0; i < tensors.Count; i++)
        {
            WeightTensor tensor = tensors[i];
            archive.Add($"{folder}/data/{i}", tensor.ElementCount * sizeof(float), write =>
            {
                for (long first = 0; first < tensor.ElementCount; first += PieceElements)
                {
                    int count = (int)Math.Min(PieceElements, tensor.ElementCount - first);
                    tensor.ReadFloats(first, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, count * sizeof(float))));
                    write(bytes.AsMemory(0, count * sizeof(float)));
                    tensor.Release();
                }
            });
        }
        Add(archive, $"{folder}/version", "3\n"u8.ToArray());
        archive.Finish();
    }

    private static void Add(StoredArchive archive, string name, byte[] bytes) => archive.Add(name, bytes.Length, write => write(bytes));
}
