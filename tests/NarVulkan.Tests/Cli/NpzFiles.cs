using System.IO.Compression;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Reads the array of an <c>.npz</c> file by other code than writes it.</summary>
internal static class NpzFiles
{
    /// <summary>Shape and bytes of <c>arr_0</c>, the only entry; its checksum is checked on the way.</summary>
    public static (int[] Shape, byte[] Bytes) Read(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        ZipArchiveEntry entry = Assert.Single(zip.Entries);
        Assert.Equal("arr_0.npy", entry.FullName);
        Assert.Equal(entry.Length, entry.CompressedLength);
        using Stream stream = entry.Open();
        NpyHeader header = NpyHeader.Read(stream);
        Assert.Equal(NpyType.UInt8, header.Type);
        using MemoryStream data = new();
        stream.CopyTo(data);
        Assert.Equal((long)header.ElementCount!.Value, data.Length);
        return (header.Shape, data.ToArray());
    }
}
