using System.Security.Cryptography;
using System.Text.Json;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Fetching;

/// <summary>
/// A file that is being fetched: <c>FILE.part</c>, with <c>FILE.part.json</c> that says of which file it is a part. It becomes
/// <c>FILE</c> once it is whole. Left before, both stay for a later run; a part without bytes goes.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".part";
    private const string OriginSuffix = ".part.json";
    private const int LongestOrigin = 1 << 16;
    private const int ChunkBytes = 1 << 20;

    private readonly string target;
    private readonly IFetchDisk disk;
    private readonly IDiskSync sync;
    private readonly FileStream stream;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long hashed;
    private bool closed;

    private PartialFile(string target, IFetchDisk disk, IDiskSync sync)
    {
        this.target = target;
        this.disk = disk;
        this.sync = sync;
        stream = Attempt(() =>
        {
            OutputPath.MakeFolder(System.IO.Path.GetDirectoryName(target)!);
            return GrowingFile.Open(Path, FileShare.Read, like: target);
        });
    }

    /// <summary>Whether a name is one that parts have.</summary>
    public static bool IsReserved(string name) =>
        name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) || name.EndsWith(OriginSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Bytes that are there of a file that is not whole yet; 0 for none.</summary>
    public static long LengthFor(string target) => new FileInfo(target + Suffix) is { Exists: true } part ? part.Length : 0;

    /// <summary>Opens what is there of a file, or a new part.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static PartialFile Open(string target, IFetchDisk disk, IDiskSync sync)
    {
        PartialFile part = new(target, disk, sync);
        part.Origin = part.ReadOrigin();
        if (part.Origin is null)
        {
            // Of what these bytes are a part, nobody knows.
            part.stream.SetLength(0);
        }
        return part;
    }

    public string Path => target + Suffix;

    public long Length => stream.Length;

    /// <summary>Null where there is nothing to go on with.</summary>
    public PartOrigin? Origin { get; private set; }

    private string OriginPath => target + OriginSuffix;

    /// <summary>Throws away what is there and begins a part of another file, or of the same once more.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public void Begin(PartOrigin origin)
    {
        Clear();
        // Of this file before its first byte: a part never has the bytes of one file and the name of another.
        AtomicFile.WriteOwn(OriginPath, file =>
        {
            using Utf8JsonWriter json = new(file);
            json.WriteStartObject();
            json.WriteString("source", origin.Source);
            json.WriteString("endpoint", origin.Endpoint);
            json.WriteString("validator", origin.Validator);
            json.WriteString("sha256", origin.Sha256);
            json.WriteEndObject();
        }, sync, like: target);
        Origin = origin;
    }

    /// <summary>Throws away what is there.</summary>
    public void Clear()
    {
        Attempt(() =>
        {
            stream.SetLength(0);
            return 0;
        });
        _ = hash.GetHashAndReset();
        hashed = 0;
        Origin = null;
    }

    /// <summary>Reads what is there, for the checksum of the whole.</summary>
    /// <param name="read">Is told how many bytes were read.</param>
    /// <param name="cancellation">Stops it.</param>
    public void Rehash(Action<long> read, CancellationToken cancellation)
    {
        byte[] chunk = new byte[ChunkBytes];
        Attempt(() =>
        {
            stream.Position = hashed;
            while (hashed < stream.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                int length = stream.Read(chunk);
                hash.AppendData(chunk, 0, length);
                hashed += length;
                read(hashed);
            }
            return 0;
        });
    }

    /// <summary>Adds bytes; those before them were added or reread.</summary>
    /// <exception cref="OutputFileException">They cannot be written; what was there before stays.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        long before = stream.Length;
        if (hashed != before)
        {
            throw new InvalidOperationException($"{Path} has {before} bytes, of which {hashed} are in the checksum.");
        }
        try
        {
            stream.Position = before;
            disk.Append(stream, bytes);
        }
        catch (Exception e) when (AtomicFile.Explain(Path, e) is { } explained)
        {
            // A full disk may have taken some of them.
            stream.SetLength(before);
            throw explained;
        }
        hash.AppendData(bytes);
        hashed += bytes.Length;
    }

    /// <summary>Its first bytes, or fewer if there are not so many.</summary>
    public byte[] Start(int count) => Attempt(() =>
    {
        byte[] start = new byte[(int)Math.Min(count, stream.Length)];
        stream.Position = 0;
        stream.ReadExactly(start);
        return start;
    });

    /// <summary>Hands what is there to the system, so that others can read it.</summary>
    public void Flush() => Attempt(() =>
    {
        stream.Flush();
        return 0;
    });

    /// <summary>SHA-256 of what is there.</summary>
    public string Sha256() => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>Makes it the file, which is on disk before it has its name.</summary>
    /// <exception cref="OutputFileException">The disk does not take it.</exception>
    public void Commit() => Attempt(() =>
    {
        KeptPermissions.Give(stream.SafeFileHandle, KeptPermissions.Of(target));
        sync.File(stream);
        Close();
        File.Move(Path, target, overwrite: true);
        File.Delete(OriginPath);
        sync.Folder(System.IO.Path.GetDirectoryName(target)!);
        return 0;
    });

    public void Dispose()
    {
        if (closed)
        {
            return;
        }
        bool isEmpty = stream.Length == 0;
        Close();
        if (isEmpty)
        {
            File.Delete(Path);
            File.Delete(OriginPath);
        }
    }

    private void Close()
    {
        closed = true;
        stream.Dispose();
        hash.Dispose();
    }

    private PartOrigin? ReadOrigin()
    {
        try
        {
            using JsonDocument document = JsonFile.Read(OriginPath, LongestOrigin);
            JsonFields fields = new(OriginPath, document.RootElement);
            return new PartOrigin(fields.RequireString("source"), fields.RequireString("endpoint"), fields.String("validator"), Sha256Text.Parse(fields.String("sha256")));
        }
        catch (ModelFileException)
        {
            return null;
        }
    }

    private T Attempt<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (AtomicFile.Explain(Path, e) is { } explained)
        {
            throw explained;
        }
    }
}
