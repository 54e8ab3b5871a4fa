using System.Text;

namespace NarVulkan.Cli.Options;

/// <summary>A file of prompts, one a line.</summary>
internal static class PromptFile
{
    private const long LongestFile = 64 << 20;
    private const int MostPrompts = 100_000;

    /// <summary>The prompts, without blank lines; one at least.</summary>
    /// <param name="console">Where paths are relative to.</param>
    /// <param name="file">The file, as typed.</param>
    /// <param name="clean">Whether the prompts will be cleaned.</param>
    /// <exception cref="InvalidRequestException">The file is missing, too large, no UTF-8 text, has no prompt, or one that is too long.</exception>
    public static IReadOnlyList<string> Read(CliConsole console, string file, bool clean)
    {
        string path = console.Resolve(file);
        if (!File.Exists(path))
        {
            throw new InvalidRequestException($"--prompt-file: {file}: there is no such file");
        }
        List<string> prompts = [];
        try
        {
            using FileStream stream = File.OpenRead(path);
            using StreamReader reader = new(Bounded(stream, file), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            for (int number = 1; reader.ReadLine() is { } line; number++)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    prompts.Add(PromptLength.Require(line, clean, $"--prompt-file: {file}: line {number}"));
                }
            }
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidRequestException($"--prompt-file: {file}: is no UTF-8 text; save it as UTF-8, one prompt a line");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException($"--prompt-file: {file}: cannot be read ({e.Message.TrimEnd('.')})");
        }
        return prompts.Count is > 0 and <= MostPrompts
            ? prompts
            : throw new InvalidRequestException(prompts.Count == 0
                ? $"--prompt-file: {file}: has no prompt; write one a line"
                : $"--prompt-file: {file}: has {prompts.Count} prompts, more than {MostPrompts}; split it");
    }

    // A pipe does not tell its length.
    private static MemoryStream Bounded(FileStream stream, string file)
    {
        MemoryStream bytes = new();
        byte[] piece = new byte[1 << 16];
        for (int read; (read = stream.Read(piece)) > 0;)
        {
            bytes.Write(piece, 0, read);
            if (bytes.Length > LongestFile)
            {
                throw new InvalidRequestException($"--prompt-file: {file}: has more than {LongestFile} bytes; split it");
            }
        }
        bytes.Position = 0;
        return bytes;
    }
}
