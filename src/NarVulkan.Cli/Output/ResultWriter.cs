using System.Text;

namespace NarVulkan.Cli.Output;

/// <summary>Standard output, whose failures say that it is what could not be written.</summary>
internal sealed class ResultWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Attempt(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Attempt(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Attempt(() => inner.Write(value));

    public override void WriteLine() => Attempt(inner.WriteLine);

    public override void WriteLine(string? value) => Attempt(() => inner.WriteLine(value));

    public override void Flush() => Attempt(inner.Flush);

    private static void Attempt(Action write)
    {
        try
        {
            write();
        }
        // What .NET makes of a bad file descriptor.
        catch (UnauthorizedAccessException e)
        {
            throw new OutputClosedException(e);
        }
        catch (IOException e)
        {
            throw new OutputFileException("standard output", $"cannot be written ({e.Message.TrimEnd('.')}); free some space, or send it elsewhere", e);
        }
    }
}
