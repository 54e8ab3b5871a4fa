namespace NarVulkan.Checkpoints;

/// <summary>Tells the format of a weights file from its first bytes; names are not trusted.</summary>
internal static class WeightFormats
{
    /// <summary>Bytes at the start of a file that tell what it is.</summary>
    private const int HeadBytes = 512;

    /// <summary>Of them, those that tell text from what is none.</summary>
    private const int MarkBytes = 64;

    /// <summary>Where a tar archive says what it is.</summary>
    private const int TarMark = 257;

    /// <exception cref="ModelFileException">It is none of the supported ones; the message says what it looks like.</exception>
    public static WeightFormat Detect(MappedFile file)
        => Recognise(file.Slice(0, (int)Math.Min(file.Length, HeadBytes)), out string problem) ?? throw new ModelFileException(file.Path, problem);

    /// <summary>The format of a file that starts like this; null where it is none of the supported ones.</summary>
    /// <param name="head">The first bytes, 512 where there are as many.</param>
    /// <param name="problem">What it looks like instead, and what to do.</param>
    public static WeightFormat? Recognise(ReadOnlySpan<byte> head, out string problem)
    {
        problem = "";
        ReadOnlySpan<byte> start = head[..Math.Min(head.Length, MarkBytes)];
        if (start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8))
        {
            return WeightFormat.TorchArchive;
        }
        if (LegacyTorchFile.Recognise(start))
        {
            return WeightFormat.LegacyTorch;
        }
        // The eight bytes of a safetensors length always hold zeros, text never does.
        bool isText = start.IndexOfAnyInRange((byte)0, (byte)8) < 0;
        if (!isText && start.Length > 8 && start[8] == '{')
        {
            return WeightFormat.Safetensors;
        }
        ReadOnlySpan<byte> text = start.TrimStart(" \t\r\n"u8);
        if (isText && text.StartsWith("{"u8))
        {
            return WeightFormat.ShardedIndex;
        }
        problem = Describe(head, start, text);
        return null;
    }

    /// <summary>Whether what starts like this is a page for people: what a server sends instead of a file.</summary>
    public static bool IsWebPage(ReadOnlySpan<byte> head)
    {
        // A length in front of a header may be a '<', but zeros follow it.
        ReadOnlySpan<byte> text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        return head[..Math.Min(head.Length, MarkBytes)].IndexOfAnyInRange((byte)0, (byte)8) < 0 && text.TrimStart(" \t\r\n"u8).StartsWith("<"u8);
    }

    private static string Describe(ReadOnlySpan<byte> head, ReadOnlySpan<byte> start, ReadOnlySpan<byte> text)
    {
        if (start.Length > 1 && start[0] == 0x80 && start[1] is >= 1 and <= 5)
        {
            return "is a Python pickle, but none that torch.save wrote; load it in Python, and save its tensors as safetensors";
        }
        if (head.Length > TarMark + 5 && head.Slice(TarMark, 5).SequenceEqual("ustar"u8))
        {
            return "is a tar archive; if a PyTorch from before 0.1.10 wrote it, load it there and torch.save it again, and if not, unpack it first";
        }
        if (text.StartsWith("version https://git-lfs"u8))
        {
            return "is only a Git LFS pointer to the weights; run `git lfs pull`, or download the file itself";
        }
        if (IsWebPage(start))
        {
            return "is a web page, not weights; the download went wrong, probably because a login is needed";
        }
        if (start.StartsWith("GGUF"u8) || (start.Length > 4 && start[1..4].SequenceEqual("HDF"u8)))
        {
            return "is a GGUF or HDF5 file, which is not supported; get the .safetensors or .pth one";
        }
        return "is neither safetensors nor a PyTorch checkpoint (or it is truncated); check which file it is, or download it again";
    }
}
