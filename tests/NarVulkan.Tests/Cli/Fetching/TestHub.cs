using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>A small web server on this machine: answers by path, keeps what it was asked, and can misbehave in every way that a download may meet.</summary>
internal sealed class TestHub : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, Func<HubRequest, HubReply>> routes = new();
    private readonly ConcurrentQueue<HubRequest> requests = new();
    private readonly Task accepting;

    public TestHub()
    {
        listener.Start();
        accepting = Accept();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<HubRequest> Requests => [.. requests];

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public void On(string path, Func<HubRequest, HubReply> answer) => routes[path] = answer;

    /// <summary>Answers the requests for a path one after the other; the last answer stays.</summary>
    public void OnInTurn(string path, params Func<HubRequest, HubReply>[] answers)
    {
        int turn = -1;
        On(path, request => answers[Math.Min(Interlocked.Increment(ref turn), answers.Length - 1)](request));
    }

    /// <summary>A file, served as a good server does: whole, or the rest of it if it is still the same.</summary>
    public static Func<HubRequest, HubReply> File(byte[] bytes, string tag = "\"tag\"", params (string, string)[] headers) => request =>
    {
        if (request.From is not { } from || (request["If-Range"] is { } condition && condition != tag))
        {
            return new HubReply { Headers = [("ETag", tag), .. headers], Body = bytes };
        }
        return from < bytes.Length
            ? new HubReply { Status = 206, Headers = [("ETag", tag), ("Content-Range", $"bytes {from}-{bytes.Length - 1}/{bytes.Length}"), .. headers], Body = bytes[from..] }
            : new HubReply { Status = 416, Headers = [("Content-Range", $"bytes */{bytes.Length}"), .. headers] };
    };

    public void Dispose()
    {
        ending.Cancel();
        listener.Stop();
        accepting.Wait();
        ending.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(ending.Token);
                _ = Serve(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                HubRequest request = await ReadRequest(stream);
                requests.Enqueue(request);
                HubReply reply = routes.TryGetValue(request.Path, out Func<HubRequest, HubReply>? answer) ? answer(request) : new HubReply { Status = 404 };
                await Write(stream, reply);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client has gone, or the test has.
            }
        }
    }

    private async Task Write(NetworkStream stream, HubReply reply)
    {
        if (!reply.IsSilent)
        {
            StringBuilder head = new($"HTTP/1.1 {reply.Status} Test\r\nConnection: close\r\n");
            foreach ((string name, string value) in reply.TellsLength ? reply.Headers.Append(("Content-Length", $"{reply.Body.Length}")) : reply.Headers)
            {
                head.Append($"{name}: {value}\r\n");
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), ending.Token);
            await stream.WriteAsync(reply.Body.AsMemory(0, reply.StopsAfter ?? reply.Body.Length), ending.Token);
        }
        if (reply.Stalls || reply.IsSilent)
        {
            await Task.Delay(Timeout.Infinite, ending.Token);
        }
    }

    private async Task<HubRequest> ReadRequest(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        string path = (await reader.ReadLineAsync(ending.Token) ?? throw new IOException("no request")).Split(' ')[1];
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(ending.Token) is { Length: > 0 } line)
        {
            headers[line.Split(':')[0]] = line[(line.IndexOf(':') + 1)..].Trim();
        }
        return new HubRequest(path, headers);
    }
}
