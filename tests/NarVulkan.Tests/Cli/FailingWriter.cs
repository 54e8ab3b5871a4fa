using System.Text;

namespace NarVulkan.Tests.Cli;

/// <summary>A full disk behind standard output.</summary>
internal sealed class FailingWriter : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw new IOException("No space left on device");
}
