using System.IO.MemoryMappedFiles;

namespace NarVulkan.Fuzz;

/// <summary>How far a worker has come, in memory that survives it: an input that ends the process is then known.</summary>
internal sealed class FuzzStatus : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    public FuzzStatus(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, 16);
        view = file.CreateViewAccessor();
    }

    /// <summary>The number of the input that is being read.</summary>
    public long Index
    {
        get => view.ReadInt64(0);
        set => view.Write(0, value);
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
