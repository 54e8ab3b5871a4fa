using System.Text;

namespace NarVulkan.Cli.Output;

/// <summary>
/// Standard error, as far as there is one: whoever started the program may have closed it, and a terminal may go away in the middle. Work does not
/// end because nobody can be told of it.
/// </summary>
/// <param name="inner">What is written to.</param>
internal sealed class NoteWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine() => Try(inner.WriteLine);

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is nowhere else to say it.
            return;
        }
    }
}
