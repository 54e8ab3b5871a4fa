using System.Net;

namespace NarVulkan.Cli.Fetching;

/// <summary>The proxy that the system or the environment names, but never for this machine itself.</summary>
internal sealed class ProxyBeyondLoopback : IWebProxy
{
    public ICredentials? Credentials
    {
        get => HttpClient.DefaultProxy.Credentials;
        set => throw new NotSupportedException();
    }

    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : HttpClient.DefaultProxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
}
