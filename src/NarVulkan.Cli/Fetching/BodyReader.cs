namespace NarVulkan.Cli.Fetching;

/// <summary>Reads what a server sends, as long as it sends.</summary>
internal static class BodyReader
{
    private const int ChunkBytes = 1 << 18;

    /// <param name="answer">The answer whose body is read.</param>
    /// <param name="patience">How long to wait for the next bytes.</param>
    /// <param name="take">Is given the bytes.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="PassingFaultException">The connection was lost, or stalls.</exception>
    public static async Task Copy(HubAnswer answer, TransferPatience patience, Action<ReadOnlyMemory<byte>> take, CancellationToken cancellation)
    {
        byte[] chunk = new byte[ChunkBytes];
        await using Stream body = await answer.Body(cancellation);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            limit.CancelAfter(patience.Stall);
            int length;
            try
            {
                length = await body.ReadAsync(chunk, limit.Token);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                throw new PassingFaultException("the server sends nothing more", null, e);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                throw new PassingFaultException("the connection was lost", null, e);
            }
            if (length == 0)
            {
                return;
            }
            take(chunk.AsMemory(0, length));
        }
    }
}
