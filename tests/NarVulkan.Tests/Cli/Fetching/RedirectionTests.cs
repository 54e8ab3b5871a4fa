using NarVulkan.Cli.Fetching;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

public sealed class RedirectionTests
{
    [Theory]
    [InlineData("https://a.example/x", "https://b.example/y", "https://b.example/y")]
    [InlineData("https://a.example/x", "/y?z", "https://a.example/y?z")]
    [InlineData("https://a.example/x", "//b.example/y", "https://b.example/y")]
    [InlineData("http://a.example/x", "http://b.example/y", "http://b.example/y")]
    [InlineData("http://a.example/x", "https://b.example/y", "https://b.example/y")]
    [InlineData("https://localhost/x", "http://127.0.0.1/y", "http://127.0.0.1/y")]
    public void Target_ThatIsSafe_IsFollowed(string from, string location, string expected) =>
        Assert.Equal(expected, Redirection.Target(new Uri(from), new Uri(location, UriKind.RelativeOrAbsolute)).AbsoluteUri);

    [Theory]
    [InlineData("https://a.example/x", "http://a.example/x", "from a secure connection to an open one")]
    [InlineData("https://a.example/x", "http://127.0.0.1/x", "from a secure connection to an open one")]
    [InlineData("https://a.example/x", "file:///etc/passwd", "an address that is none")]
    [InlineData("https://a.example/x", "https://user:secret@b.example/x", "an address that is none")]
    public void Target_ThatIsNot_IsRefused(string from, string location, string expected)
    {
        FetchException refusal = Assert.Throws<FetchException>(() => Redirection.Target(new Uri(from), new Uri(location)));
        Assert.Contains(expected, refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message);
    }
}
