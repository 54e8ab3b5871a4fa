using System.Text;

namespace NarVulkan.Tests.Cli;

/// <summary>A full disk behind standard output, unless it fails otherwise.</summary>
internal sealed class FailingWriter : TextWriter
{
    public Exception Failure { get; init; } = new IOException("No space left on device");

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw Failure;
}
